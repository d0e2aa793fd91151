using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>A function of each element of one tensor.</summary>
public abstract record ElementwiseUnary : Operation
{
    /// <inheritdoc/>
    public sealed override bool IsByRow => true;

    /// <inheritdoc/>
    public sealed override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 1);
        return inputs[0];
    }
}
