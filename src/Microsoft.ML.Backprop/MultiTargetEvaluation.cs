using System.Globalization;
using Microsoft.ML.Backprop.Data;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Backprop;

/// <summary>How well one of several targets is predicted.</summary>
/// <param name="Name">Its slot name in the label or the score; its number, from 0, where there is none.</param>
/// <param name="MeanAbsoluteError">The mean of |score - label|, in the label's unit.</param>
/// <param name="RootMeanSquaredError">The root of the mean of (score - label)^2, in the label's unit.</param>
/// <param name="RSquared">1 less the squared errors over the squared deviations of the label from its mean; NaN where it has none.</param>
public sealed record TargetMetrics(string Name, double MeanAbsoluteError, double RootMeanSquaredError, double RSquared);

/// <summary>Evaluation of predictions of several numbers, which ML.NET's own does not take.</summary>
public static class MultiTargetEvaluation
{
    /// <summary>Compares the scores of several targets with their labels. Rows in which a label is missing or not finite are left out.</summary>
    /// <param name="catalog">The regression catalog.</param>
    /// <param name="data">Scored rows.</param>
    /// <param name="labelColumnName">The labels, a vector of <see cref="float"/> of known size.</param>
    /// <param name="scoreColumnName">The scores, a vector of the same size.</param>
    /// <returns>A result for each target, in their order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There is no row with labels.</exception>
    public static IReadOnlyList<TargetMetrics> EvaluateMultiTarget(
        this RegressionCatalog catalog, IDataView data,
        string labelColumnName = DefaultColumnNames.Label, string scoreColumnName = DefaultColumnNames.Score)
    {
        Contracts.CheckValue(catalog, nameof(catalog));
        Contracts.CheckValue(data, nameof(data));
        DataViewSchema.Column label = Find(data.Schema, labelColumnName, nameof(labelColumnName));
        DataViewSchema.Column score = Find(data.Schema, scoreColumnName, nameof(scoreColumnName));
        int targets = ((VectorDataViewType)label.Type).Size, scores = ((VectorDataViewType)score.Type).Size;
        if (targets != scores)
        {
            throw new ArgumentOutOfRangeException(
                nameof(scoreColumnName), scores, $"Column '{scoreColumnName}' has {scores} scores; column '{labelColumnName}' has {targets} labels.");
        }

        var sums = new Sums[targets];
        long rows = 0;
        using DataViewRowCursor cursor = data.GetRowCursor([label, score]);
        ValueGetter<VBuffer<float>> getLabels = cursor.GetGetter<VBuffer<float>>(label), getScores = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> labelBuffer = default, scoreBuffer = default;
        var expected = new float[targets];
        var predicted = new float[targets];
        while (cursor.MoveNext())
        {
            getLabels(ref labelBuffer);
            getScores(ref scoreBuffer);
            labelBuffer.CopyTo(expected);
            scoreBuffer.CopyTo(predicted);
            if (!Array.TrueForAll(expected, float.IsFinite))
                continue;
            rows++;
            for (int target = 0; target < targets; target++)
                sums[target].Add(expected[target], predicted[target], rows);
        }

        if (rows == 0)
            throw new InvalidOperationException($"No row has all labels in column '{labelColumnName}': there is nothing to evaluate.");
        string[] names = AnnotationTexts.Of(label, AnnotationUtils.Kinds.SlotNames, targets) ??
            AnnotationTexts.Of(score, AnnotationUtils.Kinds.SlotNames, targets) ?? new string[targets];
        return
        [
            .. sums.Select((sum, target) => new TargetMetrics(
                string.IsNullOrEmpty(names[target]) ? target.ToString(CultureInfo.InvariantCulture) : names[target],
                sum.Absolute / rows, Math.Sqrt(sum.Squared / rows), sum.Deviations > 0 ? 1 - (sum.Squared / sum.Deviations) : double.NaN)),
        ];
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string name, string parameter)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
            throw new ArgumentOutOfRangeException(parameter, name, $"There is no column '{name}'.");
        if (column.Type is not VectorDataViewType { Size: > 0, ItemType: NumberDataViewType item } || item.RawType != typeof(float))
            throw new ArgumentOutOfRangeException(parameter, name, $"Column '{name}' is {column.Type}; it must be a vector of Single of known size.");
        return column;
    }

    /// <summary>What the rows add up to; deviations by Welford's method.</summary>
    private struct Sums
    {
        public double Absolute { get; private set; }

        public double Squared { get; private set; }

        public double Deviations { get; private set; }

        private double _mean;

        public void Add(double label, double score, long rows)
        {
            double error = score - label, deviation = label - _mean;
            Absolute += Math.Abs(error);
            Squared += error * error;
            _mean += deviation / rows;
            Deviations += deviation * (label - _mean);
        }
    }
}
