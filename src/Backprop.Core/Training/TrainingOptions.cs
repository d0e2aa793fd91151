using System.Globalization;
using Backprop.Optimizers;

namespace Backprop.Training;

/// <summary>What tells which epoch is best, and whether there is still progress.</summary>
public enum ValidationCriterion
{
    /// <summary>The validation loss.</summary>
    Loss,

    /// <summary>The task's metric on the validation rows: accuracy, or R squared.</summary>
    Metric,
}

/// <summary>How a training loop goes over the data.</summary>
public record TrainingOptions
{
    /// <summary>The rows that <see cref="BatchSize"/> null stands for, unless there are fewer; as in scikit-learn.</summary>
    internal const int AutomaticBatchSize = 200;

    /// <summary>The number of passes over the data, 1 or more. Default 50.</summary>
    public int Epochs { get; init; } = 50;

    /// <summary>
    /// The rows of a minibatch, 1 or more; the last of an epoch may have fewer. Null for 200, or all where there are fewer. Default 32.
    /// </summary>
    public int? BatchSize { get; init; } = 32;

    /// <summary>Whether the rows are put in a new order for each epoch. Default true.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>The seed of the random numbers. Equal seeds give equal bits on one kind of machine. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>The number of threads, 1 or more; it does not change the result. Default 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>What multiplies the learning rate in the course of the training. Default <see cref="ConstantSchedule"/>.</summary>
    public LearningRateSchedule Schedule { get; init; } = new ConstantSchedule();

    /// <summary>
    /// The most length that a minibatch's gradient may have, all parameters together, above 0 and finite: a longer one is made as long
    /// as that (Pascanu, Mikolov and Bengio 2013, algorithm 1). With it, gradients of sparse features are made whole, which takes more
    /// time. Null for no limit. Default null.
    /// </summary>
    public double? GradientClipping { get; init; }

    /// <summary>
    /// Training ends when the training loss has not fallen by this for <see cref="Patience"/> epochs, 0 or more and finite; null for
    /// never. scikit-learn's is 1e-4. Default null.
    /// </summary>
    public double? Tolerance { get; init; }

    /// <summary>
    /// Whether training ends when the validation rows' criterion has not got better for <see cref="Patience"/> epochs. It needs
    /// validation rows. Default false.
    /// </summary>
    public bool EarlyStopping { get; init; }

    /// <summary>
    /// What tells which epoch is best, where there are validation rows: its parameters are those that are returned, stopped early or
    /// not. Where training goes on from a model, that one's parameters are a candidate, too: they are looked at before the first epoch, and
    /// nothing counts as getting better that is worse than they. Default <see cref="ValidationCriterion.Loss"/>.
    /// </summary>
    public ValidationCriterion Criterion { get; init; }

    /// <summary>The epochs without progress after which training ends, 1 or more. Default 10.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>What counts as getting better, for <see cref="EarlyStopping"/>: more than this, 0 or more and finite. Default 1e-4.</summary>
    public double MinimumImprovement { get; init; } = 1e-4;

    /// <summary>Called after each epoch, and where <see cref="ProgressInterval"/> says so within; it may ask to stop.</summary>
    public Action<TrainingProgress>? Progress { get; init; }

    /// <summary>
    /// The minibatches from one call of <see cref="Progress"/> within an epoch to the next, 1 or more; null for none within. Default null.
    /// </summary>
    public int? ProgressInterval { get; init; }

    /// <summary>
    /// Asks to stop within one minibatch, also while validating: what is returned is the best so far; without validation rows, what there
    /// is. Asked before the training starts, nothing is trained, and a checkpoint is left as it is.
    /// </summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Called before each minibatch; what it throws ends the training, without a result.</summary>
    public Action? MiniBatchStarting { get; init; }

    /// <summary>Called before each minibatch of validation rows; what it throws ends the training, without a result.</summary>
    public Action? ValidationBatchStarting { get; init; }

    /// <summary>
    /// The path of a file that the state of the training is written to, whole or not at all. Where it exists when training starts, training
    /// goes on from there, to the same bits as if it had never ended. It is written under its name with ".tmp" after it first. It stays when
    /// training ends. Null for none. Default null.
    /// </summary>
    /// <remarks>
    /// The file must be of a training with the same data and options, but for <see cref="Threads"/>, <see cref="Progress"/>,
    /// <see cref="ProgressInterval"/>, <see cref="Cancellation"/>, <see cref="CheckpointInterval"/>, what is called before minibatches, and
    /// <see cref="Epochs"/> where the schedule does not depend on them, as cosine and one-cycle do: a training that finds another one's, or a
    /// damaged one, throws an <see cref="InvalidDataException"/>. One that cannot write it, as where its folder does not exist, throws an
    /// <see cref="IOException"/>.
    /// </remarks>
    public string? CheckpointPath { get; init; }

    /// <summary>
    /// The epochs from one checkpoint to the next, 1 or more; there is one at the end besides, unless training was stopped within an epoch.
    /// Default 1.
    /// </summary>
    public int CheckpointInterval { get; init; } = 1;

    /// <summary>Checks the options' ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public virtual void Check()
    {
        Require(Epochs >= 1, nameof(Epochs), Epochs, "1 or more");
        Require(BatchSize is null or >= 1, nameof(BatchSize), BatchSize ?? 0, "1 or more, or null");
        Require(Threads >= 1, nameof(Threads), Threads, "1 or more");
        Require(Schedule is not null, nameof(Schedule), "null", "a learning-rate schedule");
        Require(
            GradientClipping is null || IsFiniteAbove0(GradientClipping.Value), nameof(GradientClipping), GradientClipping ?? 0,
            "above 0 and finite, or null");
        Require(Tolerance is null || IsFinite0OrMore(Tolerance.Value), nameof(Tolerance), Tolerance ?? 0, "0 or more and finite, or null");
        Require(Enum.IsDefined(Criterion), nameof(Criterion), Criterion, Names<ValidationCriterion>());
        Require(Patience >= 1, nameof(Patience), Patience, "1 or more");
        Require(IsFinite0OrMore(MinimumImprovement), nameof(MinimumImprovement), MinimumImprovement, "0 or more and finite");
        Require(ProgressInterval is null or >= 1, nameof(ProgressInterval), ProgressInterval ?? 0, "1 or more, or null");
        Require(
            CheckpointPath is null || !string.IsNullOrWhiteSpace(CheckpointPath), nameof(CheckpointPath), $"'{CheckpointPath}'",
            "the path of a file, or null");
        Require(CheckpointInterval >= 1, nameof(CheckpointInterval), CheckpointInterval, "1 or more");
    }

    private protected static bool IsFiniteAbove0(double value) => value > 0 && double.IsFinite(value);

    private protected static bool IsFinite0OrMore(double value) => value >= 0 && double.IsFinite(value);

    private protected static string Names<TEnum>()
        where TEnum : struct, Enum => string.Join(", ", Enum.GetNames<TEnum>());

    private protected static void Require(bool holds, string name, object value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(
                name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {range}."));
    }
}
