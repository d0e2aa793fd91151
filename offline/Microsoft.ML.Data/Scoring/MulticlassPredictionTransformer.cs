using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(ISingleFeaturePredictionTransformer<object>), typeof(MulticlassPredictionTransformer), null, typeof(SignatureLoadModel),
    "", MulticlassPredictionTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

public sealed class MulticlassPredictionTransformer<TModel> : SingleFeaturePredictionTransformerBase<TModel>, IMapsColumns
    where TModel : class
{
    private static readonly VersionInfo s_version = new(
        "MULTPRED", 0x00010001, 0x00010001, 0x00010001,
        typeof(MulticlassPredictionTransformer).Assembly.FullName, MulticlassPredictionTransformer.LoaderSignature);

    private readonly string _labelColumn;
    private readonly string _scoreColumn;
    private readonly string _predictedLabelColumn;

    internal MulticlassPredictionTransformer(
        IHostEnvironment env,
        TModel model,
        DataViewSchema inputSchema,
        string featureColumn,
        string labelColumn,
        string scoreColumn = AnnotationUtils.Const.ScoreValueKind.Score,
        string predictedLabel = DefaultColumnNames.PredictedLabel)
        : base(Contracts.CheckRef(env, nameof(env)).Register("MulticlassPredictionTransformer"), model, inputSchema, featureColumn)
    {
        _labelColumn = labelColumn;
        _scoreColumn = scoreColumn;
        _predictedLabelColumn = predictedLabel;
        Map(TrainSchema);
    }

    internal MulticlassPredictionTransformer(IHostEnvironment env, ModelLoadContext ctx, IHost host, TModel model)
        : base(host, ctx, model)
    {
        ctx.CheckVersionInfo(s_version);
        _labelColumn = ctx.LoadStringOrNull();
        _scoreColumn = ctx.LoadStringOrNull();
        _predictedLabelColumn = ctx.LoadStringOrNull();
    }

    IReadOnlyList<MappedColumn> IMapsColumns.Map(DataViewSchema input) => Map(input);

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(s_version);
        base.SaveCore(ctx);
        ctx.SaveStringOrNull(_labelColumn);
        ctx.SaveStringOrNull(_scoreColumn);
        ctx.SaveStringOrNull(_predictedLabelColumn);
    }

    private IReadOnlyList<MappedColumn> Map(DataViewSchema input)
    {
        ISchemaBoundRowMapper bound = ScoreColumns.Bind(Host, BindableMapper, input, FeatureColumnName);
        DataViewType type = bound.OutputSchema[_scoreColumn].Type;
        Host.Check(
            type is VectorDataViewType { IsKnownSize: true } && type.GetItemType() == NumberDataViewType.Single, "Unexpected predictor output type");
        bound = WithLabelValues(bound, type.GetVectorSize());
        return new ScoreColumns(bound, input[FeatureColumnName], input).WithLabel<VBuffer<float>, uint>(
            _predictedLabelColumn,
            new KeyDataViewType(typeof(uint), type.GetVectorSize()),
            AnnotationUtils.Const.ScoreColumnKind.MulticlassClassification,
            bound.OutputSchema[_scoreColumn],
            scores =>
            {
                Host.Check(scores.Length == type.GetVectorSize());
                return ArgMax(scores) + 1;
            });
    }

    private ISchemaBoundRowMapper WithLabelValues(ISchemaBoundRowMapper bound, int classes)
    {
        DataViewSchema.Annotations annotations = _labelColumn is null ? null : TrainSchema.GetColumnOrNull(_labelColumn)?.Annotations;
        bool fits = annotations?.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type.GetVectorSize() == classes;
        if (!fits)
            return bound;
        DataViewSchema.Column values = annotations.Schema[AnnotationUtils.Kinds.KeyValues];
        var withValues = (ISchemaBoundRowMapper)Generic.Call(
            Annotated<int>, values.Type.GetItemType().RawType, bound, AnnotationUtils.Kinds.TrainingLabelValues);
        return values.Type.GetItemType() is TextDataViewType
            ? Annotated<ReadOnlyMemory<char>>(withValues, AnnotationUtils.Kinds.SlotNames)
            : withValues;

        ISchemaBoundRowMapper Annotated<T>(ISchemaBoundRowMapper mapper, string kind)
            => (ISchemaBoundRowMapper)MulticlassClassificationScorer.LabelNameBindableMapper.CreateBound<T>(
                Host, mapper, (VectorDataViewType)values.Type, annotations.GetGetterInternal(values.Index), kind, null);
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

internal static class MulticlassPredictionTransformer
{
    public const string LoaderSignature = "MulticlassPredXfer";

    public static ISingleFeaturePredictionTransformer<object> Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        IHost host = Contracts.CheckRef(env, nameof(env)).Register("MulticlassPredictionTransformer");
        ctx.LoadModel<IPredictorProducing<VBuffer<float>>, SignatureLoadModel>(host, out IPredictorProducing<VBuffer<float>> model, "Model");
        return Generic.Call(Make<object>, model.GetType(), ctx, host, (object)model);
    }

    private static ISingleFeaturePredictionTransformer<object> Make<TModel>(ModelLoadContext ctx, IHost host, object model)
        where TModel : class
        => new MulticlassPredictionTransformer<TModel>(host, ctx, host, (TModel)model);
}
