using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Networks;

namespace Backprop.Training;

/// <summary>A trained multilayer perceptron. Immutable; any number of threads may predict with it.</summary>
public abstract partial class MlpModel
{
    private readonly Mlp _network;
    private readonly ArraySegment<float> _parameters;
    private readonly Lazy<Predictor> _ofDense, _ofSparse;

    private protected MlpModel(TrainedMlp trained)
    {
        _network = new Mlp(trained.Network.Architecture, trained.Network.Loss); // Without dropout: it predicts.
        _parameters = AlignedBuffer.Copy<float>(trained.Parameters);
        (History, State, Names) = (trained.History, trained.State, trained.Names);
        _ofDense = Lazily(sparse: false);
        _ofSparse = Lazily(sparse: true);

        // An exception, of a moment without memory say, is not kept.
        Lazy<Predictor> Lazily(bool sparse) =>
            new(() => new Predictor(new Mlp(Architecture, Loss, sparse: sparse), _parameters), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>The layers of the network.</summary>
    public MlpArchitecture Architecture => _network.Architecture;

    /// <summary>What it was trained to make small, and what its outputs mean.</summary>
    public MlpLoss Loss => _network.Loss;

    /// <summary>What happened in the training.</summary>
    public TrainingHistory History { get; }

    /// <summary>The number of layers with weights: one more than there are hidden layers.</summary>
    public int LayerCount => _network.Layers.Count;

    /// <summary>The network as a graph; its <see cref="Mlp.Prediction"/> is what the model predicts, with <see cref="Parameters"/>.</summary>
    public Mlp Network => _network;

    /// <summary>All parameters of <see cref="Network"/>, flat.</summary>
    public ReadOnlySpan<float> Parameters => _parameters.AsSpan();

    /// <summary>The outputs' names; null for none.</summary>
    internal IReadOnlyList<string>? Names { get; }

    /// <summary>What a training that goes on needs beyond the parameters, where it was kept.</summary>
    internal TrainingState? State { get; }

    /// <summary>The weights of a layer, [inputs, units] in row-major order.</summary>
    /// <param name="layer">The layer, from 0.</param>
    public ReadOnlySpan<float> Weights(int layer) => Values(_network.Layers[layer].Weights);

    /// <summary>The biases of a layer, one a unit.</summary>
    /// <param name="layer">The layer, from 0.</param>
    public ReadOnlySpan<float> Biases(int layer) => Values(_network.Layers[layer].Bias);

    private protected ReadOnlySpan<float> Values(Variable parameter) => parameter.Segment!.Of<float>(_parameters.AsSpan());

    /// <summary>
    /// The outputs of rows; see <see cref="Architecture"/> for their number. Allocates nothing once as many threads, or a few more, have
    /// predicted at a time.
    /// </summary>
    private protected void PredictRows(ReadOnlySpan<float> features, Span<float> outputs)
    {
        (int inputs, int width) = (Architecture.Inputs, Architecture.Outputs);
        int rows = features.Length / inputs;
        if (features.Length % inputs != 0 || (long)rows * width != outputs.Length)
        {
            throw new ArgumentException(
                $"There are {features.Length} features and {outputs.Length} outputs; a row has {inputs} and {width}.", nameof(features));
        }

        Predictor predictor = _ofDense.Value;
        for (int first = 0; first < rows; first += predictor.MostRows)
        {
            int count = Math.Min(predictor.MostRows, rows - first);
            predictor.Run(features.Slice(first * inputs, count * inputs), count, outputs.Slice(first * width, count * width));
        }
    }

    /// <summary>The outputs of one row, given by the features that are present. Allocates as little.</summary>
    private protected void PredictSparseRow(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, Span<float> outputs)
    {
        if (indices.Length != values.Length || outputs.Length != Architecture.Outputs)
        {
            throw new ArgumentException(
                $"There are {indices.Length} indices, {values.Length} values and {outputs.Length} outputs for {Architecture.Outputs}.",
                nameof(indices));
        }

        _ofSparse.Value.Run(indices, values, outputs);
    }
}

/// <summary>What a training makes.</summary>
internal sealed record TrainedMlp(Mlp Network, float[] Parameters, TrainingHistory History, TrainingState? State)
{
    /// <summary>The outputs' names; null for none.</summary>
    public IReadOnlyList<string>? Names { get; init; }
}

/// <summary>What a training that goes on needs beyond the parameters.</summary>
/// <param name="Memory">The <see cref="MlpOptions.OptimizerMemory"/> that it is of.</param>
/// <param name="Bytes">Its state, and that of the random numbers.</param>
internal sealed record TrainingState(string Memory, byte[] Bytes);
