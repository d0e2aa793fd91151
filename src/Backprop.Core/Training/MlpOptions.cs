using Backprop.Kernels;
using Backprop.Networks;
using Backprop.Optimizers;

namespace Backprop.Training;

/// <summary>How a multilayer perceptron is built and trained.</summary>
public abstract record MlpOptions : TrainingOptions
{
    /// <summary>The units of each hidden layer, each 1 or more. Default one layer of 100.</summary>
    public IReadOnlyList<int> HiddenLayers { get; init; } = [100];

    /// <summary>The activation of the hidden units. Default <see cref="ActivationKind.Relu"/>.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Relu;

    /// <summary>
    /// The distribution that weights are drawn from at the start; biases start at 0. Default <see cref="InitializerKind.HeUniform"/>.
    /// </summary>
    public InitializerKind Initializer { get; init; } = InitializerKind.HeUniform;

    /// <summary>What turns gradients into steps. Default <see cref="OptimizerKind.Sgd"/>.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Sgd;

    /// <summary>
    /// The step size, above 0 and finite; <see cref="TrainingOptions.Schedule"/> changes it on the way. Default 0.01; for Adam and AdamW
    /// 0.001 is usual.
    /// </summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>The momentum of SGD, 0 to below 1. Default 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Whether SGD's momentum is Nesterov's; there must be some. Default false.</summary>
    public bool Nesterov { get; init; }

    /// <summary>How much of the gradients' mean stays from step to step of Adam and AdamW, 0 to below 1. Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>How much of the squared gradients' mean stays from step to step of Adam and AdamW, 0 to below 1. Default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>How much of the squared gradients' mean stays from step to step of RMSProp, 0 to below 1. Default 0.99.</summary>
    public double Rho { get; init; } = 0.99;

    /// <summary>What Adam, AdamW and RMSProp add to the root of the squared gradients' mean, above 0 and finite. Default 1e-8.</summary>
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

    /// <summary>
    /// lambda of the penalty lambda * sum(|W|), 0 or more and finite; biases are not penalised. With it, gradients of sparse features
    /// are made whole, which takes more time. Default 0.
    /// </summary>
    public double L1 { get; init; }

    /// <summary>
    /// How likely a hidden unit is left out of a minibatch's row, 0 to below 1 (Srivastava et al. 2014); 0 where there is no hidden
    /// layer. Default 0.
    /// </summary>
    public double Dropout { get; init; }

    /// <summary>
    /// The part of the training rows that is held out as validation rows, 0 to below 1: drawn at random, of each class alike. Not
    /// together with validation rows of one's own. Default 0.
    /// </summary>
    public double ValidationFraction { get; init; }

    /// <summary>
    /// Whether the model keeps what the optimizer remembered when its weights were what they are, so that a training that goes on from it
    /// does so as if it had never stopped, but for the schedule, which starts anew. The model is then larger, also saved: with SGD's
    /// momentum and RMSProp twice as large, with Adam and AdamW three times, with L-BFGS 23 times; and with validation rows that is copied
    /// after each epoch that is the best so far, and is in the checkpoint once more. A state is of use to the same optimizer alone, and of
    /// SGD only where both have momentum or neither has; another goes on from the weights. Default false.
    /// </summary>
    public bool KeepTrainingState { get; init; }

    /// <summary>What remembers something from step to step: states are exchanged only among the same.</summary>
    internal string OptimizerMemory => Optimizer == OptimizerKind.Sgd && Momentum == 0 ? "Sgd without momentum" : $"{Optimizer}";

    internal MlpPenalties Penalties => new() { L2 = L2, L1 = L1, Dropout = Dropout };

    /// <summary>The outputs' names: they stay with the model, and one that goes on must have the same. Null for none.</summary>
    internal virtual IReadOnlyList<string>? OutputNames => null;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require(HiddenLayers is not null, nameof(HiddenLayers), "null", "a list of layer sizes");
        foreach (int units in HiddenLayers!)
            Require(units >= 1, nameof(HiddenLayers), units, "1 or more units in each layer");
        Require(Enum.IsDefined(Activation), nameof(Activation), Activation, Names<ActivationKind>());
        Require(Enum.IsDefined(Initializer), nameof(Initializer), Initializer, Names<InitializerKind>());
        Require(Enum.IsDefined(Optimizer), nameof(Optimizer), Optimizer, Names<OptimizerKind>());
        Require(IsFiniteAbove0(LearningRate), nameof(LearningRate), LearningRate, "above 0 and finite");
        Require(Momentum is >= 0 and < 1, nameof(Momentum), Momentum, "at least 0 and below 1");
        Require(!Nesterov || Optimizer != OptimizerKind.Sgd || Momentum > 0, nameof(Nesterov), Nesterov, "false where Momentum is 0");
        Require(Beta1 is >= 0 and < 1, nameof(Beta1), Beta1, "at least 0 and below 1");
        Require(Beta2 is >= 0 and < 1, nameof(Beta2), Beta2, "at least 0 and below 1");
        Require(Rho is >= 0 and < 1, nameof(Rho), Rho, "at least 0 and below 1");
        Require(IsFiniteAbove0(Epsilon), nameof(Epsilon), Epsilon, "above 0 and finite");
        Require(IsFinite0OrMore(WeightDecay), nameof(WeightDecay), WeightDecay, "0 or more and finite");
        Penalties.Check();
        Require(Dropout == 0 || HiddenLayers.Count > 0, nameof(Dropout), Dropout, "0 where there is no hidden layer");
        Require(ValidationFraction is >= 0 and < 1, nameof(ValidationFraction), ValidationFraction, "at least 0 and below 1");
        if (Optimizer == OptimizerKind.Lbfgs)
        {
            const string alone =
                "where Optimizer is Lbfgs, which goes over all rows with a cost that does not change and chooses its steps by itself";
            Require(Dropout == 0, nameof(Dropout), Dropout, $"0 {alone}");
            Require(Schedule is ConstantSchedule, nameof(Schedule), Schedule.GetType().Name, $"constant {alone}");
            Require(GradientClipping is null, nameof(GradientClipping), GradientClipping ?? 0, $"null {alone}");
        }
    }

    internal Optimizer<float> CreateOptimizer(IReadOnlyList<ParameterSegment> segments) => Optimizer switch
    {
        OptimizerKind.Adam => new Adam<float>(segments, LearningRate, Beta1, Beta2, Epsilon),
        OptimizerKind.AdamW => new AdamW<float>(segments, LearningRate, WeightDecay, Beta1, Beta2, Epsilon),
        OptimizerKind.RmsProp => new RmsProp<float>(segments, LearningRate, Rho, epsilon: Epsilon),
        OptimizerKind.Sgd => new Sgd<float>(segments, LearningRate, Momentum, Nesterov),
        _ => throw new InvalidOperationException($"{Optimizer} does not step by minibatches."),
    };
}
