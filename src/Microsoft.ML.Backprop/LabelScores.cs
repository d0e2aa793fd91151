using System.Globalization;
using Microsoft.ML.Backprop.Data;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Backprop;

/// <summary>The scores of a prediction by label: for any ML.NET model of several classes, and for several targets.</summary>
public static class LabelScores
{
    /// <summary>
    /// The scores of a prediction, each with its label: of our trainers, the probability of each class. <c>engine.OutputSchema</c> is the
    /// schema of a prediction engine, <c>transformed.Schema</c> that of scored data.
    /// </summary>
    /// <param name="schema">The schema of what the model makes.</param>
    /// <param name="scores">The scores of one prediction.</param>
    /// <param name="scoreColumnName">The column that they are of.</param>
    /// <returns>
    /// The scores by the labels' texts, in the order of the classes or targets. One without a name, or with one that is taken, is called by
    /// its number, from 0.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There is no such column, it is no vector of <see cref="float"/>, or there are not as many scores as it has.
    /// </exception>
    public static IReadOnlyDictionary<string, float> GetScoresByLabel(
        this DataViewSchema schema, ReadOnlySpan<float> scores, string scoreColumnName = DefaultColumnNames.Score)
    {
        Contracts.CheckValue(schema, nameof(schema));
        if (schema.GetColumnOrNull(scoreColumnName) is not { } column)
            throw new ArgumentOutOfRangeException(nameof(scoreColumnName), scoreColumnName, $"There is no column '{scoreColumnName}'.");
        if (column.Type is not VectorDataViewType { Size: > 0 and var size, ItemType: NumberDataViewType item } || item.RawType != typeof(float))
        {
            throw new ArgumentOutOfRangeException(
                nameof(scoreColumnName), scoreColumnName,
                $"Column '{scoreColumnName}' is {column.Type}; it must be a vector of Single of known size.");
        }

        if (scores.Length != size)
        {
            throw new ArgumentOutOfRangeException(
                nameof(scores), scores.Length, $"There are {scores.Length} scores; column '{scoreColumnName}' has {size}.");
        }

        string[]? labels = AnnotationTexts.Of(column, AnnotationUtils.Kinds.TrainingLabelValues, size) ??
            AnnotationTexts.Of(column, AnnotationUtils.Kinds.SlotNames, size);
        var byLabel = new Dictionary<string, float>(size);
        for (int slot = 0; slot < size; slot++)
        {
            string? label = labels?[slot];
            if (string.IsNullOrEmpty(label) || !byLabel.TryAdd(label, scores[slot]))
                byLabel.Add(slot.ToString(CultureInfo.InvariantCulture), scores[slot]);
        }

        return byLabel;
    }
}
