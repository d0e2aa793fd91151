namespace Backprop.Training;

/// <summary>When a training stops and which epoch is best: functions of the epochs alone, so that a resumed training decides alike.</summary>
internal static class Stopping
{
    /// <summary>
    /// The epoch with the best validation, the first of equals, from 1; 0 where the start was as good. The last where there is no
    /// validation.
    /// </summary>
    /// <param name="epochs">The epochs.</param>
    /// <param name="start">What validation showed before the first; null where that does not count.</param>
    /// <param name="criterion">What tells which is better.</param>
    public static int BestEpoch(IReadOnlyList<EpochRecord> epochs, ValidationResult? start, ValidationCriterion criterion)
    {
        if (epochs.Count == 0 || epochs[^1].ValidationLoss is null)
            return epochs.Count;
        int best = start is null ? 1 : 0;
        double least = Badness(start ?? Validation(epochs[0])!.Value, criterion);
        for (int epoch = best + 1; epoch <= epochs.Count; epoch++)
        {
            if (Badness(Validation(epochs[epoch - 1])!.Value, criterion) is var badness && badness < least)
                (best, least) = (epoch, badness);
        }

        return best;
    }

    /// <summary>What an epoch's validation showed; null where it had none.</summary>
    public static ValidationResult? Validation(EpochRecord epoch) =>
        epoch is { ValidationLoss: { } loss, ValidationMetric: { } metric } ? new ValidationResult(loss, metric) : null;

    /// <summary>Why no further epoch follows; null where one does.</summary>
    /// <param name="epochs">The epochs.</param>
    /// <param name="start">What validation showed before the first; null where that does not count.</param>
    /// <param name="options">When to stop.</param>
    public static StopReason? Reason(IReadOnlyList<EpochRecord> epochs, ValidationResult? start, TrainingOptions options)
    {
        double before = start is { } shown ? Badness(shown, options.Criterion) : double.PositiveInfinity;
        if (options.EarlyStopping && EpochsWithoutProgress(epochs, OfValidation, options.MinimumImprovement, before) >= options.Patience)
            return StopReason.EarlyStopping;
        if (options.Tolerance is { } tolerance && EpochsWithoutProgress(epochs, e => e.Loss, tolerance) >= options.Patience)
            return StopReason.Converged;
        return epochs.Count >= options.Epochs ? StopReason.EpochsCompleted : null;

        double OfValidation(EpochRecord epoch) => Badness(Validation(epoch)!.Value, options.Criterion);
    }

    /// <summary>Whether what an epoch's validation showed can be compared with others'.</summary>
    public static bool IsFinite(ValidationResult shown, ValidationCriterion criterion) =>
        double.IsFinite(shown.Loss) && double.IsFinite(Badness(shown, criterion));

    private static double Badness(ValidationResult shown, ValidationCriterion criterion)
    {
        double badness = criterion == ValidationCriterion.Loss ? shown.Loss : -shown.Metric;
        return double.IsNaN(badness) ? double.PositiveInfinity : badness;
    }

    /// <summary>How many epochs at the end did not get better by more than a margin than the best before, as scikit-learn counts.</summary>
    private static int EpochsWithoutProgress(
        IReadOnlyList<EpochRecord> epochs, Func<EpochRecord, double> badness, double margin, double best = double.PositiveInfinity)
    {
        int without = 0;
        foreach (EpochRecord epoch in epochs)
        {
            double value = badness(epoch);
            without = value < best - margin ? 0 : without + 1;
            best = Math.Min(best, value);
        }

        return without;
    }
}
