namespace Backprop.Training;

/// <summary>One pass over the training data.</summary>
/// <param name="Epoch">Which one, from 1.</param>
/// <param name="Loss">
/// The cost, each minibatch's before its update, averaged over the rows; terms of the parameters alone, as a penalty, are those at
/// the beginning of the epoch. Of L-BFGS, the cost after the epoch's step.
/// </param>
/// <param name="Seconds">How long it took, validation included.</param>
/// <param name="RowsPerSecond">Training rows a second, validation aside.</param>
public sealed record EpochRecord(int Epoch, double Loss, double Seconds, double RowsPerSecond)
{
    /// <summary>The step size of the last minibatch.</summary>
    public double LearningRate { get; init; }

    /// <summary>
    /// The length of the cost's gradient, all parameters together and before clipping, averaged over some minibatches of the epoch:
    /// one in 16, and of long epochs 32 or so. Where features are sparse, absent ones' penalties are left out.
    /// </summary>
    public double GradientNorm { get; init; }

    /// <summary>
    /// The mean loss of the validation rows, class weights and label smoothing included as in training, penalties and dropout not; null
    /// where there are none.
    /// </summary>
    public double? ValidationLoss { get; init; }

    /// <summary>
    /// How good the predictions for the validation rows are, at most 1: the accuracy of classes, the R squared of numbers, of several the
    /// mean. Rows count by their own weights, not by those of their classes. NaN where a number is the same in all validation rows; null
    /// where there are none.
    /// </summary>
    public double? ValidationMetric { get; init; }
}

/// <summary>What happened in a training.</summary>
/// <param name="Epochs">Every epoch, in order.</param>
/// <param name="StopReason">Why it stopped.</param>
public sealed record TrainingHistory(IReadOnlyList<EpochRecord> Epochs, StopReason StopReason)
{
    /// <summary>
    /// The epoch, from 1, after which the parameters were what they are now: with validation rows the best one, else the last, or some way
    /// into the next where that was stopped. 0 where none has ended, or where none made the model better that training went on from.
    /// </summary>
    public int BestEpoch { get; init; } = Epochs.Count;

    /// <summary>How many training rows could not be used: with missing or infinite numbers, without a label, or of weight 0.</summary>
    public long SkippedRows { get; init; }

    /// <summary>
    /// What the validation rows showed of the model that training went on from; null where there are none, or no such model.
    /// </summary>
    public ValidationResult? StartingValidation { get; init; }
}
