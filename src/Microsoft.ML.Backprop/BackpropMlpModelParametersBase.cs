using Backprop.Graphs;
using Backprop.Networks;
using Backprop.Onnx;
using Backprop.Training;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Backprop;

/// <summary>What trained multilayer perceptrons share. Immutable; any number of threads may predict with one.</summary>
/// <typeparam name="TOutput">ML.NET's output type.</typeparam>
public abstract class BackpropMlpModelParametersBase<TOutput> : ModelParametersBase<TOutput>, ISingleCanSaveOnnx
{
    internal BackpropMlpModelParametersBase(IHostEnvironment env, string name, MlpModel network)
        : base(env, name)
    {
        Network = network;
    }

    internal BackpropMlpModelParametersBase(IHostEnvironment env, string name, ModelLoadContext ctx, string payload, Func<Stream, MlpModel> load)
        : base(env, name, ctx)
    {
        MlpModel? network = null;
        try
        {
            if (!ctx.TryLoadBinaryStream(payload, reader => network = load(reader.BaseStream)))
                throw Host.ExceptDecode($"The model has no entry {payload}.");
        }
        catch (InvalidDataException e)
        {
            throw Host.ExceptDecode(e, e.Message);
        }

        Network = network!;
    }

    /// <summary>The layers of the network.</summary>
    public MlpArchitecture Architecture => Network.Architecture;

    /// <summary>The number of layers with weights: one more than there are hidden layers.</summary>
    public int LayerCount => Network.LayerCount;

    /// <summary>What happened in the training, pass by pass, and why it ended. It is saved with the model.</summary>
    public TrainingHistory History => Network.History;

    private protected MlpModel Network { get; }

    /// <summary>The weights of a layer, [inputs, units] in row-major order.</summary>
    /// <param name="layer">The layer, from 0 to below <see cref="LayerCount"/>.</param>
    public ReadOnlySpan<float> GetWeights(int layer) => Network.Weights(layer);

    /// <summary>The biases of a layer, one a unit.</summary>
    /// <param name="layer">The layer, from 0 to below <see cref="LayerCount"/>.</param>
    public ReadOnlySpan<float> GetBiases(int layer) => Network.Biases(layer);

    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => true;

    bool ISingleCanSaveOnnx.SaveAsOnnx(OnnxContext ctx, string[] outputNames, string featureColumn)
    {
        Host.CheckValue(ctx, nameof(ctx));
        ctx.CheckOpSetVersion(9, GetType().Name);
        // Of several outputs the first is the predicted label. One alone is the score: the label is then ML.NET's affair.
        string score = outputNames.Length > 1 ? outputNames[1] : outputNames[0];
        var graph = new OnnxContextGraph(ctx);
        Mlp network = Network.Network;
        var names = new Dictionary<Variable, string> { [network.Features] = featureColumn, [network.Prediction] = score };
        OnnxTranslation.Translate(graph, [network.Prediction], names, Network.Parameters);
        if (outputNames.Length > 1)
            AddPredictedLabel(graph, score, outputNames[0]);
        return true;
    }

    /// <summary>Adds the predicted label to a graph, where the model and not ML.NET's scorer knows it.</summary>
    private protected virtual void AddPredictedLabel(OnnxContextGraph graph, string score, string label)
    {
    }

    /// <summary>Writes what a model consists of.</summary>
    private protected void Save(ModelSaveContext ctx, VersionInfo version, string payload)
    {
        base.SaveCore(ctx);
        ctx.SetVersionInfo(version);
        ctx.SaveBinaryStream(payload, writer => Network.Save(writer.BaseStream));
    }

    /// <summary>The version of a model's entry.</summary>
    private protected static VersionInfo Version(string modelSignature, string loaderSignature) => new(
        modelSignature,
        verWrittenCur: 0x00010001, // the first
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: loaderSignature,
        loaderAssemblyName: typeof(BackpropMlpModelParameters).Assembly.FullName);

    /// <summary>Checks the types that somebody asks a mapper for.</summary>
    private protected void CheckTypes<TSource, TDestination>(Type destination)
    {
        Host.Check(typeof(TSource) == typeof(VBuffer<float>), "The features must be a vector of Single.");
        Host.Check(typeof(TDestination) == destination, "The scores have another type.");
    }

    /// <summary>Checks the number of features.</summary>
    private protected void CheckLength(int features)
    {
        if (features != Architecture.Inputs)
            throw Host.Except($"The features have length {features}; the model was trained with {Architecture.Inputs}.");
    }
}
