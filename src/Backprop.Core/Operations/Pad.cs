using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>A tensor with zeros before and after it along one axis: the adjoint of <see cref="Slice"/>.</summary>
/// <param name="Axis">Which axis, from 0.</param>
/// <param name="Before">How many places of zeros come before.</param>
/// <param name="After">How many come after.</param>
public sealed record Pad(int Axis, int Before, int After) : AxisOperation(Axis)
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 1);
        RequireFixedAxis(inputs);
        if (Before < 0 || After < 0)
            throw ShapeMismatch(inputs, $"axis {Axis} cannot be padded by {Before} and {After} places; they must be 0 or more.");
        return WithSize(inputs[0], checked(inputs[0][Axis] + Before + After));
    }

    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) => FormatCall(operand, count, Axis, Before, After);

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x)
    {
        x.Output.Clear();
        Copy(x[0], x.Shape(0), 0, x.Output, x.OutputShape, Before, x.Shape(0)[Axis], x.Rows);
    }

    /// <summary>The part of g where the input stands.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Op.Slice(g, Axis, Before, inputs[0].Shape[Axis]);
}

public static partial class Op
{
    /// <summary>A tensor with zeros before and after it along one axis.</summary>
    /// <param name="x">Any tensor.</param>
    /// <param name="axis">Which axis, one of fixed size; from the end with <c>^</c>.</param>
    /// <param name="before">How many places of zeros come before, 0 or more.</param>
    /// <param name="after">How many come after, 0 or more.</param>
    /// <exception cref="ArgumentException">There is no such axis, it is the free one, or a number is below 0.</exception>
    public static Variable Pad(Variable x, Index axis, int before, int after)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Apply(new Pad(axis.GetOffset(x.Shape.Rank), before, after), x);
    }
}
