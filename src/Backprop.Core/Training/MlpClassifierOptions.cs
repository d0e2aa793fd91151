using Backprop.Kernels;
using Backprop.Optimizers;

namespace Backprop.Training;

/// <summary>How a <see cref="MlpClassifier"/> is built and trained.</summary>
public sealed record MlpClassifierOptions : TrainingOptions
{
    /// <summary>The units of each hidden layer, each 1 or more. Default one layer of 100.</summary>
    public IReadOnlyList<int> HiddenLayers { get; init; } = [100];

    /// <summary>What turns gradients into steps. Default <see cref="OptimizerKind.Sgd"/>.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Sgd;

    /// <summary>The step size, above 0 and finite. Default 0.01; for Adam and AdamW 0.001 is usual.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>The momentum of SGD, 0 to below 1. Default 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>How much of the gradients' mean stays from step to step of Adam and AdamW, 0 to below 1. Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>How much of the squared gradients' mean stays from step to step of Adam and AdamW, 0 to below 1. Default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>What Adam and AdamW add to the root of the squared gradients' mean, above 0 and finite. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>
    /// The decoupled weight decay of AdamW, 0 or more and finite: each step takes away this times the learning rate of every
    /// weight; biases are not decayed. Default 0.01. <see cref="L2"/> is a penalty in the cost, and counts besides.
    /// </summary>
    public double WeightDecay { get; init; } = 0.01;

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
        Require(Enum.IsDefined(Optimizer), nameof(Optimizer), Optimizer, string.Join(", ", Enum.GetNames<OptimizerKind>()));
        Require(LearningRate > 0 && double.IsFinite(LearningRate), nameof(LearningRate), LearningRate, "above 0 and finite");
        Require(Momentum is >= 0 and < 1, nameof(Momentum), Momentum, "at least 0 and below 1");
        Require(Beta1 is >= 0 and < 1, nameof(Beta1), Beta1, "at least 0 and below 1");
        Require(Beta2 is >= 0 and < 1, nameof(Beta2), Beta2, "at least 0 and below 1");
        Require(Epsilon > 0 && double.IsFinite(Epsilon), nameof(Epsilon), Epsilon, "above 0 and finite");
        Require(WeightDecay >= 0 && double.IsFinite(WeightDecay), nameof(WeightDecay), WeightDecay, "0 or more and finite");
        Require(L2 >= 0 && double.IsFinite(L2), nameof(L2), L2, "0 or more and finite");
    }
    internal Optimizer<float> CreateOptimizer(IReadOnlyList<ParameterSegment> segments) => Optimizer switch
    {
        OptimizerKind.Adam => new Adam<float>(segments, LearningRate, Beta1, Beta2, Epsilon),
        OptimizerKind.AdamW => new AdamW<float>(segments, LearningRate, WeightDecay, Beta1, Beta2, Epsilon),
        _ => new Sgd<float>(segments, LearningRate, Momentum),
    };
}
