using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>
/// How far each element of a prediction is from that of a target. The shapes must be equal: a column less a row would
/// broadcast to a matrix, which nobody who compares predictions with targets means.
/// </summary>
public abstract record ElementwiseLoss : Operation
{
    /// <inheritdoc/>
    public sealed override bool IsByRow => true;

    /// <inheritdoc/>
    public sealed override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 2);
        return RequireEqual(inputs);
    }

    /// <summary>Two for each element: the difference, and a function of it.</summary>
    /// <inheritdoc/>
    public override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows) => 2L * output.Count(rows);
}
