using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Optimizers;

/// <summary>
/// Stochastic gradient descent with momentum (Goodfellow, Bengio and Courville, algorithms 8.1 and 8.2, in the form of
/// PyTorch): v = momentum v + g, w = w - learningRate v, from v = 0. With Nesterov's momentum (algorithm 8.3, in PyTorch's form of
/// Sutskever et al. 2013), w = w - learningRate (g + momentum v). Without momentum, w = w - learningRate g.
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
    /// <param name="nesterov">Whether the momentum is Nesterov's, and then above 0.</param>
    /// <exception cref="ArgumentException">There is a gap between two segments, or Nesterov's momentum is 0.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public Sgd(IReadOnlyList<ParameterSegment> segments, double learningRate, double momentum = 0, bool nesterov = false)
        : base(segments, learningRate)
    {
        Require(momentum is >= 0 and < 1, momentum, "The momentum must be at least 0 and below 1.");
        if (nesterov && momentum == 0)
            throw new ArgumentException("Nesterov's momentum must be above 0; it is 0.", nameof(nesterov));
        (Momentum, Nesterov) = (momentum, nesterov);
        _velocity = AlignedBuffer.Allocate<T>(momentum == 0 ? 0 : ParameterCount);
    }

    /// <summary>How much of the velocity stays from step to step.</summary>
    public double Momentum { get; }

    /// <summary>Whether the momentum is Nesterov's.</summary>
    public bool Nesterov { get; }

    /// <inheritdoc/>
    internal override ArraySegment<T> AbsentRowState => _velocity;

    /// <inheritdoc/>
    protected override void Update(in ParameterRun run, Span<T> parameters, ReadOnlySpan<T> gradients)
    {
        T rate = T.CreateChecked(LearningRate * run.LearningRateFactor), momentum = T.CreateChecked(Momentum);
        if (Momentum == 0)
            Kernels.Update.AddMultiple(parameters, gradients, -rate);
        else if (Nesterov)
            Kernels.Update.Nesterov(parameters, gradients, _velocity.AsSpan(run.Offset, run.Length), rate, momentum);
        else
            Kernels.Update.Momentum(parameters, gradients, _velocity.AsSpan(run.Offset, run.Length), rate, momentum);
    }

    /// <inheritdoc/>
    protected override void WriteState(BinaryWriter writer) => OptimizerState.Write<T>(writer, _velocity);

    /// <inheritdoc/>
    protected override void ReadState(BinaryReader reader) => OptimizerState.Read<T>(reader, _velocity);

    /// <summary>
    /// With g = multiple w: v = momentum v + multiple w, and w is less learningRate times that; with Nesterov's momentum, less
    /// learningRate times (1 + momentum) multiple w + momentum^2 v.
    /// </summary>
    /// <inheritdoc/>
    internal override AbsentRowStep? AbsentRowStepOf(in ParameterRun run, double multiple)
    {
        double rate = LearningRate * run.LearningRateFactor;
        return (Momentum, Nesterov) switch
        {
            (0, _) => new AbsentRowStep(1 - (rate * multiple)), // There is no v.
            (_, false) => new AbsentRowStep(1 - (rate * multiple), -rate * Momentum, multiple, Momentum),
            _ => new AbsentRowStep(1 - (rate * (1 + Momentum) * multiple), -rate * Momentum * Momentum, multiple, Momentum),
        };
    }

    /// <summary>v gets all of it; w less learningRate times that, and with Nesterov's momentum times 1 + momentum.</summary>
    /// <inheritdoc/>
    internal override (T ToW, T ToState)? LinearStepOf(in ParameterRun run)
    {
        double rate = LearningRate * run.LearningRateFactor;
        return (T.CreateChecked(Nesterov ? -rate * (1 + Momentum) : -rate), T.One);
    }
}
