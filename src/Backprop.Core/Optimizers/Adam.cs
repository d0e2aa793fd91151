using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Optimizers;

/// <summary>
/// Adam (Kingma and Ba 2015, arXiv 1412.6980, algorithm 1), with epsilon where PyTorch has it. With m = v = 0 before step
/// t = 1: m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, and
/// w = w - learningRate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon).
/// </summary>
/// <remarks>
/// Where a training's features are sparse, of the first layer's weights a step changes those of present features, and their means,
/// as PyTorch's SparseAdam does but for the place of epsilon: the means of an absent one do not fade, and it does not move, other
/// than by decoupled decay, which it makes up for when it is next read. The same features with their zeros would do something else.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
public class Adam<T> : Optimizer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ArraySegment<T> _mean, _meanSquare;
    private double _power1, _power2; // beta1^t and beta2^t

    /// <summary>Starts without memory.</summary>
    /// <param name="segments">All parameters of the flat buffer in its order, without gaps, as a graph lists them.</param>
    /// <param name="learningRate">The step size, above 0 and finite.</param>
    /// <param name="beta1">How much of the gradients' mean stays from step to step, 0 to below 1.</param>
    /// <param name="beta2">How much of the squared gradients' mean stays from step to step, 0 to below 1.</param>
    /// <param name="epsilon">What keeps the quotient finite where the gradients are 0, above 0 and finite.</param>
    /// <exception cref="ArgumentException">There is a gap between two segments.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public Adam(
        IReadOnlyList<ParameterSegment> segments, double learningRate = 0.001, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
        : this(segments, learningRate, beta1, beta2, epsilon, weightDecay: 0)
    {
    }

    private protected Adam(
        IReadOnlyList<ParameterSegment> segments, double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        : base(segments, learningRate, weightDecay)
    {
        Require(beta1 is >= 0 and < 1, beta1, "beta1 must be at least 0 and below 1.");
        Require(beta2 is >= 0 and < 1, beta2, "beta2 must be at least 0 and below 1.");
        Require(epsilon > 0 && double.IsFinite(epsilon), epsilon, "epsilon must be above 0 and finite.");
        (Beta1, Beta2, Epsilon) = (beta1, beta2, epsilon);
        (_mean, _meanSquare) = (AlignedBuffer.Allocate<T>(ParameterCount), AlignedBuffer.Allocate<T>(ParameterCount));
    }

    /// <summary>How much of the gradients' mean stays from step to step.</summary>
    public double Beta1 { get; }

    /// <summary>How much of the squared gradients' mean stays from step to step.</summary>
    public double Beta2 { get; }

    /// <summary>What keeps the quotient finite where the gradients are 0.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    protected override void BeginStep() => (_power1, _power2) = (Math.Pow(Beta1, StepCount), Math.Pow(Beta2, StepCount));

    /// <inheritdoc/>
    protected override void Update(in ParameterRun run, Span<T> parameters, ReadOnlySpan<T> gradients)
    {
        double rate = LearningRate * run.LearningRateFactor;
        var rule = new AdamRule<T>(
            Beta1, Beta2, keep: 1 - (rate * run.WeightDecay), rate / (1 - _power1), scale: 1 / Math.Sqrt(1 - _power2), Epsilon);
        Kernels.Update.Adam(
            parameters, gradients, _mean.AsSpan(run.Offset, run.Length), _meanSquare.AsSpan(run.Offset, run.Length), rule);
    }

    /// <inheritdoc/>
    protected override void WriteState(BinaryWriter writer)
    {
        OptimizerState.Write<T>(writer, _mean);
        OptimizerState.Write<T>(writer, _meanSquare);
    }

    /// <inheritdoc/>
    protected override void ReadState(BinaryReader reader)
    {
        OptimizerState.Read<T>(reader, _mean);
        OptimizerState.Read<T>(reader, _meanSquare);
    }

    /// <inheritdoc/>
    internal override void PrefetchState(int offset, int length)
    {
        CacheHint.Prefetch<T>(_mean.AsSpan(offset, length));
        CacheHint.Prefetch<T>(_meanSquare.AsSpan(offset, length));
    }

    /// <summary>They decay; a penalty in the cost, which their gradient consists of, does not reach them.</summary>
    /// <inheritdoc/>
    internal override AbsentRowStep? AbsentRowStepOf(in ParameterRun run, double multiple) =>
        this is AdamW<T> || GetType() == typeof(Adam<T>) // Whoever derives from it may step otherwise.
            ? new(1 - (LearningRate * run.LearningRateFactor * run.WeightDecay))
            : null;
}
