using Microsoft.ML;
using Microsoft.ML.Backprop;
using Microsoft.ML.Backprop.Data;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(BackpropMlpPredictionTransformer), null, typeof(SignatureLoadModel),
    "Backprop MLP predictions", BackpropMlpPredictionTransformer.LoaderSignature)]

namespace Microsoft.ML.Backprop;

/// <summary>
/// Adds the predictions of a multilayer perceptron to rows. It is ML.NET's own <see cref="MulticlassPredictionTransformer{TModel}"/>,
/// which gives schema, prediction engine and model file; but <see cref="Transform"/> computes the scores of many rows at a
/// time, several times as fast as one row after the other. The scores have the same bits.
/// </summary>
public sealed class BackpropMlpPredictionTransformer : ISingleFeaturePredictionTransformer<BackpropMlpModelParameters>
{
    internal const string LoaderSignature = "BackpropMlpPredXfer";
    private const string InnerName = "Transformer";

    private readonly ISingleFeaturePredictionTransformer<BackpropMlpModelParameters> _inner;

    internal BackpropMlpPredictionTransformer(MulticlassPredictionTransformer<BackpropMlpModelParameters> inner)
    {
        _inner = inner;
    }

    // Found by ML.NET through LoadableClass. Private, unlike Create: two of one visibility would be refused.
    private BackpropMlpPredictionTransformer(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.LoadModel<ISingleFeaturePredictionTransformer<BackpropMlpModelParameters>, SignatureLoadModel>(env, out _inner, InnerName);
    }

    /// <inheritdoc/>
    public BackpropMlpModelParameters Model => _inner.Model;

    /// <inheritdoc/>
    public string FeatureColumnName => _inner.FeatureColumnName;

    /// <inheritdoc/>
    public DataViewType FeatureColumnType => _inner.FeatureColumnType;

    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _inner.GetOutputSchema(inputSchema);

    /// <summary>Adds the columns of the predictions. Cursors read and score up to 128 rows ahead of their reader.</summary>
    /// <param name="input">The rows; their features are of the type that the model was trained with.</param>
    public IDataView Transform(IDataView input) =>
        new BatchScoredView(input, _inner.Transform(input), FeatureColumnName, Model.Classifier);

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => _inner.GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        Contracts.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel();
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveModel(_inner, InnerName);
    }

    internal static BackpropMlpPredictionTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        Contracts.CheckValue(env, nameof(env));
        env.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel(GetVersionInfo());
        return new BackpropMlpPredictionTransformer(env, ctx);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "BPMLPPRD",
        verWrittenCur: 0x00010001, // the first
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(BackpropMlpPredictionTransformer).Assembly.FullName);
}
