namespace Backprop.Training;

/// <summary>When a training stops and which epoch is best: functions of the epochs alone, so that a resumed training decides alike.</summary>
internal static class Stopping
{
    /// <summary>The epoch with the best validation, the first of equals, from 1; the last where there is no validation.</summary>
    public static int BestEpoch(IReadOnlyList<EpochRecord> epochs, ValidationCriterion criterion)
    {
        int best = epochs.Count;
        for (int i = epochs.Count - 1; i >= 0 && epochs[i].ValidationLoss is not null; i--)
        {
            if (!(Badness(epochs[best - 1], criterion) < Badness(epochs[i], criterion)))
                best = i + 1;
        }

        return best;
    }

    /// <summary>Why no further epoch follows; null where one does.</summary>
    public static StopReason? Reason(IReadOnlyList<EpochRecord> epochs, TrainingOptions options)
    {
        if (options.EarlyStopping && EpochsWithoutProgress(epochs, e => Badness(e, options.Criterion), options.MinimumImprovement) >= options.Patience)
            return StopReason.EarlyStopping;
        if (options.Tolerance is { } tolerance && EpochsWithoutProgress(epochs, e => e.Loss, tolerance) >= options.Patience)
            return StopReason.Converged;
        return epochs.Count >= options.Epochs ? StopReason.EpochsCompleted : null;
    }

    private static double Badness(EpochRecord epoch, ValidationCriterion criterion)
    {
        double badness = criterion == ValidationCriterion.Loss ? epoch.ValidationLoss!.Value : -epoch.ValidationMetric!.Value;
        return double.IsNaN(badness) ? double.PositiveInfinity : badness;
    }

    /// <summary>How many epochs at the end did not get better by more than a margin than the best before, as scikit-learn counts.</summary>
    private static int EpochsWithoutProgress(IReadOnlyList<EpochRecord> epochs, Func<EpochRecord, double> badness, double margin)
    {
        double best = double.PositiveInfinity;
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
