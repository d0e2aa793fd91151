using Backprop.Networks;

namespace Backprop.Training;

/// <summary>How a <see cref="MlpRegressor"/> is built and trained.</summary>
public sealed record MlpRegressorOptions : MlpOptions
{
    /// <summary>
    /// What is wrong with a prediction; of several targets the losses are added up. Default <see cref="SquaredLoss"/>. Targets are
    /// brought to mean 0 and variance 1 first, and the losses are of these; for <see cref="PoissonLoss"/> to mean 1.
    /// </summary>
    public MlpLoss Loss { get; init; } = new SquaredLoss();

    /// <summary>The targets' names, for messages and for whoever uses the model; null for none. Default null.</summary>
    public IReadOnlyList<string>? TargetNames { get; init; }

    /// <summary>The column that the targets are from, for messages; null for none. Default null.</summary>
    public string? TargetColumn { get; init; }

    internal override IReadOnlyList<string>? OutputNames => TargetNames;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require(Loss is { IsOfClasses: false }, nameof(Loss), Loss?.ToString() ?? "null", "a loss of numbers");
    }
}
