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
        CheckFeatures(TrainSchema[featureColumn].Type);
    }

    internal MulticlassPredictionTransformer(IHostEnvironment env, ModelLoadContext ctx, IHost host, TModel model)
        : base(host, ctx, model)
    {
        ctx.CheckVersionInfo(s_version);
        _labelColumn = ctx.LoadStringOrNull();
        _scoreColumn = ctx.LoadStringOrNull();
        _predictedLabelColumn = ctx.LoadStringOrNull();
    }

    IReadOnlyList<MappedColumn> IMapsColumns.Map(DataViewSchema input)
    {
        DataViewSchema.Column features = input.GetColumnOrNull(FeatureColumnName)
            ?? throw Contracts.ExceptParam("schema", $"{FeatureColumnName} column 'Feature' not found");
        CheckFeatures(features.Type);
        return MulticlassScores.Columns(
            (IValueMapper)Model, features, TrainSchema, _labelColumn, _scoreColumn, _predictedLabelColumn, input);
    }

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(s_version);
        base.SaveCore(ctx);
        ctx.SaveStringOrNull(_labelColumn);
        ctx.SaveStringOrNull(_scoreColumn);
        ctx.SaveStringOrNull(_predictedLabelColumn);
    }

    private void CheckFeatures(DataViewType type)
    {
        DataViewType expected = (Model as IValueMapper)?.InputType
            ?? throw Contracts.Except("Predictor score type cannot be determined since it doesn't implement IValueMapper");
        if (!type.GetItemType().Equals(expected.GetItemType()))
            throw Host.Except(
                "Incompatible features column type item type: '{0}' vs '{1}'", type.GetItemType(), expected.GetItemType());
        bool sameShape = type is VectorDataViewType == expected is VectorDataViewType;
        if (!sameShape || (expected.GetVectorSize() > 0 && type.GetVectorSize() != expected.GetVectorSize()))
            throw Host.Except("Incompatible features column type: '{0}' vs '{1}'", type, expected);
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
