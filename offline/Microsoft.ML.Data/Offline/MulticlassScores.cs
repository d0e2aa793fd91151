using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>The columns that a multiclass model adds: the predicted key and the scores of all classes.</summary>
internal static class MulticlassScores
{
    public static IReadOnlyList<MappedColumn> Columns(
        IValueMapper model,
        DataViewSchema.Column features,
        DataViewSchema trainSchema,
        string labelColumn,
        string scoreColumn,
        string predictedLabelColumn,
        DataViewSchema input)
    {
        Contracts.Check(
            model.OutputType is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType == NumberDataViewType.Single,
            "Unexpected predictor output type");
        var scoreType = (VectorDataViewType)model.OutputType;
        DataViewSchema.Column? labelValues = LabelValues(trainSchema, labelColumn, scoreType.Size, out DataViewSchema.Annotations labels);
        uint setId = NextScoreSet(input);

        Delegate values = labelValues is { } found ? labels.GetGetterInternal(found.Index) : null;
        var predicted = new DataViewSchema.Annotations.Builder();
        AddText(predicted, AnnotationUtils.Kinds.ScoreColumnKind, AnnotationUtils.Const.ScoreColumnKind.MulticlassClassification);
        AddText(predicted, AnnotationUtils.Kinds.ScoreValueKind, AnnotationUtils.Const.ScoreValueKind.PredictedLabel);
        if (values is not null)
            predicted.Add(AnnotationUtils.Kinds.KeyValues, labelValues.Value.Type, values);
        predicted.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreColumnSetId, AnnotationUtils.ScoreColumnSetIdType, setId);

        var score = new DataViewSchema.Annotations.Builder();
        AddText(score, AnnotationUtils.Kinds.ScoreColumnKind, AnnotationUtils.Const.ScoreColumnKind.MulticlassClassification);
        score.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreColumnSetId, AnnotationUtils.ScoreColumnSetIdType, setId);
        AddText(score, AnnotationUtils.Kinds.ScoreValueKind, AnnotationUtils.Const.ScoreValueKind.Score);
        if (values is not null)
            score.Add(AnnotationUtils.Kinds.TrainingLabelValues, labelValues.Value.Type, values);
        if (labelValues?.Type.GetItemType() is TextDataViewType)
            score.Add(AnnotationUtils.Kinds.SlotNames, labelValues.Value.Type, values);

        int[] sources = [features.Index];
        var keyType = new KeyDataViewType(typeof(uint), scoreType.Size);
        var rows = new ConditionalWeakTable<DataViewRow, RowScores>();
        return
        [
            new(predictedLabelColumn, keyType, predicted.ToAnnotations(), sources, row => ScoresOf(row).PredictedLabel()),
            new(scoreColumn, scoreType, score.ToAnnotations(), sources, row => ScoresOf(row).Score()),
        ];

        RowScores ScoresOf(DataViewRow row) => rows.GetValue(row, r => new RowScores(r, features.Index, model, scoreType.Size));
    }

    private static void AddText(DataViewSchema.Annotations.Builder builder, string kind, string value)
        => builder.AddPrimitiveValue(kind, TextDataViewType.Instance, value.AsMemory());

    private static DataViewSchema.Column? LabelValues(
        DataViewSchema trainSchema, string labelColumn, int classes, out DataViewSchema.Annotations annotations)
    {
        annotations = labelColumn is null ? null : trainSchema.GetColumnOrNull(labelColumn)?.Annotations;
        DataViewSchema.Column? values = annotations?.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues);
        return values?.Type.GetVectorSize() == classes ? values : null;
    }

    private static uint NextScoreSet(DataViewSchema input)
    {
        uint last = 0;
        foreach (DataViewSchema.Annotations annotations in input.Select(c => c.Annotations))
        {
            uint id = 0;
            if (annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.ScoreColumnSetId) is not null)
                annotations.GetValue(AnnotationUtils.Kinds.ScoreColumnSetId, ref id);
            last = Math.Max(last, id);
        }
        return last + 1;
    }

    /// <summary>The scores of the row that a cursor is on, computed once for both columns.</summary>
    private sealed class RowScores(DataViewRow row, int features, IValueMapper model, int classes)
    {
        private readonly ValueGetter<VBuffer<float>> _getFeatures = row.GetGetter<VBuffer<float>>(row.Schema[features]);
        private readonly ValueMapper<VBuffer<float>, VBuffer<float>> _map = model.GetMapper<VBuffer<float>, VBuffer<float>>();
        private long _position = -1;
        private VBuffer<float> _features;
        private VBuffer<float> _scores;

        public ValueGetter<VBuffer<float>> Score() => (ref VBuffer<float> value) => Current().CopyTo(ref value);

        public ValueGetter<uint> PredictedLabel() => (ref uint value) => value = ArgMax(Current()) + 1;

        private VBuffer<float> Current()
        {
            if (_position != row.Position)
            {
                _getFeatures(ref _features);
                _map(in _features, ref _scores);
                Contracts.Check(_scores.Length == classes);
                _position = row.Position;
            }
            return _scores;
        }

        // NaN is never the largest; without any number there is no label: uint.MaxValue + 1 is the missing key.
        private static uint ArgMax(VBuffer<float> scores)
        {
            uint best = uint.MaxValue;
            float largest = float.NaN;
            foreach (var (slot, value) in scores.Items(all: true))
            {
                if (!float.IsNaN(value) && !(value <= largest))
                    (best, largest) = ((uint)slot, value);
            }
            return best;
        }
    }
}
