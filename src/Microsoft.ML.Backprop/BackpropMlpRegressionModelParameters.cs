using System.ComponentModel;
using Backprop.Training;
using Microsoft.ML;
using Microsoft.ML.Backprop;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(BackpropMlpRegressionModelParameters), null, typeof(SignatureLoadModel), "Backprop MLP (regression)",
    BackpropMlpRegressionModelParameters.LoaderSignature)]

namespace Microsoft.ML.Backprop;

/// <summary>
/// A trained multilayer perceptron for regression: features in, a number out, or one for each of several targets. Immutable; any
/// number of threads may predict with it.
/// </summary>
/// <remarks>
/// Its output type is that of one number even where it predicts several: ML.NET loads no other into a regression transformer. What it
/// maps to tells the truth.
/// </remarks>
public sealed class BackpropMlpRegressionModelParameters : BackpropMlpModelParametersBase<float>, IValueMapper, IBindableCanSaveOnnx
{
    internal const string LoaderSignature = "BackpropMlpRegression";
    private const string RegistrationName = "BackpropMlpRegressionModelParameters";
    private const string PayloadName = "Regressor.bin";

    internal BackpropMlpRegressionModelParameters(IHostEnvironment env, MlpRegressor regressor)
        : base(env, RegistrationName, regressor)
    {
    }

    // Found by ML.NET through LoadableClass. Private, unlike Create: two of one visibility would be refused.
    private BackpropMlpRegressionModelParameters(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, RegistrationName, ctx, PayloadName, MlpRegressor.Load)
    {
    }

    /// <summary>The targets' names, where the label was a vector: its slot names, empty where it had none; else null.</summary>
    public IReadOnlyList<string>? TargetNames => Model.TargetNames;

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override PredictionKind PredictionKind => TargetNames is null ? PredictionKind.Regression : PredictionKind.MultiOutputRegression;

    DataViewType IValueMapper.InputType => new VectorDataViewType(NumberDataViewType.Single, Architecture.Inputs);

    DataViewType IValueMapper.OutputType =>
        TargetNames is null ? NumberDataViewType.Single : new VectorDataViewType(NumberDataViewType.Single, Architecture.Outputs);

    internal MlpRegressor Model => (MlpRegressor)Network;

    ValueMapper<TSrc, TDst> IValueMapper.GetMapper<TSrc, TDst>()
    {
        CheckTypes<TSrc, TDst>(TargetNames is null ? typeof(float) : typeof(VBuffer<float>));
        if (TargetNames is not null)
        {
            ValueMapper<VBuffer<float>, VBuffer<float>> mapAll = MapAll;
            return (ValueMapper<TSrc, TDst>)(Delegate)mapAll;
        }

        ValueMapper<VBuffer<float>, float> map = Map;
        return (ValueMapper<TSrc, TDst>)(Delegate)map;
    }

    /// <summary>Where there are several targets, the slots of the scores have their names.</summary>
    ISchemaBoundMapper ISchemaBindableMapper.Bind(IHostEnvironment env, RoleMappedSchema schema)
    {
        ISchemaBoundMapper bound = ((ISchemaBindableMapper)new SchemaBindablePredictorWrapper(this)).Bind(env, schema);
        if (TargetNames is null || TargetNames.All(string.IsNullOrEmpty))
            return bound;
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getNames = (ref VBuffer<ReadOnlyMemory<char>> names) =>
        {
            VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref names, TargetNames.Count);
            for (int target = 0; target < TargetNames.Count; target++)
                editor.Values[target] = TargetNames[target].AsMemory();
            names = editor.Commit();
        };
        return MulticlassClassificationScorer.LabelNameBindableMapper.CreateBound<ReadOnlyMemory<char>>(
            env, (ISchemaBoundRowMapper)bound, new VectorDataViewType(TextDataViewType.Instance, TargetNames.Count), getNames,
            AnnotationUtils.Kinds.SlotNames, canWrap: null);
    }

    // ML.NET asks what it binds; what it would wrap another model in passes this on.
    bool IBindableCanSaveOnnx.SaveAsOnnx(OnnxContext ctx, RoleMappedSchema schema, string[] outputNames)
    {
        string features = schema.Feature!.Value.Name;
        return ctx.ContainsColumn(features) && ((ISingleCanSaveOnnx)this).SaveAsOnnx(ctx, outputNames, ctx.GetVariableName(features));
    }

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void SaveCore(ModelSaveContext ctx) => Save(ctx, GetVersionInfo(), PayloadName);

    internal static BackpropMlpRegressionModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        Contracts.CheckValue(env, nameof(env));
        env.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel(GetVersionInfo());
        return new BackpropMlpRegressionModelParameters(env, ctx);
    }

    private static VersionInfo GetVersionInfo() => Version("BPMLPREG", LoaderSignature);

    private void Map(in VBuffer<float> features, ref float score) => Predict(features, new(ref score));

    private void MapAll(in VBuffer<float> features, ref VBuffer<float> scores)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref scores, Architecture.Outputs);
        Predict(features, editor.Values);
        scores = editor.Commit();
    }

    private void Predict(in VBuffer<float> features, Span<float> scores)
    {
        CheckLength(features.Length);
        if (features.IsDense)
            Model.Predict(features.GetValues(), scores);
        else
            Model.Predict(features.GetIndices(), features.GetValues(), scores);
    }
}
