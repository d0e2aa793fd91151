using System.ComponentModel;
using Backprop.Training;
using Microsoft.ML;
using Microsoft.ML.Backprop;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(BackpropMlpBinaryModelParameters), null, typeof(SignatureLoadModel), "Backprop MLP (binary)",
    BackpropMlpBinaryModelParameters.LoaderSignature)]

namespace Microsoft.ML.Backprop;

/// <summary>
/// A trained multilayer perceptron for binary classification: features in, the logit of true out. Immutable; any number of
/// threads may predict with it.
/// </summary>
public sealed class BackpropMlpBinaryModelParameters : BackpropMlpModelParametersBase<float>, IValueMapper
{
    internal const string LoaderSignature = "BackpropMlpBinary";
    private const string RegistrationName = "BackpropMlpBinaryModelParameters";
    private const string PayloadName = "BinaryClassifier.bin";

    internal BackpropMlpBinaryModelParameters(IHostEnvironment env, MlpBinaryClassifier classifier)
        : base(env, RegistrationName, classifier)
    {
    }

    // Found by ML.NET through LoadableClass. Private, unlike Create: two of one visibility would be refused.
    private BackpropMlpBinaryModelParameters(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, RegistrationName, ctx, PayloadName, MlpBinaryClassifier.Load)
    {
    }

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override PredictionKind PredictionKind => PredictionKind.BinaryClassification;

    DataViewType IValueMapper.InputType => new VectorDataViewType(NumberDataViewType.Single, Architecture.Inputs);

    DataViewType IValueMapper.OutputType => NumberDataViewType.Single;

    internal MlpBinaryClassifier Model => (MlpBinaryClassifier)Network;

    ValueMapper<TSrc, TDst> IValueMapper.GetMapper<TSrc, TDst>()
    {
        CheckTypes<TSrc, TDst>(typeof(float));
        ValueMapper<VBuffer<float>, float> map = Map;
        return (ValueMapper<TSrc, TDst>)(Delegate)map;
    }

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void SaveCore(ModelSaveContext ctx) => Save(ctx, GetVersionInfo(), PayloadName);

    internal static BackpropMlpBinaryModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        Contracts.CheckValue(env, nameof(env));
        env.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel(GetVersionInfo());
        return new BackpropMlpBinaryModelParameters(env, ctx);
    }

    private static VersionInfo GetVersionInfo() => Version("BPMLPBIN", LoaderSignature);

    private void Map(in VBuffer<float> features, ref float score)
    {
        CheckLength(features.Length);
        score = features.IsDense ? Model.PredictLogit(features.GetValues()) : Model.PredictLogit(features.GetIndices(), features.GetValues());
    }
}
