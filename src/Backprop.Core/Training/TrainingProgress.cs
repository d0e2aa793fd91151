namespace Backprop.Training;

/// <summary>How far a training is, for a callback; valid while that runs.</summary>
public sealed class TrainingProgress
{
    /// <summary>The epoch that is running, or has just ended, from 1.</summary>
    public int Epoch { get; internal set; }

    /// <summary>The epochs that were asked for.</summary>
    public int Epochs { get; internal init; }

    /// <summary>
    /// The training rows that have been used in this epoch; of L-BFGS, which may go over them several times, in this pass.
    /// </summary>
    public long Rows { get; internal set; }

    /// <summary>The training rows of an epoch.</summary>
    public long RowsPerEpoch { get; internal init; }

    /// <summary>The mean cost of these <see cref="Rows"/>; at the end of an epoch its <see cref="EpochRecord.Loss"/>.</summary>
    public double Loss { get; internal set; }

    /// <summary>The step size of the last minibatch.</summary>
    public double LearningRate { get; internal set; }

    /// <summary>
    /// <see cref="EpochRecord.GradientNorm"/> of the epoch as far as it is. Of L-BFGS, that after the last iteration; NaN within the first.
    /// </summary>
    public double GradientNorm { get; internal set; }

    /// <summary>The mean loss of the validation rows after the last epoch that has ended; null where there is none.</summary>
    public double? ValidationLoss { get; internal set; }

    /// <summary>
    /// How good the predictions for the validation rows were then: see <see cref="EpochRecord.ValidationMetric"/>; null likewise.
    /// </summary>
    public double? ValidationMetric { get; internal set; }

    /// <summary>Training rows a second, validation aside.</summary>
    public double RowsPerSecond { get; internal set; }

    /// <summary>What there is to say of the epoch; null while it is running.</summary>
    public EpochRecord? EpochEnded { get; internal set; }

    /// <summary>The time since training, or its resumption, started.</summary>
    public TimeSpan Elapsed { get; internal set; }

    /// <summary>The time that the remaining epochs will take, as long as no stop comes before, at the speed so far.</summary>
    public TimeSpan Remaining { get; internal set; }

    /// <summary>Whether <see cref="Stop"/> has been called.</summary>
    public bool StopAsked { get; private set; }

    /// <summary>Asks the training to stop: within one minibatch, with the best model so far.</summary>
    public void Stop() => StopAsked = true;
}
