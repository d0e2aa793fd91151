using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Optimizers;

/// <summary>
/// RMSProp (Hinton 2012; Goodfellow, Bengio and Courville, algorithm 8.5, with momentum as in algorithm 8.6 in the form of PyTorch),
/// with epsilon where PyTorch has it. With v = u = 0 before the first step: v = alpha v + (1 - alpha) g^2,
/// u = momentum u + g / (sqrt(v) + epsilon), w = w - learningRate u.
/// </summary>
/// <remarks>
/// Where a training's features are sparse, of the first layer's weights a step changes those of present features, and their state,
/// as <see cref="Adam{T}"/> does: the state of an absent one does not fade, and it does not move.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
public sealed class RmsProp<T> : Optimizer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ArraySegment<T> _meanSquare, _velocity;

    /// <summary>Starts without memory.</summary>
    /// <param name="segments">All parameters of the flat buffer in its order, without gaps, as a graph lists them.</param>
    /// <param name="learningRate">The step size, above 0 and finite.</param>
    /// <param name="alpha">How much of the squared gradients' mean stays from step to step, 0 to below 1.</param>
    /// <param name="momentum">How much of the velocity u stays from step to step, 0 to below 1.</param>
    /// <param name="epsilon">What keeps the quotient finite where the gradients are 0, above 0 and finite.</param>
    /// <exception cref="ArgumentException">There is a gap between two segments.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public RmsProp(
        IReadOnlyList<ParameterSegment> segments, double learningRate = 0.01, double alpha = 0.99, double momentum = 0, double epsilon = 1e-8)
        : base(segments, learningRate)
    {
        Require(alpha is >= 0 and < 1, alpha, "alpha must be at least 0 and below 1.");
        Require(momentum is >= 0 and < 1, momentum, "The momentum must be at least 0 and below 1.");
        Require(epsilon > 0 && double.IsFinite(epsilon), epsilon, "epsilon must be above 0 and finite.");
        (Alpha, Momentum, Epsilon) = (alpha, momentum, epsilon);
        _meanSquare = AlignedBuffer.Allocate<T>(ParameterCount);
        _velocity = AlignedBuffer.Allocate<T>(momentum == 0 ? 0 : ParameterCount);
    }

    /// <summary>How much of the squared gradients' mean stays from step to step.</summary>
    public double Alpha { get; }

    /// <summary>How much of the velocity stays from step to step.</summary>
    public double Momentum { get; }

    /// <summary>What keeps the quotient finite where the gradients are 0.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    protected override void Update(in ParameterRun run, Span<T> parameters, ReadOnlySpan<T> gradients)
    {
        double rate = LearningRate * run.LearningRateFactor;
        Span<T> meanSquare = _meanSquare.AsSpan(run.Offset, run.Length);
        if (Momentum == 0)
            Kernels.Update.RmsProp(parameters, gradients, meanSquare, new RmsPropRule<T>(rate, Alpha, Epsilon));
        else
        {
            Kernels.Update.RmsProp(
                parameters, gradients, meanSquare, _velocity.AsSpan(run.Offset, run.Length),
                new RmsPropMomentumRule<T>(rate, Alpha, Epsilon, Momentum));
        }
    }

    /// <inheritdoc/>
    protected override void WriteState(BinaryWriter writer)
    {
        OptimizerState.Write<T>(writer, _meanSquare);
        OptimizerState.Write<T>(writer, _velocity);
    }

    /// <inheritdoc/>
    protected override void ReadState(BinaryReader reader)
    {
        OptimizerState.Read<T>(reader, _meanSquare);
        OptimizerState.Read<T>(reader, _velocity);
    }

    /// <inheritdoc/>
    internal override void PrefetchState(int offset, int length)
    {
        CacheHint.Prefetch<T>(_meanSquare.AsSpan(offset, length));
        if (Momentum != 0)
            CacheHint.Prefetch<T>(_velocity.AsSpan(offset, length));
    }

    /// <summary>They stay as they are; a penalty in the cost, which their gradient consists of, does not reach them.</summary>
    /// <inheritdoc/>
    internal override AbsentRowStep? AbsentRowStepOf(in ParameterRun run, double multiple) => new(1);
}
