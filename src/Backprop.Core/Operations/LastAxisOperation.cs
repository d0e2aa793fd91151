using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>An operation on each row by itself, a row being what lies along the last axis.</summary>
public abstract record LastAxisOperation : Operation
{
    /// <inheritdoc/>
    public sealed override bool IsByRow => true;

    private protected Shape RequireLastAxis(IReadOnlyList<Shape> inputs) =>
        inputs[0].Rank > 0 && inputs[0][^1] > 0
            ? inputs[0]
            : throw ShapeMismatch(inputs, "there must be a last axis, of a fixed size above 0.");

    /// <summary>The shape of one number for each row: the last axis with size 1.</summary>
    private protected static Shape Column(Shape shape)
    {
        int[] sizes = shape.Sizes.ToArray();
        sizes[^1] = 1;
        return new Shape(sizes);
    }
}
