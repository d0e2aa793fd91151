using System.ComponentModel;
using Backprop.Training;
using Microsoft.ML.Backprop.Data;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Backprop;

/// <summary>What the trainers of multilayer perceptrons share: reading the data, training, telling how far it is.</summary>
/// <typeparam name="TTransformer">ML.NET's transformer that predicts.</typeparam>
/// <typeparam name="TModel">The model in it.</typeparam>
public abstract class BackpropMlpTrainerBase<TTransformer, TModel> : TrainerEstimatorBase<TTransformer, TModel>
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private readonly string _loadName;
    private readonly MlpOptions _options;
    private readonly long _memoryBudget;

    internal BackpropMlpTrainerBase(
        IHostEnvironment env, string loadName, BackpropMlpOptions options, SchemaShape.Column label, int? seedDrawn)
        : base(
            Contracts.CheckRef(env, nameof(env)).Register(loadName),
            TrainerUtils.MakeR4VecFeature(options.FeatureColumnName),
            label,
            TrainerUtils.MakeR4ScalarWeightColumn(options.ExampleWeightColumnName))
    {
        _loadName = loadName;
        // A process that goes on from a checkpoint must not draw another seed.
        _options = options.CreateOptions() with { Seed = options.Seed ?? seedDrawn ?? (options.CheckpointPath is null ? Host.Rand.Next() : 0) };
        _memoryBudget = options.MemoryBudget is { } megabytes ? (long)megabytes << 20 : long.MaxValue;
    }

    /// <inheritdoc/>
    public override TrainerInfo Info { get; } =
        new(normalization: true, calibration: false, caching: false, supportValid: true, supportIncrementalTrain: true);

    /// <summary>Trains, and looks at other data to tell which pass over the training data was best, and when to stop.</summary>
    /// <param name="trainData">The training data.</param>
    /// <param name="validationData">The other data, with the same columns; null for none.</param>
    /// <param name="previousModel">A model to go on from, of the same layers and classes; null for none.</param>
    public TTransformer Fit(IDataView trainData, IDataView? validationData, TModel? previousModel = null) =>
        TrainTransformer(trainData, validationData, (IPredictor?)previousModel);

    /// <summary>
    /// Goes on training a model: from its weights, and from what its optimizer remembered where that was kept
    /// (<see cref="BackpropMlpOptions.KeepTrainingState"/>). With validation data, what is returned is never worse on them than the model.
    /// </summary>
    /// <param name="trainData">The training data.</param>
    /// <param name="previousModel">The model, of the same layers and classes; it stays as it is.</param>
    public TTransformer Fit(IDataView trainData, TModel previousModel)
    {
        Host.CheckValue(previousModel, nameof(previousModel));
        return TrainTransformer(trainData, initPredictor: (IPredictor)previousModel);
    }

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override TModel TrainModelCore(TrainContext trainContext)
    {
        Host.CheckValue(trainContext, nameof(trainContext));
        MlpOptions options = _options;
        LabelFormat label = GetLabelFormat(trainContext.TrainingSet);
        if (trainContext.ValidationSet is { } validation)
            CheckSameLabel(label, GetLabelFormat(validation));
        if (options.EarlyStopping && options.ValidationFraction == 0 && trainContext.ValidationSet is null)
        {
            throw Host.ExceptParam(
                nameof(options.EarlyStopping),
                "EarlyStopping is asked for without validation data to go by: set ValidationFraction, give Fit validation data, or set " +
                "Tolerance instead, which goes by the training loss.");
        }

        using IChannel channel = Host.Start("Training");
        using IProgressChannel progress = Host.StartProgressChannel($"{_loadName} training");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(options.Cancellation); // Of reading: by the token or a callback.
        TrainingRows rows = TrainingRows.Read(Host, channel, trainContext, label, _memoryBudget, options, stop.Token);
        var report = new TrainingReport(rows.Validation is not null);
        progress.SetHeader(report.Header, entry => report.Fill(entry, options.Epochs));

        (TModel model, TrainingHistory history) = Train(rows, label, options with
        {
            MiniBatchStarting = () => Host.CheckAlive(),
            ValidationBatchStarting = () => Host.CheckAlive(),
            Progress = status =>
            {
                report.Take(status);
                if (status.EpochEnded is not null)
                    channel.Info(report.Line(status));
                options.Progress?.Invoke(status);
                if (status.StopAsked)
                    stop.Cancel();
            },
        }, trainContext);
        channel.Info($"Training ended: {history.StopReason}, with the weights {Which(history)}.");
        return model;
    }

    /// <summary>What the label column says that is to be learned.</summary>
    private protected abstract LabelFormat GetLabelFormat(RoleMappedData data);

    /// <summary>Trains on rows that have been read.</summary>
    private protected abstract (TModel Model, TrainingHistory History) Train(
        TrainingRows rows, LabelFormat label, MlpOptions options, TrainContext context);

    private void CheckSameLabel(LabelFormat training, LabelFormat validation)
    {
        if ((validation.Classes, validation.Targets) != (training.Classes, training.Targets))
        {
            throw Host.ExceptParam(
                nameof(validation),
                $"The label of the validation data has {Describe(validation)}; that of the training data has {Describe(training)}.");
        }

        if (training.Names is not { } names || validation.Names is not { } others || names.SequenceEqual(others))
            return;
        int first = Enumerable.Range(0, names.Count).First(i => names[i] != others[i]);
        throw Host.ExceptParam(
            nameof(validation),
            $"The label of the validation data has '{others[first]}' where that of the training data has '{names[first]}', number {first} of " +
            $"{Describe(training)}: they must be the same in the same order. Make both by one fitted transformer.");
    }

    private static string Describe(LabelFormat label) => label.Classes > 0 ? $"{label.Classes} classes" : $"{label.Targets} numbers";

    private static string Which(TrainingHistory history) => history switch
    {
        { BestEpoch: > 0 } => $"after epoch {history.BestEpoch}",
        { StartingValidation: not null } => "of the previous model, which no epoch made better",
        _ => "as they were when it was stopped in the first epoch",
    };
}
