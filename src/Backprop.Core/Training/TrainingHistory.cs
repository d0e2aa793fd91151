namespace Backprop.Training;

/// <summary>Why a training stopped.</summary>
public enum StopReason
{
    /// <summary>Every epoch that was asked for has run.</summary>
    EpochsCompleted,
}

/// <summary>One pass over the training data.</summary>
/// <param name="Epoch">Which one, from 1.</param>
/// <param name="Loss">
/// The cost, each minibatch's before its update, averaged over the rows; terms of the parameters alone, as a penalty, are those at
/// the beginning of the epoch.
/// </param>
/// <param name="Seconds">How long it took.</param>
/// <param name="RowsPerSecond">Training rows a second.</param>
public sealed record EpochRecord(int Epoch, double Loss, double Seconds, double RowsPerSecond);

/// <summary>What happened in a training.</summary>
/// <param name="Epochs">Every epoch, in order.</param>
/// <param name="StopReason">Why it stopped.</param>
public sealed record TrainingHistory(IReadOnlyList<EpochRecord> Epochs, StopReason StopReason);
