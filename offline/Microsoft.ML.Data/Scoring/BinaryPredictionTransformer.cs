using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(ISingleFeaturePredictionTransformer<object>), typeof(BinaryPredictionTransformer), null, typeof(SignatureLoadModel),
    "", BinaryPredictionTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

public sealed class BinaryPredictionTransformer<TModel> : SingleFeaturePredictionTransformerBase<TModel>, IMapsColumns
    where TModel : class
{
    private static readonly VersionInfo s_version = new(
        "BIN PRED", 0x00010001, 0x00010001, 0x00010001,
        typeof(BinaryPredictionTransformer).Assembly.FullName, BinaryPredictionTransformer.LoaderSignature);

    internal readonly string ThresholdColumn;
    internal readonly float Threshold;

    internal BinaryPredictionTransformer(
        IHostEnvironment env,
        TModel model,
        DataViewSchema inputSchema,
        string featureColumn,
        float threshold = 0f,
        string thresholdColumn = DefaultColumnNames.Score)
        : base(Contracts.CheckRef(env, nameof(env)).Register("BinaryPredictionTransformer"), model, inputSchema, featureColumn)
    {
        ThresholdColumn = Host.CheckNonEmpty(thresholdColumn, nameof(thresholdColumn));
        Threshold = threshold;
        Map(TrainSchema);
    }

    internal BinaryPredictionTransformer(IHostEnvironment env, ModelLoadContext ctx, IHost host, TModel model)
        : base(host, ctx, model)
    {
        ctx.CheckVersionInfo(s_version);
        Threshold = ctx.Reader.ReadSingle();
        ThresholdColumn = ctx.LoadString();
        Map(TrainSchema);
    }

    IReadOnlyList<MappedColumn> IMapsColumns.Map(DataViewSchema input) => Map(input);

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(s_version);
        base.SaveCore(ctx);
        ctx.Writer.Write(Threshold);
        ctx.SaveStringOrNull(ThresholdColumn);
    }

    private IReadOnlyList<MappedColumn> Map(DataViewSchema input)
    {
        ISchemaBoundRowMapper bound = ScoreColumns.Bind(Host, BindableMapper, input, FeatureColumnName);
        DataViewSchema.Column score = bound.OutputSchema.GetColumnOrNull(ThresholdColumn)
            ?? throw Host.ExceptParam("scoreColName", "mapper does not contain a column '{0}'", ThresholdColumn);
        Host.Check(score.Type == NumberDataViewType.Single, "Unexpected predictor output type");
        return new ScoreColumns(bound, input[FeatureColumnName], input).WithLabel<float, bool>(
            DefaultColumnNames.PredictedLabel,
            BooleanDataViewType.Instance,
            AnnotationUtils.Const.ScoreColumnKind.BinaryClassification,
            score,
            value => value > Threshold);
    }
}

internal static class BinaryPredictionTransformer
{
    public const string LoaderSignature = "BinaryPredXfer";

    public static ISingleFeaturePredictionTransformer<object> Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        IHost host = Contracts.CheckRef(env, nameof(env)).Register("BinaryPredictionTransformer");
        ctx.LoadModel<IPredictorProducing<float>, SignatureLoadModel>(host, out IPredictorProducing<float> model, "Model");
        return Generic.Call(Make<object>, LoadType(model.GetType()), ctx, host, (object)model);
    }

    // A calibrated model is loaded as the public class that it derives from.
    private static Type LoadType(Type model)
        => model.GetCustomAttribute<PredictionTransformerLoadTypeAttribute>()?.LoadType.MakeGenericType(model.GetGenericArguments()) ?? model;

    private static ISingleFeaturePredictionTransformer<object> Make<TModel>(ModelLoadContext ctx, IHost host, object model)
        where TModel : class
        => new BinaryPredictionTransformer<TModel>(host, ctx, host, (TModel)model);
}
