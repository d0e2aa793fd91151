using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(ISingleFeaturePredictionTransformer<object>), typeof(RegressionPredictionTransformer), null, typeof(SignatureLoadModel),
    "", RegressionPredictionTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

public sealed class RegressionPredictionTransformer<TModel> : SingleFeaturePredictionTransformerBase<TModel>, IMapsColumns
    where TModel : class
{
    private static readonly VersionInfo s_version = new(
        "REG PRED", 0x00010001, 0x00010001, 0x00010001,
        typeof(RegressionPredictionTransformer).Assembly.FullName, RegressionPredictionTransformer.LoaderSignature);

    internal RegressionPredictionTransformer(IHostEnvironment env, TModel model, DataViewSchema inputSchema, string featureColumn)
        : base(Contracts.CheckRef(env, nameof(env)).Register("RegressionPredictionTransformer"), model, inputSchema, featureColumn)
        => Map(TrainSchema);

    internal RegressionPredictionTransformer(IHostEnvironment env, ModelLoadContext ctx, IHost host, TModel model)
        : base(host, ctx, model)
    {
        ctx.CheckVersionInfo(s_version);
        Map(TrainSchema);
    }

    IReadOnlyList<MappedColumn> IMapsColumns.Map(DataViewSchema input) => Map(input);

    private protected override void SaveCore(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(s_version);
        base.SaveCore(ctx);
    }

    private IReadOnlyList<MappedColumn> Map(DataViewSchema input)
    {
        ISchemaBoundRowMapper bound = ScoreColumns.Bind(Host, BindableMapper, input, FeatureColumnName);
        return new ScoreColumns(bound, input[FeatureColumnName], input).WithoutLabel();
    }
}

internal static class RegressionPredictionTransformer
{
    public const string LoaderSignature = "RegressionPredXfer";

    public static ISingleFeaturePredictionTransformer<object> Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        IHost host = Contracts.CheckRef(env, nameof(env)).Register("RegressionPredictionTransformer");
        ctx.LoadModel<IPredictorProducing<float>, SignatureLoadModel>(host, out IPredictorProducing<float> model, "Model");
        return Generic.Call(Make<object>, model.GetType(), ctx, host, (object)model);
    }

    private static ISingleFeaturePredictionTransformer<object> Make<TModel>(ModelLoadContext ctx, IHost host, object model)
        where TModel : class
        => new RegressionPredictionTransformer<TModel>(host, ctx, host, (TModel)model);
}
