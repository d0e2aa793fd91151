using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Optimizers;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101, in the form of PyTorch): before each step
/// of <see cref="Adam{T}"/>, w = (1 - learningRate weightDecay) w. Unlike a penalty in the cost, the decay does not pass through the
/// quotient of the means. A parameter's <see cref="ParameterSegment.DecayFactor"/> scales it.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class AdamW<T> : Adam<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Starts without memory.</summary>
    /// <param name="segments">All parameters of the flat buffer in its order, without gaps, as a graph lists them.</param>
    /// <param name="learningRate">The step size, above 0 and finite.</param>
    /// <param name="weightDecay">How fast weights decay, 0 or more and finite.</param>
    /// <param name="beta1">How much of the gradients' mean stays from step to step, 0 to below 1.</param>
    /// <param name="beta2">How much of the squared gradients' mean stays from step to step, 0 to below 1.</param>
    /// <param name="epsilon">What keeps the quotient finite where the gradients are 0, above 0 and finite.</param>
    /// <exception cref="ArgumentException">There is a gap between two segments.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public AdamW(
        IReadOnlyList<ParameterSegment> segments, double learningRate = 0.001, double weightDecay = 0.01,
        double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
        : base(segments, learningRate, beta1, beta2, epsilon, weightDecay)
    {
        WeightDecay = weightDecay;
    }

    /// <summary>How fast weights decay.</summary>
    public double WeightDecay { get; }
}
