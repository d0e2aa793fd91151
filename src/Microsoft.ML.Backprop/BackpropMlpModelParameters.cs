using System.ComponentModel;
using Backprop.Onnx;
using Backprop.Training;
using Microsoft.ML;
using Microsoft.ML.Backprop;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(BackpropMlpModelParameters), null, typeof(SignatureLoadModel), "Backprop MLP", BackpropMlpModelParameters.LoaderSignature)]

namespace Microsoft.ML.Backprop;

/// <summary>
/// A trained multilayer perceptron for multiclass classification: features in, the probability of each class out. Immutable;
/// any number of threads may predict with it.
/// </summary>
public sealed class BackpropMlpModelParameters : BackpropMlpModelParametersBase<VBuffer<float>>, IValueMapper
{
    internal const string LoaderSignature = "BackpropMlp";
    private const string RegistrationName = "BackpropMlpModelParameters";
    private const string PayloadName = "Classifier.bin";

    internal BackpropMlpModelParameters(IHostEnvironment env, MlpClassifier classifier)
        : base(env, RegistrationName, classifier)
    {
    }

    // Found by ML.NET through LoadableClass. Private, unlike Create: two of one visibility would be refused.
    private BackpropMlpModelParameters(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, RegistrationName, ctx, PayloadName, MlpClassifier.Load)
    {
    }

    /// <summary>The values of the label's key as text, in the order of the scores; null where it had none.</summary>
    public IReadOnlyList<string>? ClassNames => Model.ClassNames;

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    DataViewType IValueMapper.InputType => new VectorDataViewType(NumberDataViewType.Single, Architecture.Inputs);

    DataViewType IValueMapper.OutputType => new VectorDataViewType(NumberDataViewType.Single, Architecture.Outputs);

    internal MlpClassifier Model => (MlpClassifier)Network;

    ValueMapper<TSrc, TDst> IValueMapper.GetMapper<TSrc, TDst>()
    {
        CheckTypes<TSrc, TDst>(typeof(VBuffer<float>));
        ValueMapper<VBuffer<float>, VBuffer<float>> map = Map;
        return (ValueMapper<TSrc, TDst>)(Delegate)map;
    }

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void SaveCore(ModelSaveContext ctx) => Save(ctx, GetVersionInfo(), PayloadName);

    internal static BackpropMlpModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        Contracts.CheckValue(env, nameof(env));
        env.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel(GetVersionInfo());
        return new BackpropMlpModelParameters(env, ctx);
    }

    /// <summary>The class of the largest score, as a key: from 1 on.</summary>
    private protected override void AddPredictedLabel(OnnxContextGraph graph, string score, string label)
    {
        const int uint32 = 12;
        string index = graph.NewName("ArgMax"), key = graph.NewName("Key");
        graph.AddNode("ArgMax", [score], index, new OnnxInteger("axis", 1), new OnnxInteger("keepdims", 1));
        graph.AddNode("Add", [index, graph.AddList("One", [1])], key);
        graph.AddNode("Cast", [key], label, new OnnxInteger("to", uint32));
    }

    private static VersionInfo GetVersionInfo() => Version("BPMLPMCL", LoaderSignature);

    private void Map(in VBuffer<float> features, ref VBuffer<float> scores)
    {
        CheckLength(features.Length);
        VBufferEditor<float> editor = VBufferEditor.Create(ref scores, Architecture.Outputs);
        if (features.IsDense)
            Model.PredictProbabilities(features.GetValues(), editor.Values);
        else
            Model.PredictProbabilities(features.GetIndices(), features.GetValues(), editor.Values);
        scores = editor.Commit();
    }
}
