using System.Globalization;
using Backprop.Networks;
using Backprop.Onnx;

namespace Backprop.Training;

/// <summary>A trained multilayer perceptron that predicts one number, or several.</summary>
public sealed class MlpRegressor : MlpModel
{
    private MlpRegressor(TrainedMlp trained)
        : base(trained)
    {
    }

    /// <summary>The targets' names, where there are any.</summary>
    public IReadOnlyList<string>? TargetNames => Names;

    /// <summary>What the outputs' unit is in that of the data, one number a target.</summary>
    public ReadOnlySpan<float> TargetScale => Values(Network.TargetScale!);

    /// <summary>What the outputs' zero is in the data, one number a target.</summary>
    public ReadOnlySpan<float> TargetOffset => Values(Network.TargetOffset!);

    /// <summary>Trains a regressor.</summary>
    /// <param name="data">The training rows, with numbers to be learned that are not all the same.</param>
    /// <param name="options">How; the defaults where it is null.</param>
    /// <param name="validation">Rows that are not trained on; null for none but those that the options hold out.</param>
    /// <param name="previous">A regressor of the same layers to go on from, instead of from random weights; null for none.</param>
    /// <exception cref="ArgumentException">
    /// There is no row, or the validation rows or the previous model do not fit; or options contradict each other.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidDataException">The checkpoint file is damaged, or of another training.</exception>
    /// <exception cref="IOException">The checkpoint file cannot be written, or its folder does not exist.</exception>
    /// <exception cref="InvalidOperationException">
    /// A target is the same in all rows, or in all validation rows where its R squared is the criterion, or below 0 where it must not be.
    /// </exception>
    /// <exception cref="TrainingDivergedException">The weights, or what validation shows, are not finite any more.</exception>
    public static MlpRegressor Train(
        DataSet data, MlpRegressorOptions? options = null, DataSet? validation = null, MlpRegressor? previous = null)
    {
        options ??= new MlpRegressorOptions();
        (IRowBlocks rows, IRowBlocks? heldOut) = MlpTraining.Split(data, validation, options);
        return Train(rows, options, heldOut, previous);
    }

    /// <summary>Trains a regressor on rows that may be read anew for each epoch.</summary>
    /// <param name="rows">The training rows, with numbers to be learned.</param>
    /// <param name="options">How; <see cref="MlpOptions.ValidationFraction"/> is the caller's affair.</param>
    /// <param name="validation">Rows that are not trained on; null for none.</param>
    /// <param name="previous">A regressor of the same layers to go on from; null for none.</param>
    /// <inheritdoc cref="Train(DataSet, MlpRegressorOptions?, DataSet?, MlpRegressor?)" path="/exception"/>
    public static MlpRegressor Train(
        IRowBlocks rows, MlpRegressorOptions options, IRowBlocks? validation = null, MlpRegressor? previous = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        MlpTraining.CheckRows(rows, validation);
        if (rows.Classes > 0)
        {
            throw new ArgumentException(
                "The rows have classes; a regressor needs numbers. For classes take an MlpClassifier.", nameof(rows));
        }

        if (!options.Cancellation.IsCancellationRequested) // Else nothing will be trained, and reading may have been cut short.
            CheckTargets(rows, validation, options);
        return new(MlpTraining.Run(rows, validation, options.Loss, rows.Targets, classWeights: null, options, previous));
    }

    /// <summary>Reads a regressor that was saved.</summary>
    /// <param name="stream">Has it at its present position; is read up to its end.</param>
    /// <exception cref="InvalidDataException">It is something else, of another version, cut off or damaged.</exception>
    public static MlpRegressor Load(Stream stream)
    {
        TrainedMlp trained = Read(stream);
        return new(Require(trained, !trained.Network.Loss.IsOfClasses, "regressor"));
    }

    /// <summary>Predicts one row or many. Allocates nothing once as many threads, or a few more, have predicted at a time.</summary>
    /// <param name="features">The rows' features in row-major order.</param>
    /// <param name="predictions">Takes as many rows, of one number a target.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the network.</exception>
    public void Predict(ReadOnlySpan<float> features, Span<float> predictions) => PredictRows(features, predictions);

    /// <summary>Predicts one row, given by the features that are present; the others are 0. Allocates as little.</summary>
    /// <param name="indices">The features that are present, increasing from 0 and below the number of inputs.</param>
    /// <param name="values">Their values.</param>
    /// <param name="predictions">Takes a number a target.</param>
    /// <exception cref="ArgumentException">
    /// There are not as many indices as values, or predictions as targets, or the indices do not increase or are no features.
    /// </exception>
    public void Predict(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, Span<float> predictions) =>
        PredictSparseRow(indices, values, predictions);

    /// <summary>Predicts one row.</summary>
    /// <param name="features">The features of the row.</param>
    /// <returns>A number a target.</returns>
    /// <exception cref="ArgumentException">There are not as many features as the network has inputs.</exception>
    public float[] Predict(params ReadOnlySpan<float> features)
    {
        var predictions = new float[Architecture.Outputs];
        PredictRows(features, predictions);
        return predictions;
    }

    private protected override void AddOutputs(OnnxFile file) => AddPrediction(file, "prediction");

    private static void CheckTargets(IRowBlocks rows, IRowBlocks? validation, MlpRegressorOptions options)
    {
        if (options.TargetNames is { } names && names.Count != rows.Targets)
            throw new ArgumentException($"There are {names.Count} TargetNames; the rows have {rows.Targets} targets.", nameof(options));
        string ofColumn = options.TargetColumn is null ? "" : $" of column '{options.TargetColumn}'";
        for (int target = 0; target < rows.Targets; target++)
        {
            string name = rows.Targets == 1 ? "The target" : $"Target '{NameOf(target, options)}'";
            if (rows.Statistics.IsConstant(target))
            {
                throw new InvalidOperationException(
                    $"{name} is {Values(rows.Statistics, target)} rows{ofColumn}: there is nothing to be learned. Is it the right column?");
            }

            if (validation is not null && options.Criterion == ValidationCriterion.Metric && validation.Statistics.IsConstant(target))
            {
                throw new InvalidOperationException(
                    $"{name} is {Values(validation.Statistics, target)} validation rows{ofColumn}, so it has no R squared to choose an " +
                    "epoch by. Validate with more rows, or choose by ValidationCriterion.Loss.");
            }

            if (options.Loss is PoissonLoss)
            {
                CheckCounts(name, $"a row{ofColumn}", rows.Statistics.Least(target));
                CheckCounts(name, $"a validation row{ofColumn}", validation?.Statistics.Least(target) ?? 0);
            }
        }
    }

    private static void CheckCounts(string name, string place, float least)
    {
        if (least < 0)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"{name} is {least} in {place}; with the Poisson loss targets are counts, 0 or more. Take another loss."));
        }
    }

    private static string NameOf(int target, MlpRegressorOptions options) =>
        options.TargetNames?[target] is { Length: > 0 } name ? name : target.ToString(CultureInfo.InvariantCulture);

    private static string Values(TargetStatistics statistics, int target)
    {
        (float least, float greatest) = (statistics.Least(target), statistics.Greatest(target));
        string values = least == greatest
            ? FormattableString.Invariant($"{least}")
            : FormattableString.Invariant($"as good as constant, {least} to {greatest},");
        return $"{values} in all {statistics.Count}";
    }
}
