namespace Backprop.Optimizers;

/// <summary>
/// The learning rate rises to the initial one and falls below where it began, each as half a cosine (Smith and Topin 2017, arXiv
/// 1708.07120, in the form and with the defaults of PyTorch's OneCycleLR): the given learning rate is the greatest.
/// </summary>
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
    public override double Factor(double position, int epochs, IReadOnlyList<double> losses)
    {
        double rise = RiseShare * epochs, start = 1 / StartDivisor;
        return position < rise
            ? Anneal(start, 1, position / rise)
            : Anneal(1, start / EndDivisor, (position - rise) / (epochs - rise));
    }
}
