using Backprop.Kernels;

namespace Backprop.Optimizers;

/// <content>
/// Parameters that take their steps while their gradients are being computed, a few rows at a time: these are still in the first cache,
/// and what a processor waits for, weights that another one has read, arrives while it computes the next rows.
/// </content>
public abstract partial class Optimizer<T>
{
    /// <summary>The longest rows: a few of them, with the weights and the state, leave room in the first cache for what they are computed from.</summary>
    private const int LongestRow = 256;

    /// <summary>
    /// Takes over the steps of a parameter: from now on they are taken by what is returned, between <see cref="StartStep"/> and
    /// <see cref="FinishStep"/>. <see cref="UseRowSparse"/> ends it.
    /// </summary>
    /// <param name="segment">The parameter.</param>
    /// <param name="parameters">All parameters, flat; changed in place.</param>
    /// <param name="gradients">Their gradients, as many.</param>
    /// <returns>What takes the gradient's elements; null where they are too few, or their rows too long, for that to be faster.</returns>
    /// <exception cref="ArgumentException">The parameter is none of the optimizer's.</exception>
    internal IProductSink? StepWhileComputed(ParameterSegment segment, ArraySegment<T> parameters, ArraySegment<T> gradients) =>
        segment.Length < WorthAThread || segment.RowLength > LongestRow ? null : new StepOfParameter(this, Cut(segment), parameters, gradients);

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
