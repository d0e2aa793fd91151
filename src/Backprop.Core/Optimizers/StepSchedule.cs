namespace Backprop.Optimizers;

/// <summary>
/// The learning rate falls by a factor each time some epochs have passed (PyTorch's StepLR): decay^floor(start / epochsPerStep).
/// </summary>
public sealed record StepSchedule : LearningRateSchedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="epochsPerStep">After how many epochs the rate falls, 1 or more.</param>
    /// <param name="decay">What it is multiplied by then, above 0 and at most 1. Default 0.1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public StepSchedule(int epochsPerStep, double decay = 0.1) => (EpochsPerStep, Decay) = (epochsPerStep, decay);

    /// <summary>After how many epochs the rate falls, 1 or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public int EpochsPerStep { get; init => field = (int)Require(value >= 1, value, "1 or more"); }

    /// <summary>What the rate is multiplied by then, above 0 and at most 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of its range.</exception>
    public double Decay { get; init => field = Require(value is > 0 and <= 1, value, "above 0 and at most 1"); }

    /// <inheritdoc/>
    public override bool DependsOnEpochs => false;

    /// <inheritdoc/>
    public override bool ChangesWithinEpochs => false;

    /// <inheritdoc/>
    public override double Factor(double start, double end, int epochs, IReadOnlyList<double> losses) =>
        Math.Pow(Decay, Math.Floor(start / EpochsPerStep));
}
