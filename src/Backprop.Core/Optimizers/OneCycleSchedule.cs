namespace Backprop.Optimizers;

/// <summary>
/// The learning rate rises to the initial one and falls below where it began, each as half a cosine (Smith and Topin 2017, arXiv
/// 1708.07120, in the form and with the defaults of PyTorch's OneCycleLR): the given learning rate is the greatest.
/// </summary>
/// <remarks>
/// As there, the first step has the rate of the start and the last one that of the end. With rise = riseShare epochs, a step that ends
/// within the rise is start / (rise - (end - start)) of the way up, any other (end - rise) / (epochs - rise) of the way down. That is
/// OneCycleLR with as many total_steps as all epochs have.
/// </remarks>
public sealed record OneCycleSchedule : LearningRateSchedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="riseShare">The part of all epochs in which the rate rises, above 0 and below 1. Default 0.3.</param>
    /// <param name="startDivisor">What the greatest rate is divided by at the start, 1 or more and finite. Default 25.</param>
    /// <param name="endDivisor">What the rate of the start is divided by at the end, 1 or more and finite. Default 10,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public OneCycleSchedule(double riseShare = 0.3, double startDivisor = 25, double endDivisor = 1e4) =>
        (RiseShare, StartDivisor, EndDivisor) = (riseShare, startDivisor, endDivisor);

    /// <summary>The part of all epochs in which the rate rises, above 0 and below 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of its range.</exception>
    public double RiseShare { get; init => field = Require(value is > 0 and < 1, value, "above 0 and below 1"); }

    /// <summary>What the greatest rate is divided by at the start, 1 or more and finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of its range.</exception>
    public double StartDivisor { get; init => field = Require(value >= 1 && double.IsFinite(value), value, "1 or more and finite"); }

    /// <summary>What the rate of the start is divided by at the end, 1 or more and finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of its range.</exception>
    public double EndDivisor { get; init => field = Require(value >= 1 && double.IsFinite(value), value, "1 or more and finite"); }

    /// <inheritdoc/>
    public override double Factor(double start, double end, int epochs, IReadOnlyList<double> losses)
    {
        double rise = RiseShare * epochs, first = 1 / StartDivisor;
        return end < rise
            ? Anneal(first, 1, start / (rise - (end - start)))
            : Anneal(1, first / EndDivisor, (end - rise) / (epochs - rise));
    }
}
