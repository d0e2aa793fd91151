using System.Numerics;

namespace Backprop.Optimizers;

/// <summary>
/// Learns: changes parameters by their gradients, and knows nothing of where these come from (back-propagation computes
/// gradients, the optimizer learns; Goodfellow, Bengio and Courville, section 6.5).
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class Optimizer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The step size of the next step.</summary>
    public abstract double LearningRate { get; }

    /// <summary>Takes one step. Allocates nothing.</summary>
    /// <param name="parameters">All parameters, flat; changed in place.</param>
    /// <param name="gradients">Their gradients, as many.</param>
    public abstract void Step(Span<T> parameters, ReadOnlySpan<T> gradients);
}
