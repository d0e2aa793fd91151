using System.ComponentModel;
using Backprop.Networks;
using Backprop.Training;
using Microsoft.ML;
using Microsoft.ML.Backprop;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

[assembly: LoadableClass(
    typeof(BackpropMlpModelParameters), null, typeof(SignatureLoadModel), "Backprop MLP", BackpropMlpModelParameters.LoaderSignature)]

namespace Microsoft.ML.Backprop;

/// <summary>
/// A trained multilayer perceptron for multiclass classification: features in, the probability of each class out. Immutable;
/// any number of threads may predict with it.
/// </summary>
public sealed class BackpropMlpModelParameters : ModelParametersBase<VBuffer<float>>, IValueMapper
{
    internal const string LoaderSignature = "BackpropMlp";
    private const string RegistrationName = "BackpropMlpModelParameters";
    private const string PayloadName = "Classifier.bin";

    private readonly MlpClassifier _classifier;

    internal BackpropMlpModelParameters(IHostEnvironment env, MlpClassifier classifier)
        : base(env, RegistrationName)
    {
        _classifier = classifier;
    }

    // Found by ML.NET through LoadableClass. Private, unlike Create: two of one visibility would be refused.
    private BackpropMlpModelParameters(IHostEnvironment env, ModelLoadContext ctx)
        : base(env, RegistrationName, ctx)
    {
        MlpClassifier? classifier = null;
        try
        {
            if (!ctx.TryLoadBinaryStream(PayloadName, reader => classifier = MlpClassifier.Load(reader.BaseStream)))
                throw Host.ExceptDecode($"The model has no entry {PayloadName}.");
        }
        catch (InvalidDataException e)
        {
            throw Host.ExceptDecode(e, e.Message);
        }

        _classifier = classifier!;
    }

    /// <summary>The sizes of the network.</summary>
    public MlpArchitecture Architecture => _classifier.Architecture;

    /// <summary>The number of layers with weights: one more than there are hidden layers.</summary>
    public int LayerCount => _classifier.LayerCount;

    /// <summary>What happened in the training, epoch by epoch. It is saved with the model.</summary>
    public TrainingHistory History => _classifier.History;

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    DataViewType IValueMapper.InputType => new VectorDataViewType(NumberDataViewType.Single, Architecture.Inputs);

    DataViewType IValueMapper.OutputType => new VectorDataViewType(NumberDataViewType.Single, Architecture.Classes);

    /// <summary>The weights of a layer, [inputs, units] in row-major order.</summary>
    /// <param name="layer">The layer, from 0 to below <see cref="LayerCount"/>.</param>
    public ReadOnlySpan<float> GetWeights(int layer) => _classifier.Weights(layer);

    /// <summary>The biases of a layer, one a unit.</summary>
    /// <param name="layer">The layer, from 0 to below <see cref="LayerCount"/>.</param>
    public ReadOnlySpan<float> GetBiases(int layer) => _classifier.Biases(layer);

    ValueMapper<TSrc, TDst> IValueMapper.GetMapper<TSrc, TDst>()
    {
        Host.Check(typeof(TSrc) == typeof(VBuffer<float>), "The features must be a vector of Single.");
        Host.Check(typeof(TDst) == typeof(VBuffer<float>), "The scores are a vector of Single.");
        ValueMapper<VBuffer<float>, VBuffer<float>> map = Map;
        return (ValueMapper<TSrc, TDst>)(Delegate)map;
    }

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void SaveCore(ModelSaveContext ctx)
    {
        base.SaveCore(ctx);
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveBinaryStream(PayloadName, writer => _classifier.Save(writer.BaseStream));
    }

    internal static BackpropMlpModelParameters Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        Contracts.CheckValue(env, nameof(env));
        env.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel(GetVersionInfo());
        return new BackpropMlpModelParameters(env, ctx);
    }

    private static VersionInfo GetVersionInfo() => new(
        modelSignature: "BPMLPMCL",
        verWrittenCur: 0x00010001, // the first
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(BackpropMlpModelParameters).Assembly.FullName);

    private void Map(in VBuffer<float> features, ref VBuffer<float> scores)
    {
        if (features.Length != Architecture.Inputs)
            throw Host.Except($"The features have length {features.Length}; the model was trained with {Architecture.Inputs}.");
        VBufferEditor<float> editor = VBufferEditor.Create(ref scores, Architecture.Classes);
        if (features.IsDense)
            _classifier.PredictProbabilities(features.GetValues(), editor.Values);
        else
            _classifier.PredictProbabilities(features.GetIndices(), features.GetValues(), editor.Values);
        scores = editor.Commit();
    }
}
