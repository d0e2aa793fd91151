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
    private readonly T[] _velocity;

    /// <summary>Starts at rest.</summary>
    /// <param name="parameterCount">The number of parameters.</param>
    /// <param name="learningRate">The step size, above 0.</param>
    /// <param name="momentum">How much of the velocity stays from step to step, 0 to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public Sgd(int parameterCount, double learningRate, double momentum = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parameterCount);
        if (!(learningRate > 0 && double.IsFinite(learningRate)))
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "The learning rate must be above 0 and finite.");
        if (!(momentum >= 0 && momentum < 1))
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "The momentum must be at least 0 and below 1.");
        LearningRate = learningRate;
        Momentum = momentum;
        _velocity = new T[parameterCount];
    }

    /// <inheritdoc/>
    public override double LearningRate { get; }

    /// <summary>How much of the velocity stays from step to step.</summary>
    public double Momentum { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are not as many parameters or gradients as the optimizer was made for.</exception>
    public override void Step(Span<T> parameters, ReadOnlySpan<T> gradients)
    {
        if (parameters.Length != _velocity.Length || gradients.Length != _velocity.Length)
        {
            throw new ArgumentException(
                $"The optimizer was made for {_velocity.Length} parameters; it got {parameters.Length} and {gradients.Length} gradients.");
        }

        Update.Momentum(parameters, gradients, _velocity, T.CreateChecked(LearningRate), T.CreateChecked(Momentum));
    }
}
