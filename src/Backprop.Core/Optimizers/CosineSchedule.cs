namespace Backprop.Optimizers;

/// <summary>
/// The learning rate rises in a line, and then falls as half a cosine, which ends with the last epoch (Loshchilov and Hutter 2017,
/// arXiv 1608.03983, equation 5 without restarts; PyTorch's CosineAnnealingLR; the rise is that of Goyal et al. 2017, arXiv 1706.02677,
/// section 2.2).
/// </summary>
/// <remarks>
/// A step that ends within the rise has the factor end / warmUpEpochs: no step has the rate 0, and the rise's last one has the whole rate.
/// Any other has minimum + (1 - minimum) (1 + cos(pi t)) / 2, where t = (start - warmUpEpochs) / (epochs - warmUpEpochs).
/// </remarks>
public sealed record CosineSchedule : LearningRateSchedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="warmUpEpochs">How long the rate rises, 0 or more and finite; may end within an epoch. Default 0.</param>
    /// <param name="minimum">The factor at the end, 0 to 1. Default 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public CosineSchedule(double warmUpEpochs = 0, double minimum = 0) => (WarmUpEpochs, Minimum) = (warmUpEpochs, minimum);

    /// <summary>How long the rate rises, in epochs, 0 or more and finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of its range.</exception>
    public double WarmUpEpochs { get; init => field = Require(value >= 0 && double.IsFinite(value), value, "0 or more and finite"); }

    /// <summary>The factor at the end, 0 to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of its range.</exception>
    public double Minimum { get; init => field = Require(value is >= 0 and <= 1, value, "at least 0 and at most 1"); }

    /// <inheritdoc/>
    public override double Factor(double start, double end, int epochs, IReadOnlyList<double> losses)
    {
        if (end < WarmUpEpochs)
            return end / WarmUpEpochs;
        if (start <= WarmUpEpochs)
            return 1;
        return Anneal(1, Minimum, start < epochs ? (start - WarmUpEpochs) / (epochs - WarmUpEpochs) : 1);
    }
}
