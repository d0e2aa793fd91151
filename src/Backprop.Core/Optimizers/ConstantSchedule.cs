namespace Backprop.Optimizers;

/// <summary>The learning rate stays as it is.</summary>
public sealed record ConstantSchedule : LearningRateSchedule
{
    /// <inheritdoc/>
    public override double Factor(double position, int epochs, IReadOnlyList<double> losses) => 1;
}
