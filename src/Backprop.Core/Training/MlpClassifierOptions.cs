namespace Backprop.Training;

/// <summary>How a <see cref="MlpClassifier"/> or a <see cref="MlpBinaryClassifier"/> is built and trained.</summary>
public sealed record MlpClassifierOptions : MlpOptions
{
    /// <summary>
    /// epsilon: of each target, this much is spread evenly over all classes (Szegedy et al. 2016, arXiv 1512.00567), 0 to below 1. Default 0.
    /// </summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// Whether the rows of each class count as much together as those of any other: weights of n / (classes * rows of the class), as
    /// scikit-learn's "balanced". Default false.
    /// </summary>
    public bool BalanceClasses { get; init; }

    /// <summary>
    /// What the weights of each class's rows are multiplied by, a number a class, each 0 or more and finite, one above 0; not together with
    /// <see cref="BalanceClasses"/>. Null for nothing. Default null.
    /// </summary>
    public IReadOnlyList<double>? ClassWeights { get; init; }

    /// <summary>
    /// What the classes are called, in their order: they stay with the model, and a training that goes on must have the same. Of a
    /// <see cref="MlpClassifier"/> only. Null for none. Default null.
    /// </summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    internal override IReadOnlyList<string>? OutputNames => ClassNames;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require(LabelSmoothing is >= 0 and < 1, nameof(LabelSmoothing), LabelSmoothing, "at least 0 and below 1");
        Require(ClassWeights is null || !BalanceClasses, nameof(ClassWeights), "given", "null where BalanceClasses is true");
        foreach (double weight in ClassWeights ?? [])
            Require(IsFinite0OrMore(weight), nameof(ClassWeights), weight, "0 or more and finite for each class");
        Require(
            ClassWeights is null || ClassWeights.Any(weight => weight > 0), nameof(ClassWeights),
            "0 for each class", "above 0 for one class or more");
    }

    /// <summary>What each class's weights are multiplied by; null for nothing.</summary>
    internal double[]? WeightsOfClasses(int classes, TargetStatistics statistics)
    {
        if (ClassWeights is not null)
        {
            Require(
                ClassWeights.Count == classes, nameof(ClassWeights),
                $"a list of {ClassWeights.Count}", $"a list of {classes} weights, one a class");
            return [.. ClassWeights];
        }

        // A class without rows has nothing to be weighted.
        return BalanceClasses
            ? [.. Enumerable.Range(0, classes)
                .Select(label => statistics.WeightOf(label) is > 0 and var weight ? statistics.TotalWeight / (classes * weight) : 0)]
            : null;
    }
}
