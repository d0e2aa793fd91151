namespace Backprop.Training;

/// <summary>How a <see cref="MlpClassifier"/> is built and trained.</summary>
public sealed record MlpClassifierOptions : TrainingOptions
{
    /// <summary>The units of each hidden layer, each 1 or more. Default one layer of 100.</summary>
    public IReadOnlyList<int> HiddenLayers { get; init; } = [100];

    /// <summary>The step size of SGD, above 0 and finite. Default 0.01.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>The momentum of SGD, 0 to below 1. Default 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>
    /// lambda of the penalty lambda * sum(W^2), 0 or more and finite; biases are not decayed. PyTorch's weight_decay is
    /// 2 lambda, scikit-learn's alpha is 2 lambda times the batch size. Default 1e-5.
    /// </summary>
    public double L2 { get; init; } = 1e-5;

    internal override void Check()
    {
        base.Check();
        Require(HiddenLayers is not null, nameof(HiddenLayers), "null", "a list of layer sizes");
        foreach (int units in HiddenLayers!)
            Require(units >= 1, nameof(HiddenLayers), units, "1 or more units in each layer");
        Require(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "above 0 and finite");
        Require(Momentum is >= 0 and < 1, nameof(Momentum), Momentum, "at least 0 and below 1");
        Require(L2 >= 0 && double.IsFinite(L2), nameof(L2), L2, "0 or more and finite");
    }
}
