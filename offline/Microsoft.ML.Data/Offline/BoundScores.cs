using Microsoft.ML.Data;

namespace Microsoft.ML.Offline;

/// <summary>A model bound to a feature column: the columns that it computes of a row.</summary>
internal sealed class BoundScores(IEnumerable<DataViewSchema.DetachedColumn> columns, Func<DataViewRow, Delegate[]> makeGetters)
    : ISchemaBoundRowMapper
{
    public DataViewSchema OutputSchema { get; } = SchemaExtensions.MakeSchema(columns);

    public static DataViewSchema.DetachedColumn Column(string name, DataViewType type, string scoreKind, bool isNormalized = false)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        if (isNormalized)
            annotations.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
        annotations.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreColumnKind, TextDataViewType.Instance, scoreKind.AsMemory());
        annotations.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreValueKind, TextDataViewType.Instance, name.AsMemory());
        return new(name, type, annotations.ToAnnotations());
    }

    /// <summary>The getter of a model's score, which is computed once a row.</summary>
    public static Delegate ScoreGetter(DataViewRow row, DataViewSchema.Column features, IValueMapper model)
    {
        if (model.OutputType is VectorDataViewType)
        {
            Once<VBuffer<float>> scores = new(row, features, model.GetMapper<VBuffer<float>, VBuffer<float>>());
            return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => scores.Current().CopyTo(ref value));
        }
        Once<float> score = new(row, features, model.GetMapper<VBuffer<float>, float>());
        return (ValueGetter<float>)((ref float value) => value = score.Current());
    }

    public static Delegate[] ScoreAndProbabilityGetters(DataViewRow row, DataViewSchema.Column features, IValueMapperDist model)
    {
        ValueMapper<VBuffer<float>, float, float> map = model.GetMapper<VBuffer<float>, float, float>();
        Once<(float Score, float Probability)> both = new(
            row,
            features,
            (in VBuffer<float> values, ref (float Score, float Probability) pair) => map(in values, ref pair.Score, ref pair.Probability));
        return
        [
            (ValueGetter<float>)((ref float value) => value = both.Current().Score),
            (ValueGetter<float>)((ref float value) => value = both.Current().Probability),
        ];
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Delegate[] getters = makeGetters(input);
        return Cursor.Row(OutputSchema, activeColumns, input, column => getters[column]);
    }

    /// <summary>What a model makes of the features of the row that a cursor is on, computed once however many columns show it.</summary>
    private sealed class Once<T>(DataViewRow row, DataViewSchema.Column features, ValueMapper<VBuffer<float>, T> map)
    {
        private readonly ValueGetter<VBuffer<float>> _getFeatures = row.GetGetter<VBuffer<float>>(features);
        private long _position = -1;
        private VBuffer<float> _features;
        private T _value;

        public T Current()
        {
            if (_position != row.Position)
            {
                _getFeatures(ref _features);
                map(in _features, ref _value);
                _position = row.Position;
            }
            return _value;
        }
    }
}
