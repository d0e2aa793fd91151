using System.Globalization;
using Backprop.Kernels;

namespace Backprop.Graphs;

/// <summary>
/// A computational graph: variables, and the operations that compute some of them from others. It only grows, and a
/// variable is made from variables that exist, so there is no cycle and the order of making is a topological order.
/// </summary>
public sealed class Graph
{
    private readonly List<Variable> _variables = [];
    private readonly List<ParameterSegment> _segments = [];
    private readonly HashSet<string> _names = [];

    /// <summary>All variables, each after everything it is computed from.</summary>
    public IReadOnlyList<Variable> Variables => _variables;

    /// <summary>The parameters' places in the flat buffer, in the order of their making, without gaps.</summary>
    public IReadOnlyList<ParameterSegment> Parameters => _segments;

    /// <summary>The number of values in the flat buffer of all parameters.</summary>
    public int ParameterCount => _segments.Count == 0 ? 0 : _segments[^1].Offset + _segments[^1].Length;

    /// <summary>The least order of the variables that are being added: above 0 while back-propagation adds gradients.</summary>
    internal int DerivativeOrder { get; set; }

    /// <summary>Adds a variable that is fed before each run.</summary>
    /// <param name="name">Its name, unlike any other given name in the graph.</param>
    /// <param name="shape">Its shape; one axis may be free.</param>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public Variable Input(string name, Shape shape)
    {
        TakeName(name);
        return Add(VariableKind.Input, name, shape);
    }

    /// <summary>
    /// Adds a matrix that is fed before each run by its elements that are present. Matrix products read it, as their first
    /// factor with the second not transposed, and touch only what is present; its gradient is dense.
    /// </summary>
    /// <param name="name">Its name, unlike any other given name in the graph.</param>
    /// <param name="columns">The number of columns, 1 or more; its rows are those of the minibatch.</param>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no column.</exception>
    public Variable SparseInput(string name, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        TakeName(name);
        return Add(VariableKind.Input, name, new Shape(Shape.Free, columns), isSparse: true);
    }

    /// <summary>Adds a variable that is learned.</summary>
    /// <param name="name">Its name, unlike any other given name in the graph.</param>
    /// <param name="shape">Its shape, without a free axis.</param>
    /// <param name="learningRateFactor">What optimizers multiply their learning rate by, 0 or more; 0 freezes it.</param>
    /// <param name="decayFactor">What optimizers multiply their decoupled weight decay by, 0 or more.</param>
    /// <exception cref="ArgumentException">The name is empty or taken, the shape has a free axis, or there are too many values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A factor is below 0 or not finite.</exception>
    public Variable Parameter(string name, Shape shape, double learningRateFactor = 1, double decayFactor = 1)
    {
        if (shape.IsFree)
            throw new ArgumentException(
                $"Parameter '{name}' has shape {shape}; a parameter's size cannot depend on the minibatch.", nameof(shape));
        int length = shape.Count(0);
        if (length > Array.MaxLength - ParameterCount)
        {
            throw new ArgumentException(
                $"With parameter '{name}' {shape} the graph has more than {Array.MaxLength} parameter values.", nameof(shape));
        }

        var segment = new ParameterSegment(name, ParameterCount, length, RowLength: shape.Rank == 0 ? 1 : Math.Max(shape[^1], 1))
        {
            LearningRateFactor = learningRateFactor,
            DecayFactor = decayFactor,
        };
        TakeName(name);
        Variable parameter = Add(VariableKind.Parameter, name, shape, segment: segment);
        _segments.Add(segment);
        return parameter;
    }

    /// <summary>Adds a variable whose elements all have one fixed value.</summary>
    /// <param name="value">The value of every element.</param>
    /// <param name="shape">The shape; a scalar unless given.</param>
    public Variable Constant(double value, Shape shape = default) =>
        Add(VariableKind.Constant, value.ToString("R", CultureInfo.InvariantCulture), shape, constant: value);

    /// <summary>Adds the variable that an operation computes from others.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="inputs">What it is applied to, in its order.</param>
    /// <returns>The new variable.</returns>
    /// <exception cref="ArgumentException">An input is of another graph, or the operation does not take inputs of these shapes.</exception>
    public Variable Apply(Operation operation, params ReadOnlySpan<Variable> inputs)
    {
        ArgumentNullException.ThrowIfNull(operation);
        for (int i = 0; i < inputs.Length; i++)
        {
            Variable input = inputs[i];
            ArgumentNullException.ThrowIfNull(input, nameof(inputs));
            if (input.Graph != this)
                throw new ArgumentException(
                    $"{operation.Name} is applied to {input.Label}, a variable of another graph.", nameof(inputs));
            if (input.IsSparse && !operation.ReadsSparse(i))
            {
                throw new ArgumentException(
                    $"{operation.Name} is applied to {input.Label}, a sparse input, as its input {i}; only a matrix product reads " +
                    "one, as its first factor, with the second not transposed.", nameof(inputs));
            }
        }

        Variable[] list = inputs.ToArray();
        Shape shape;
        try
        {
            shape = operation.InferShape([.. list.Select(v => v.Shape)]);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            string what = list.Length == 0 ? operation.Name : $"{operation.Name}, applied to {string.Join(" and ", list.Select(v => v.Label))}";
            throw new ArgumentException($"{what}: {e.Message}", e);
        }

        string name = string.Create(CultureInfo.InvariantCulture, $"{operation.Name}#{_variables.Count}");
        return Add(VariableKind.Computed, name, shape, operation, list);
    }

    private Variable Add(VariableKind kind, string name, Shape shape, Operation? operation = null, Variable[]? inputs = null,
        double constant = 0, ParameterSegment? segment = null, bool isSparse = false)
    {
        var variable = new Variable(this, _variables.Count, kind, name, shape, operation, inputs ?? [])
        {
            ConstantValue = constant,
            Segment = segment,
            IsSparse = isSparse,
        };
        _variables.Add(variable);
        return variable;
    }

    private void TakeName(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!_names.Add(name))
            throw new ArgumentException($"The graph has a variable '{name}' already.", nameof(name));
    }
}
