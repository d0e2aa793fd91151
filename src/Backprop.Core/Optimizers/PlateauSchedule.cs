namespace Backprop.Optimizers;

/// <summary>
/// The learning rate falls by a factor when the loss has not become less for more epochs than one is patient with, and the counting begins
/// anew (PyTorch's ReduceLROnPlateau with its defaults; scikit-learn's "adaptive" is alike, with a decay of 0.2).
/// </summary>
public sealed record PlateauSchedule : LearningRateSchedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="decay">What the rate is multiplied by, above 0 and at most 1. Default 0.1.</param>
    /// <param name="patience">The epochs without improvement that leave the rate as it is, 0 or more. Default 10.</param>
    /// <param name="minimumImprovement">By what part of the best loss another must be less to be an improvement, 0 to below 1. Default
    /// 1e-4.</param>
    /// <param name="minimum">Below what the factor does not fall, 0 to 1. Default 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public PlateauSchedule(double decay = 0.1, int patience = 10, double minimumImprovement = 1e-4, double minimum = 0) =>
        (Decay, Patience, MinimumImprovement, Minimum) = (decay, patience, minimumImprovement, minimum);

    /// <summary>What the rate is multiplied by, above 0 and at most 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of its range.</exception>
    public double Decay { get; init => field = Require(value is > 0 and <= 1, value, "above 0 and at most 1"); }

    /// <summary>The epochs without improvement that leave the rate as it is, 0 or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0.</exception>
    public int Patience { get; init => field = (int)Require(value >= 0, value, "0 or more"); }

    /// <summary>By what part of the best loss another must be less to be an improvement, 0 to below 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of its range.</exception>
    public double MinimumImprovement { get; init => field = Require(value is >= 0 and < 1, value, "at least 0 and below 1"); }

    /// <summary>Below what the factor does not fall, 0 to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of its range.</exception>
    public double Minimum { get; init => field = Require(value is >= 0 and <= 1, value, "at least 0 and at most 1"); }

    /// <inheritdoc/>
    public override bool DependsOnEpochs => false;

    /// <inheritdoc/>
    public override bool ChangesWithinEpochs => false;

    /// <inheritdoc/>
    public override double Factor(double start, double end, int epochs, IReadOnlyList<double> losses)
    {
        ArgumentNullException.ThrowIfNull(losses);
        double factor = 1, best = double.MaxValue;
        int waited = 0;
        for (int i = 0; i < losses.Count; i++)
        {
            if (losses[i] < best - (MinimumImprovement * Math.Abs(best)))
                (best, waited) = (losses[i], 0);
            else if (++waited > Patience)
                (factor, waited) = (Math.Max(factor * Decay, Minimum), 0);
        }

        return factor;
    }
}
