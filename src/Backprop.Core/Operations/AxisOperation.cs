using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>An operation that cuts or joins tensors along one axis of fixed size; the free axis may be any other.</summary>
/// <param name="Axis">Which axis, from 0.</param>
public abstract record AxisOperation(int Axis) : Operation
{
    /// <inheritdoc/>
    public sealed override bool IsByRow => true;

    /// <summary>None: it moves data.</summary>
    /// <inheritdoc/>
    public sealed override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows) => 0;

    private protected void RequireFixedAxis(IReadOnlyList<Shape> inputs)
    {
        foreach (Shape shape in inputs)
        {
            if ((uint)Axis >= (uint)shape.Rank)
                throw ShapeMismatch(inputs, $"there is no axis {Axis}.");
            if (shape[Axis] == Shape.Free)
                throw ShapeMismatch(inputs, $"axis {Axis} must be of fixed size, not the free one.");
        }
    }

    private protected Shape WithSize(Shape shape, int size)
    {
        int[] sizes = shape.Sizes.ToArray();
        sizes[Axis] = size;
        return new Shape(sizes);
    }

    /// <summary>Copies, for each place on the outer axes, the elements at some places on the axis.</summary>
    /// <param name="from">The tensor to read.</param>
    /// <param name="fromShape">Its shape.</param>
    /// <param name="fromStart">The first place to read.</param>
    /// <param name="to">The tensor to write.</param>
    /// <param name="toShape">Its shape.</param>
    /// <param name="toStart">The first place to write.</param>
    /// <param name="length">How many places.</param>
    /// <param name="rows">The size of the free axis.</param>
    private protected void Copy<T>(
        ReadOnlySpan<T> from, Shape fromShape, int fromStart, Span<T> to, Shape toShape, int toStart, int length, int rows)
    {
        (int outer, int inner) = (1, 1);
        for (int axis = 0; axis < fromShape.Rank; axis++)
        {
            int size = fromShape[axis] == Shape.Free ? rows : fromShape[axis];
            outer *= axis < Axis ? size : 1;
            inner *= axis > Axis ? size : 1;
        }

        for (int i = 0; i < outer; i++)
        {
            int fromPlace = (i * fromShape[Axis]) + fromStart, toPlace = (i * toShape[Axis]) + toStart;
            from.Slice(fromPlace * inner, length * inner).CopyTo(to[(toPlace * inner)..]);
        }
    }
}
