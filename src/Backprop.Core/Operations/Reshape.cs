using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>The same elements in the same order, row-major, under another shape.</summary>
/// <param name="Target">The shape of the result; its number of elements is that of the input at any number of rows.</param>
public sealed record Reshape(Shape Target) : Operation
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 1);
        // The numbers of elements are c r or c at r rows: equal at 0 and at 1 row, they are equal at any.
        if (inputs[0].Count(0) != Target.Count(0) || inputs[0].Count(1) != Target.Count(1))
            throw ShapeMismatch(inputs, $"the shape {Target} has not the same number of elements at any number of rows.");
        return Target;
    }

    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) => FormatCall(operand, count, Target);

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => x[0].CopyTo(x.Output);

    /// <summary>g in the shape of the input.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => Op.Reshape(g, inputs[0].Shape);

    /// <summary>None: it moves data.</summary>
    /// <inheritdoc/>
    public override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows) => 0;
}

public static partial class Op
{
    /// <summary>A tensor's elements, in row-major order, under another shape.</summary>
    /// <param name="x">Any tensor.</param>
    /// <param name="target">
    /// The shape; where that of <paramref name="x"/> has a free axis, so must it, and the product of the other sizes must be
    /// equal.
    /// </param>
    /// <exception cref="ArgumentException">The numbers of elements are not equal at any number of rows.</exception>
    public static Variable Reshape(Variable x, Shape target)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Shape == target ? x : Apply(new Reshape(target), x);
    }
}
