using Backprop.Kernels;

namespace Backprop.Optimizers;

/// <content>
/// Parameters that take their steps while their gradients are being computed, a few rows at a time, which are still in the first cache;
/// weights that another processor has read arrive while the next rows are computed.
/// </content>
public abstract partial class Optimizer<T>
{
    /// <summary>Below so many parameters, one call for all of them takes less time.</summary>
    private const int WorthCalls = 1 << 15;

    /// <summary>The longest rows: a tile of them, with weights and state, leaves room in the first cache for the factors.</summary>
    private const int LongestRow = 256;

    /// <summary>
    /// Takes over the steps of a parameter: from now on they are taken by what is returned, between <see cref="StartStep"/> and
    /// <see cref="FinishStep"/>. <see cref="UseRowSparse"/> takes them back.
    /// </summary>
    /// <param name="segment">The parameter.</param>
    /// <param name="parameters">All parameters, flat; changed in place.</param>
    /// <param name="gradients">Their gradients, as many.</param>
    /// <returns>
    /// What takes the gradient's elements, as long as the steps are not taken back; null where they are too few, or their rows too long,
    /// for that to be faster, or where the optimizer does not treat them all alike.
    /// </returns>
    internal IProductSink? StepWhileComputed(ParameterSegment segment, ArraySegment<T> parameters, ArraySegment<T> gradients) =>
        segment.Length >= WorthCalls && segment.RowLength <= LongestRow && Cut(segment) is { } run
            ? new StepOfParameter(this, run, parameters, gradients)
            : null;

    private sealed class StepOfParameter(Optimizer<T> optimizer, ParameterRun run, ArraySegment<T> parameters, ArraySegment<T> gradients)
        : IProductSink
    {
        public void Take(int first, int count)
        {
            int offset = run.Offset + first;
            optimizer.Update(run with { Offset = offset, Length = count }, parameters.AsSpan(offset, count), gradients.AsSpan(offset, count));
        }
    }
}
