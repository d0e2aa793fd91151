using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>Tensors joined along one axis; their other axes agree.</summary>
/// <param name="Axis">Which axis, from 0.</param>
public sealed record Concatenate(int Axis) : AxisOperation(Axis)
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        if (inputs.Count == 0)
            throw new ArgumentException($"{Name} takes 1 input or more, not 0.", nameof(inputs));
        RequireFixedAxis(inputs);
        int size = 0;
        foreach (Shape shape in inputs)
        {
            int differs = WithSize(inputs[0], shape[Axis]).Sizes.CommonPrefixLength(shape.Sizes);
            if (differs < Math.Max(shape.Rank, inputs[0].Rank))
                throw ShapeMismatch(inputs, $"all sizes but those of axis {Axis} must be equal; axis {differs} differs.");
            size = checked(size + shape[Axis]);
        }

        return WithSize(inputs[0], size);
    }

    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) => FormatCall(operand, count, Axis);

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x)
    {
        int start = 0;
        for (int input = 0; input < x.Count; input++)
        {
            int length = x.Shape(input)[Axis];
            Copy(x[input], x.Shape(input), 0, x.Output, x.OutputShape, start, length, x.Rows);
            start += length;
        }
    }

    /// <summary>The part of g where the input stands.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Op.Slice(g, Axis, inputs.Take(x).Sum(input => input.Shape[Axis]), inputs[x].Shape[Axis]);
}

public static partial class Op
{
    /// <summary>Tensors joined along one axis, in order.</summary>
    /// <param name="axis">Which axis, one of fixed size; from the end with <c>^</c>.</param>
    /// <param name="parts">One tensor or more; all sizes but those of the axis agree.</param>
    /// <exception cref="ArgumentException">No part, no such axis, the free axis, or other sizes that differ.</exception>
    public static Variable Concatenate(Index axis, params ReadOnlySpan<Variable> parts)
    {
        if (parts.IsEmpty)
            throw new ArgumentException("Concatenate takes 1 input or more, not 0.", nameof(parts));
        ArgumentNullException.ThrowIfNull(parts[0], nameof(parts));
        return Apply(new Concatenate(axis.GetOffset(parts[0].Shape.Rank)), parts);
    }
}
