namespace Backprop.Optimizers;

/// <summary>
/// The learning rate falls as a power of the epochs: 1 / (floor(start) + 1)^power. That is "invscaling" of scikit-learn, which counts
/// rows instead of epochs.
/// </summary>
public sealed record InverseScalingSchedule : LearningRateSchedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="power">The power, 0 or more and finite. Default 0.5.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is out of its range.</exception>
    public InverseScalingSchedule(double power = 0.5) => Power = power;

    /// <summary>The power, 0 or more and finite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of its range.</exception>
    public double Power { get; init => field = Require(value >= 0 && double.IsFinite(value), value, "0 or more and finite"); }

    /// <inheritdoc/>
    public override bool DependsOnEpochs => false;

    /// <inheritdoc/>
    public override bool ChangesWithinEpochs => false;

    /// <inheritdoc/>
    public override double Factor(double start, double end, int epochs, IReadOnlyList<double> losses) =>
        Math.Pow(Math.Floor(start) + 1, -Power);
}
