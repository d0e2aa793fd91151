using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Optimizers;

/// <summary>
/// Stochastic gradient descent with momentum (Goodfellow, Bengio and Courville, algorithms 8.1 and 8.2, in the form of
/// PyTorch): v = momentum v + g, w = w - learningRate v, from v = 0. Without momentum, w = w - learningRate g.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Sgd<T> : Optimizer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ArraySegment<T> _velocity;

    /// <summary>Starts at rest.</summary>
    /// <param name="segments">All parameters of the flat buffer in its order, without gaps, as a graph lists them.</param>
    /// <param name="learningRate">The step size, above 0 and finite.</param>
    /// <param name="momentum">How much of the velocity stays from step to step, 0 to below 1.</param>
    /// <exception cref="ArgumentException">There is a gap between two segments.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public Sgd(IReadOnlyList<ParameterSegment> segments, double learningRate, double momentum = 0)
        : base(segments, learningRate)
    {
        Require(momentum is >= 0 and < 1, momentum, "The momentum must be at least 0 and below 1.");
        Momentum = momentum;
        _velocity = AlignedBuffer.Allocate<T>(momentum == 0 ? 0 : ParameterCount);
    }

    /// <summary>How much of the velocity stays from step to step.</summary>
    public double Momentum { get; }

    /// <inheritdoc/>
    protected override void Update(in ParameterRun run, Span<T> parameters, ReadOnlySpan<T> gradients)
    {
        T rate = T.CreateChecked(LearningRate * run.LearningRateFactor);
        if (Momentum == 0)
            Kernels.Update.AddMultiple(parameters, gradients, -rate);
        else
            Kernels.Update.Momentum(parameters, gradients, _velocity.AsSpan(run.Offset, run.Length), rate, T.CreateChecked(Momentum));
    }

    /// <inheritdoc/>
    internal override void PrefetchState(int offset, int length)
    {
        if (Momentum != 0)
            CacheHint.Prefetch<T>(_velocity.AsSpan(offset, length));
    }

    /// <summary>With g = multiple w: v = momentum v + multiple w, and w is less learningRate times that.</summary>
    /// <inheritdoc/>
    internal override AbsentRows<T>? AbsentRowsOf(in ParameterRun run, double multiple)
    {
        double rate = LearningRate * run.LearningRateFactor;
        return Momentum == 0
            ? new AbsentRows<T>(1 - (rate * multiple)) // There is no v.
            : new AbsentRows<T>(1 - (rate * multiple), -rate * Momentum, multiple, Momentum, _velocity);
    }
}
