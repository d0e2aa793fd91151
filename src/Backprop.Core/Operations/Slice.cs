using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>A part of a tensor along one axis.</summary>
/// <param name="Axis">Which axis, from 0.</param>
/// <param name="Start">The first place to take.</param>
/// <param name="Length">How many places to take.</param>
public sealed record Slice(int Axis, int Start, int Length) : AxisOperation(Axis)
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 1);
        RequireFixedAxis(inputs);
        int size = inputs[0][Axis];
        if (Start < 0 || Length < 0 || Start > size - Length)
            throw ShapeMismatch(inputs, $"{Length} places from {Start} on do not lie within axis {Axis}, whose size is {size}.");
        return WithSize(inputs[0], Length);
    }

    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) => FormatCall(operand, count, Axis, Start, Length);

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Copy(x[0], x.Shape(0), Start, x.Output, x.OutputShape, 0, Length, x.Rows);

    /// <summary>g with zeros around it.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Op.Pad(g, Axis, Start, inputs[0].Shape[Axis] - Start - Length);
}

public static partial class Op
{
    /// <summary>A part of a tensor along one axis.</summary>
    /// <param name="x">Any tensor.</param>
    /// <param name="axis">Which axis, one of fixed size; from the end with <c>^</c>.</param>
    /// <param name="start">The first place to take, from 0.</param>
    /// <param name="length">How many places to take, 0 or more.</param>
    /// <exception cref="ArgumentException">There is no such axis, it is the free one, or it is too short.</exception>
    public static Variable Slice(Variable x, Index axis, int start, int length)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Apply(new Slice(axis.GetOffset(x.Shape.Rank), start, length), x);
    }
}
