using Backprop.Kernels;

namespace Backprop.Graphs;

/// <summary>Where the value of a variable comes from.</summary>
public enum VariableKind
{
    /// <summary>Fed before each run: features, labels.</summary>
    Input,

    /// <summary>Learned: a segment of the flat parameter buffer.</summary>
    Parameter,

    /// <summary>The same in every run.</summary>
    Constant,

    /// <summary>Computed by an operation from other variables.</summary>
    Computed,
}

/// <summary>
/// A node of a <see cref="Graphs.Graph"/>: a tensor without a value, as in Goodfellow, Bengio and Courville, section 6.5.1.
/// What computes it and from what stands here; the numbers lie in a workspace when a plan runs.
/// </summary>
public sealed class Variable
{
    private readonly List<Variable> _consumers = [];

    internal Variable(Graph graph, int id, VariableKind kind, string name, Shape shape, Operation? operation, IReadOnlyList<Variable> inputs)
    {
        Graph = graph;
        Id = id;
        Kind = kind;
        Name = name;
        Shape = shape;
        Operation = operation;
        Inputs = inputs;
        DerivativeOrder = inputs.Aggregate(graph.DerivativeOrder, (order, input) => Math.Max(order, input.DerivativeOrder));
        foreach (Variable input in inputs.Distinct())
            input._consumers.Add(this);
    }

    /// <summary>The graph that holds the variable.</summary>
    public Graph Graph { get; }

    /// <summary>The place in the graph: a variable comes after everything it is computed from.</summary>
    public int Id { get; }

    /// <summary>Where the value comes from.</summary>
    public VariableKind Kind { get; }

    /// <summary>The given name, or one made from the operation and the place.</summary>
    public string Name { get; }

    /// <summary>The shape of the value.</summary>
    public Shape Shape { get; }

    /// <summary>What computes the variable (the book's <c>get_operation</c>); null unless it is <see cref="VariableKind.Computed"/>.</summary>
    public Operation? Operation { get; }

    /// <summary>What the variable is computed from, in the operation's order (<c>get_inputs</c>); one may stand twice.</summary>
    public IReadOnlyList<Variable> Inputs { get; }

    /// <summary>The variables computed from this one (<c>get_consumers</c>), each once, in the order of their making.</summary>
    public IReadOnlyList<Variable> Consumers => _consumers;

    /// <summary>
    /// 0 for what was written by hand, 1 for what back-propagation added for a gradient and what is computed from it, 2 for
    /// the gradient of such, and so on.
    /// </summary>
    public int DerivativeOrder { get; }

    /// <summary>The value of every element of a constant; 0 for other kinds.</summary>
    public double ConstantValue { get; internal init; }

    /// <summary>Whether an input is fed by the elements that are present (<see cref="Graph.SparseInput"/>).</summary>
    public bool IsSparse { get; internal init; }

    /// <summary>Where a parameter lies in the flat buffer; null for other kinds.</summary>
    public ParameterSegment? Segment { get; internal init; }

    /// <summary>The variable as algebra, <c>relu(x W + b)</c>; deep or long expressions are cut short by names.</summary>
    public override string ToString() => Algebra.Write(this);

    /// <summary>The name and the shape, for messages.</summary>
    internal string Label => $"{Name} {Shape}";
}
