using System.Globalization;
using Backprop.Networks;
using Backprop.Optimizers;
using Backprop.Training;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Backprop;

/// <summary>The settings that all trainers of multilayer perceptrons share.</summary>
public abstract class BackpropMlpOptions : TrainerInputBaseWithWeight
{
    /// <summary>The units of each hidden layer, each 1 or more; none makes a linear model. Default one layer of 100.</summary>
    public int[] HiddenLayers = [Defaults.HiddenUnits];

    /// <summary>The activation of the hidden units. Default <see cref="ActivationKind.Relu"/>.</summary>
    public ActivationKind Activation = ActivationKind.Relu;

    /// <summary>
    /// The distribution that weights are drawn from at the start; biases start at 0. Default <see cref="InitializerKind.HeUniform"/>.
    /// </summary>
    public InitializerKind Initializer = InitializerKind.HeUniform;

    /// <summary>The number of passes over the training data, 1 or more. Default <see cref="Defaults.NumberOfIterations"/>.</summary>
    public int NumberOfIterations = Defaults.NumberOfIterations;

    /// <summary>
    /// The rows of a minibatch, 1 or more; the last of a pass may have fewer. Null for 200, or all rows where there are fewer, as in
    /// scikit-learn. Default <see cref="Defaults.BatchSize"/>.
    /// </summary>
    public int? BatchSize = Defaults.BatchSize;

    /// <summary>Whether the rows are put in a new order for each pass. Default true.</summary>
    public bool Shuffle = true;

    /// <summary>What turns gradients into steps. Default <see cref="OptimizerKind.Sgd"/>.</summary>
    public OptimizerKind Optimizer = OptimizerKind.Sgd;

    /// <summary>The step size, above 0 and finite; for Adam and AdamW 0.001 is usual. Default <see cref="Defaults.LearningRate"/>.</summary>
    public double LearningRate = Defaults.LearningRate;

    /// <summary>What multiplies the learning rate in the course of the training. Default <see cref="ConstantSchedule"/>.</summary>
    public LearningRateSchedule LearningRateSchedule = new ConstantSchedule();

    /// <summary>The momentum of SGD, 0 to below 1. Default <see cref="Defaults.Momentum"/>.</summary>
    public double Momentum = Defaults.Momentum;

    /// <summary>Whether SGD's momentum is Nesterov's; there must be some. Default false.</summary>
    public bool Nesterov;

    /// <summary>
    /// How much of the gradients' mean stays from step to step of Adam and AdamW, 0 to below 1. Default <see cref="Defaults.Beta1"/>.
    /// </summary>
    public double Beta1 = Defaults.Beta1;

    /// <summary>
    /// How much of the squared gradients' mean stays from step to step of Adam and AdamW, 0 to below 1. Default <see cref="Defaults.Beta2"/>.
    /// </summary>
    public double Beta2 = Defaults.Beta2;

    /// <summary>
    /// How much of the squared gradients' mean stays from step to step of RMSProp, 0 to below 1. Default <see cref="Defaults.Rho"/>.
    /// </summary>
    public double Rho = Defaults.Rho;

    /// <summary>
    /// What Adam, AdamW and RMSProp add to the root of the squared gradients' mean, above 0 and finite. Default <see cref="Defaults.Epsilon"/>.
    /// </summary>
    public double Epsilon = Defaults.Epsilon;

    /// <summary>
    /// The decoupled weight decay of AdamW, 0 or more and finite; biases are not decayed. <see cref="L2Regularization"/>
    /// counts besides. Default <see cref="Defaults.WeightDecay"/>.
    /// </summary>
    public double WeightDecay = Defaults.WeightDecay;

    /// <summary>
    /// The factor of the sum of the squared weights in the cost, 0 or more and finite; biases are not decayed. PyTorch's
    /// <c>weight_decay</c> is twice this. Default <see cref="Defaults.L2Regularization"/>.
    /// </summary>
    public double L2Regularization = Defaults.L2Regularization;

    /// <summary>
    /// The factor of the sum of the weights' sizes in the cost, 0 or more and finite; biases are not penalised. With it, gradients of
    /// sparse features are made whole, as with <see cref="GradientClipping"/>. Default 0.
    /// </summary>
    public double L1Regularization;

    /// <summary>
    /// How likely a hidden unit is left out of a minibatch's row, 0 to below 1 (Srivastava et al. 2014); 0 where there is no hidden
    /// layer. Default 0.
    /// </summary>
    public double Dropout;

    /// <summary>
    /// The most length that a minibatch's gradient may have, all parameters together, above 0 and finite: a longer one is made as long as
    /// that. With it, gradients of sparse features are made whole: a step takes as long as with the zeros written out, and Adam, AdamW and
    /// RMSProp change all weights. Null for no limit. Default null.
    /// </summary>
    public double? GradientClipping;

    /// <summary>
    /// The part of the training rows that is held out to validate with, 0 to below 1: drawn at random, of each class alike, with one row of
    /// each left at least. Not together with validation data given to <c>Fit</c>. Default 0.
    /// </summary>
    public double ValidationFraction;

    /// <summary>
    /// Whether training ends when the validation data's criterion has not got better for <see cref="Patience"/> passes. It needs
    /// validation data: <see cref="ValidationFraction"/>, or some given to <c>Fit</c>. Default false.
    /// </summary>
    public bool EarlyStopping;

    /// <summary>
    /// What tells which pass is best, where there are validation data: its weights are those that the model has, stopped early or not. The
    /// weights of a previous model that training goes on from are a candidate, too, and nothing counts as getting better that is worse than
    /// they. Default <see cref="ValidationCriterion.Loss"/>.
    /// </summary>
    public ValidationCriterion ValidationCriterion = ValidationCriterion.Loss;

    /// <summary>The passes without progress after which training ends, 1 or more. Default <see cref="Defaults.Patience"/>.</summary>
    public int Patience = Defaults.Patience;

    /// <summary>
    /// What counts as getting better, for <see cref="EarlyStopping"/>: more than this, 0 or more and finite.
    /// Default <see cref="Defaults.MinimumImprovement"/>.
    /// </summary>
    public double MinimumImprovement = Defaults.MinimumImprovement;

    /// <summary>
    /// Training ends when the training loss has not fallen by this for <see cref="Patience"/> passes, 0 or more and finite; null for never.
    /// Default null.
    /// </summary>
    public double? Tolerance;

    /// <summary>
    /// The number of threads, 1 or more; null for the number of processors. The result is the same bits at any number. Default null.
    /// </summary>
    public int? NumberOfThreads;

    /// <summary>
    /// The seed of initial weights, shuffles, dropout and held-out rows: equal seeds give equal bits on one kind of machine. Where it is
    /// null, a trainer made from an <see cref="MLContext"/> draws one from there when it is made, unless there is a
    /// <see cref="CheckpointPath"/>: a later process would draw another. That one, and any other trainer, uses 0. Default null.
    /// </summary>
    public int? Seed;

    /// <summary>Called after each pass, and where <see cref="ProgressInterval"/> says so within; it may ask to stop. Default null.</summary>
    public Action<TrainingProgress>? Progress;

    /// <summary>
    /// The minibatches from one call of <see cref="Progress"/> within a pass to the next, 1 or more; null for none within. Default null.
    /// </summary>
    public int? ProgressInterval;

    /// <summary>
    /// Asks to stop within one minibatch, also while rows are read or validated with: the model is the best so far. Asked before training
    /// starts, it is one that has learned nothing, whose history has no epoch. Default none.
    /// </summary>
    public CancellationToken CancellationToken;

    /// <summary>
    /// The path of a file that the state of the training is written to, whole or not at all. Where it exists when training starts, training
    /// goes on from there, to the same bits as if it had never ended. It is written under its name with ".tmp" after it first. It stays when
    /// training ends. Null for none. Default null.
    /// </summary>
    /// <remarks>
    /// The file must be of a training with the same data and settings, but for <see cref="NumberOfThreads"/>, <see cref="Progress"/>,
    /// <see cref="ProgressInterval"/>, <see cref="CancellationToken"/>, <see cref="CheckpointInterval"/>, and
    /// <see cref="NumberOfIterations"/> where the schedule does not depend on them, as cosine and one-cycle do: <c>Fit</c> throws an
    /// <see cref="InvalidDataException"/> where it is another one's, or damaged, and an <see cref="IOException"/> where it cannot be
    /// written, as where its folder does not exist. Labels and weights are compared to the last one, features in some of the rows. Of
    /// several trainings, as those of cross-validation or of one versus all, each needs a file of its own.
    /// </remarks>
    public string? CheckpointPath;

    /// <summary>
    /// The passes from one checkpoint to the next, 1 or more; there is one at the end besides, unless training was stopped within a pass.
    /// Default 1.
    /// </summary>
    public int CheckpointInterval = 1;

    /// <summary>
    /// Whether the model keeps what the optimizer remembered when its weights were what they are, so that a training that goes on from it
    /// does so as if it had never stopped, but for the schedule, which starts anew. The model is then larger, also on disk: with SGD's
    /// momentum and RMSProp twice as large, with Adam and AdamW three times, with L-BFGS 23 times; and with validation data that is copied
    /// after each pass that is the best so far, and is in the checkpoint once more. A state is of use to the same optimizer alone, and of
    /// SGD only where both have momentum or neither has; another goes on from the weights. Default false.
    /// </summary>
    public bool KeepTrainingState;

    /// <summary>
    /// About the most memory for rows, in megabytes, 1 or more: for training and validation data together, of which the latter get half
    /// at most. Where rows take more, they are read anew in each pass, block by block; two blocks fit into the budget, one that is trained
    /// on and one that is being read. Blocks that have been used take memory besides until it is collected. Null for no limit.
    /// Default null.
    /// </summary>
    /// <remarks>
    /// Rows above the budget must be the same in each pass, and are put in a new order within their block alone. Let them come in random
    /// order: of rows sorted by their label, a training learns mostly what came last. Where blocks differ far more than by
    /// chance, a warning says so. <see cref="DataOperationsCatalog.ShuffleRows(IDataView, int?, int, bool)"/> mixes them well only with a
    /// pool of far more rows than a block has, or where the source can shuffle.
    /// </remarks>
    public int? MemoryBudget;

    private static readonly Dictionary<string, string> s_names = new()
    {
        [nameof(MlpOptions.Epochs)] = nameof(NumberOfIterations),
        [nameof(MlpOptions.Schedule)] = nameof(LearningRateSchedule),
        [nameof(MlpOptions.L2)] = nameof(L2Regularization),
        [nameof(MlpOptions.L1)] = nameof(L1Regularization),
        [nameof(MlpOptions.Threads)] = nameof(NumberOfThreads),
        [nameof(MlpOptions.Criterion)] = nameof(ValidationCriterion),
    };

    private protected BackpropMlpOptions()
    {
    }

    /// <summary>The defaults of the options.</summary>
    public static class Defaults
    {
        /// <summary>The units of the one hidden layer.</summary>
        public const int HiddenUnits = 100;

        /// <summary>The number of passes over the training data.</summary>
        public const int NumberOfIterations = 50;

        /// <summary>The rows of a minibatch.</summary>
        public const int BatchSize = 32;

        /// <summary>The step size.</summary>
        public const double LearningRate = 0.01;

        /// <summary>The momentum of SGD.</summary>
        public const double Momentum = 0.9;

        /// <summary>How much of the gradients' mean stays from step to step of Adam and AdamW.</summary>
        public const double Beta1 = 0.9;

        /// <summary>How much of the squared gradients' mean stays from step to step of Adam and AdamW.</summary>
        public const double Beta2 = 0.999;

        /// <summary>How much of the squared gradients' mean stays from step to step of RMSProp.</summary>
        public const double Rho = 0.99;

        /// <summary>What Adam, AdamW and RMSProp add to the root of the squared gradients' mean.</summary>
        public const double Epsilon = 1e-8;

        /// <summary>The decoupled weight decay of AdamW.</summary>
        public const double WeightDecay = 0.01;

        /// <summary>The factor of the sum of the squared weights in the cost.</summary>
        public const double L2Regularization = 1e-5;

        /// <summary>The passes without progress after which training ends.</summary>
        public const int Patience = 10;

        /// <summary>What counts as getting better.</summary>
        public const double MinimumImprovement = 1e-4;
    }

    /// <summary>Takes over what the short overloads of trainers and catalogs set.</summary>
    private protected void Set(
        string labelColumnName, string featureColumnName, string? exampleWeightColumnName,
        int[]? hiddenLayers, int numberOfIterations, double learningRate, double l2Regularization)
    {
        LabelColumnName = labelColumnName;
        FeatureColumnName = featureColumnName;
        ExampleWeightColumnName = exampleWeightColumnName;
        HiddenLayers = hiddenLayers ?? HiddenLayers;
        NumberOfIterations = numberOfIterations;
        LearningRate = learningRate;
        L2Regularization = l2Regularization;
    }

    /// <summary>Checks settings before anything is made of them.</summary>
    internal static TOptions Checked<TOptions>(TOptions options)
        where TOptions : BackpropMlpOptions
    {
        Contracts.CheckRef(options, nameof(options)).Check();
        return options;
    }

    /// <summary>Checks everything, and says in the words of these options what is wrong.</summary>
    private void Check()
    {
        RequireName(FeatureColumnName, nameof(FeatureColumnName));
        RequireName(LabelColumnName, nameof(LabelColumnName));
        if (ExampleWeightColumnName is not null)
            RequireName(ExampleWeightColumnName, nameof(ExampleWeightColumnName));
        Require(MemoryBudget is null or >= 1, nameof(MemoryBudget), MemoryBudget ?? 0, "1 or more, or null");
        try
        {
            CreateOptions().Check();
        }
        catch (ArgumentOutOfRangeException e) when (e.ParamName is not null && s_names.TryGetValue(e.ParamName, out string? name))
        {
            string rule = e.Message[e.ParamName.Length..e.Message.IndexOf(" (Parameter", StringComparison.Ordinal)];
            throw new ArgumentOutOfRangeException(name, e.ActualValue, $"{name}{rule}");
        }
    }

    /// <summary>The settings as the library below knows them.</summary>
    internal abstract MlpOptions CreateOptions();

    /// <summary>Fills in what all trainers share.</summary>
    private protected TOptions Fill<TOptions>(TOptions options)
        where TOptions : MlpOptions => options with
        {
            HiddenLayers = HiddenLayers is null ? null! : [.. HiddenLayers],
            Activation = Activation,
            Initializer = Initializer,
            Epochs = NumberOfIterations,
            BatchSize = BatchSize,
            Shuffle = Shuffle,
            Optimizer = Optimizer,
            LearningRate = LearningRate,
            Schedule = LearningRateSchedule,
            Momentum = Momentum,
            Nesterov = Nesterov,
            Beta1 = Beta1,
            Beta2 = Beta2,
            Rho = Rho,
            Epsilon = Epsilon,
            WeightDecay = WeightDecay,
            L2 = L2Regularization,
            L1 = L1Regularization,
            Dropout = Dropout,
            GradientClipping = GradientClipping,
            ValidationFraction = ValidationFraction,
            EarlyStopping = EarlyStopping,
            Criterion = ValidationCriterion,
            Patience = Patience,
            MinimumImprovement = MinimumImprovement,
            Tolerance = Tolerance,
            Threads = NumberOfThreads ?? Environment.ProcessorCount,
            Progress = Progress,
            ProgressInterval = ProgressInterval,
            Cancellation = CancellationToken,
            CheckpointPath = CheckpointPath,
            CheckpointInterval = CheckpointInterval,
            KeepTrainingState = KeepTrainingState,
        };

    private protected static void RequireName(string? value, string name) =>
        Require(!string.IsNullOrWhiteSpace(value), name, value is null ? "null" : $"'{value}'", "the name of a column");

    private protected static void Require(bool holds, string name, IConvertible value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(
                name, value, $"{name} is {value.ToString(CultureInfo.InvariantCulture)}; it must be {range}.");
    }
}

/// <summary>The settings that trainers of classifiers share besides.</summary>
public abstract class BackpropMlpClassifierOptions : BackpropMlpOptions
{
    /// <summary>
    /// How much of each target is spread evenly over all classes, 0 to below 1 (Szegedy et al. 2016, arXiv 1512.00567). Default 0.
    /// </summary>
    public double LabelSmoothing;

    /// <summary>
    /// Whether the rows of each class count as much together as those of any other, as scikit-learn's <c>class_weight="balanced"</c>. Default false.
    /// </summary>
    public bool BalanceClasses;

    /// <summary>
    /// What the weights of each class's rows are multiplied by, in the order of the label's key values, or false and true: each 0 or more and
    /// finite, one above 0. Not together with <see cref="BalanceClasses"/>. Null for nothing. Default null.
    /// </summary>
    public double[]? ClassWeights;

    private protected BackpropMlpClassifierOptions()
    {
    }

    internal override MlpOptions CreateOptions() => Fill(new MlpClassifierOptions
    {
        LabelSmoothing = LabelSmoothing,
        BalanceClasses = BalanceClasses,
        ClassWeights = ClassWeights is null ? null : [.. ClassWeights],
    });
}
