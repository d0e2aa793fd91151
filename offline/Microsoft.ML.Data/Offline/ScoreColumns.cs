using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>The columns that a scored view has after those of its input: what a model computes, and a label predicted of it.</summary>
internal sealed class ScoreColumns(ISchemaBoundRowMapper bound, DataViewSchema.Column features, DataViewSchema input)
{
    private readonly ConditionalWeakTable<DataViewRow, DataViewRow> _rows = [];
    private readonly uint _setId = NextScoreSet(input);

    public static ISchemaBindableMapper BindableOf(IPredictor model)
        => model as ISchemaBindableMapper
            ?? (model is IValueMapperDist ? new SchemaBindableBinaryPredictorWrapper(model) : new SchemaBindablePredictorWrapper(model));

    public static ISchemaBoundRowMapper Bind(IHost host, ISchemaBindableMapper model, DataViewSchema input, string featureColumn)
        => (ISchemaBoundRowMapper)model.Bind(host, new RoleMappedSchema(input, null, featureColumn));

    /// <summary>The model's columns alone.</summary>
    public IReadOnlyList<MappedColumn> WithoutLabel() => [.. bound.OutputSchema.Select(c => Scored(c, null))];

    /// <summary>A label predicted of one of the model's columns, and the model's columns.</summary>
    public IReadOnlyList<MappedColumn> WithLabel<TScore, TLabel>(
        string labelName, PrimitiveDataViewType labelType, string scoreKind, DataViewSchema.Column score, Func<TScore, TLabel> predict)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        AddText(annotations, AnnotationUtils.Kinds.ScoreColumnKind, scoreKind);
        AddText(annotations, AnnotationUtils.Kinds.ScoreValueKind, AnnotationUtils.Const.ScoreValueKind.PredictedLabel);
        if (score.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.TrainingLabelValues) is { } values)
            annotations.Add(AnnotationUtils.Kinds.KeyValues, values.Type, score.Annotations.GetGetterInternal(values.Index));
        AddSetId(annotations);
        return
        [
            new(labelName, labelType, annotations.ToAnnotations(), [features.Index], MakeGetter),
            .. bound.OutputSchema.Select(c => Scored(c, scoreKind)),
        ];

        Delegate MakeGetter(DataViewRow row)
        {
            ValueGetter<TScore> get = RowOf(row).GetGetter<TScore>(score);
            TScore value = default;
            return (ValueGetter<TLabel>)Predict;

            void Predict(ref TLabel label)
            {
                get(ref value);
                label = predict(value);
            }
        }
    }

    private static void AddText(DataViewSchema.Annotations.Builder builder, string kind, string value)
        => builder.AddPrimitiveValue(kind, TextDataViewType.Instance, value.AsMemory());

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

    private void AddSetId(DataViewSchema.Annotations.Builder builder)
        => builder.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreColumnSetId, AnnotationUtils.ScoreColumnSetIdType, _setId);

    private MappedColumn Scored(DataViewSchema.Column column, string scoreKind)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        if (scoreKind is not null)
            AddText(annotations, AnnotationUtils.Kinds.ScoreColumnKind, scoreKind);
        AddSetId(annotations);
        annotations.Add(column.Annotations, kind => scoreKind is null || kind != AnnotationUtils.Kinds.ScoreColumnKind);
        return new(
            column.Name, column.Type, annotations.ToAnnotations(), [features.Index], row => Generic.GetterOf(RowOf(row), column.Index));
    }

    private DataViewRow RowOf(DataViewRow row) => _rows.GetValue(row, r => bound.GetRow(r, bound.OutputSchema));
}
