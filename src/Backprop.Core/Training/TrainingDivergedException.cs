namespace Backprop.Training;

/// <summary>A training in which the loss or the weights were not finite any more.</summary>
/// <param name="message">What happened, and what to try.</param>
/// <param name="history">The epochs before, the last one included.</param>
public sealed class TrainingDivergedException(string message, TrainingHistory history) : InvalidOperationException(message)
{
    /// <summary>The epochs before, the last one included; stopped by <see cref="StopReason.Diverged"/>.</summary>
    public TrainingHistory History { get; } = history;
}
