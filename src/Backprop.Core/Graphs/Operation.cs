using System.Globalization;
using System.Numerics;

namespace Backprop.Graphs;

/// <summary>
/// A function of tensors that knows its shape rule, how to compute it and how to differentiate it. To add one, derive a
/// sealed record: two operations that are equal and have the same inputs are computed once.
/// An operation holds no numbers and no state: its attributes (which axis, transposed or not) are its record's parameters.
/// </summary>
public abstract record Operation
{
    /// <summary>The name in messages and drawings.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>The shape of the result.</summary>
    /// <param name="inputs">The inputs' shapes.</param>
    /// <exception cref="ArgumentException">The operation does not take these shapes; the message names it, them and the axis.</exception>
    public abstract Shape InferShape(IReadOnlyList<Shape> inputs);

    /// <summary>Computes the result. Called in every run: it allocates nothing and writes all of <see cref="Operands{T}.Output"/>.</summary>
    /// <param name="x">The inputs' values and the place for the result; they do not overlap.</param>
    /// <typeparam name="T">float or double.</typeparam>
    public abstract void Forward<T>(in Operands<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>
    /// The book's <c>op.bprop(inputs, X, G)</c>: the Jacobian-transpose product
    /// sum over i of (grad_X op.f(inputs)_i) G_i (equation 6.54), as new variables in the graph.
    /// </summary>
    /// <param name="inputs">The inputs that the operation was applied to.</param>
    /// <param name="x">
    /// Which of them to differentiate by. Where one variable stands twice among the inputs, each place is asked for by itself.
    /// </param>
    /// <param name="g">The gradient on the operation's result, of its shape.</param>
    /// <returns>The gradient on that input, of its shape; null where it is zero everywhere.</returns>
    public abstract Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g);

    /// <summary>
    /// Whether, where the first axis is the free one, each row of the result is made from the same row of the inputs, and of
    /// inputs without a free axis from all: then threads may share the rows. False unless an operation says otherwise.
    /// </summary>
    public virtual bool IsByRow => false;

    /// <summary>Whether an input may be a <see cref="Graph.SparseInput"/>. False unless an operation says otherwise.</summary>
    /// <param name="input">Which input, from 0.</param>
    internal virtual bool ReadsSparse(int input) => false;

    /// <summary>
    /// How tightly <see cref="Format"/> holds together: 1 for sums, 2 for products, 3 for matrix products and powers, 4 for
    /// what never needs parentheses.
    /// </summary>
    public virtual int Precedence => 4;

    /// <summary>The result as algebra; a function call unless it says otherwise.</summary>
    /// <param name="operand">The text of an input, in parentheses where it holds together less tightly than asked.</param>
    /// <param name="count">The number of inputs.</param>
    public virtual string Format(Func<int, int, string> operand, int count) => FormatCall(operand, count);

    /// <summary>A function call of the inputs and of what else the operation is made of.</summary>
    /// <param name="operand">The text of an input.</param>
    /// <param name="count">The number of inputs.</param>
    /// <param name="attributes">The numbers or shapes that follow them.</param>
    protected string FormatCall(Func<int, int, string> operand, int count, params IEnumerable<object> attributes)
    {
        ArgumentNullException.ThrowIfNull(operand);
        string name = $"{char.ToLowerInvariant(Name[0])}{Name[1..]}";
        IEnumerable<string> inputs = Enumerable.Range(0, count).Select(input => operand(input, 0));
        IEnumerable<string> numbers = attributes.Select(attribute => string.Create(CultureInfo.InvariantCulture, $"{attribute}"));
        return $"{name}({string.Join(", ", inputs.Concat(numbers))})";
    }

    /// <summary>
    /// The floating-point operations of one run. An addition, a product, a quotient, a comparison and a function such as exp
    /// count 1 each, copying counts nothing. Unless an operation says otherwise, it does one for each element of its result.
    /// </summary>
    /// <param name="inputs">The inputs' shapes.</param>
    /// <param name="output">The result's shape.</param>
    /// <param name="rows">The size of the free axis.</param>
    public virtual long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows) => output.Count(rows);

    /// <summary>The exception for inputs of shapes that an operation does not take.</summary>
    /// <param name="inputs">The shapes.</param>
    /// <param name="rule">What is wrong, and what would be right.</param>
    protected ArgumentException ShapeMismatch(IReadOnlyList<Shape> inputs, string rule) =>
        new($"{Name} of {string.Join(" and ", inputs)}: {rule}");

    /// <summary>Checks that all inputs have one shape, and returns it.</summary>
    /// <param name="inputs">The inputs' shapes, 1 or more.</param>
    /// <exception cref="ArgumentException">Two differ; the message names the first axis that does.</exception>
    protected Shape RequireEqual(IReadOnlyList<Shape> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        foreach (Shape other in inputs)
        {
            if (other.Rank != inputs[0].Rank)
                throw ShapeMismatch(inputs, "the shapes must be equal; their numbers of axes differ.");
            int axis = other.Sizes.CommonPrefixLength(inputs[0].Sizes);
            if (axis < other.Rank)
                throw ShapeMismatch(inputs, $"the shapes must be equal; axis {axis} differs.");
        }

        return inputs[0];
    }

    /// <summary>The exception for a derivative that an operation does not have: to be thrown by <see cref="Bprop"/>.</summary>
    /// <param name="inputs">The inputs that the operation was applied to.</param>
    /// <param name="x">Which of them to differentiate by.</param>
    protected NotSupportedException NoDerivative(IReadOnlyList<Variable> inputs, int x)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        string applied = string.Join(" and ", inputs.Select(input => input.Label));
        return new($"{Name} of {applied} cannot be differentiated by {inputs[x].Name}, its input {x}.");
    }

    /// <summary>Checks the number of inputs.</summary>
    /// <param name="inputs">The inputs' shapes.</param>
    /// <param name="count">How many there must be.</param>
    protected void RequireInputs(IReadOnlyList<Shape> inputs, int count)
    {
        if (inputs.Count != count)
            throw new ArgumentException($"{Name} takes {count} input(s), not {inputs.Count}.", nameof(inputs));
    }
}
