using System.Numerics.Tensors;
using Backprop.Kernels;
using Backprop.Networks;
using Backprop.Optimizers;

namespace Backprop.Training;

/// <summary>A trained multilayer perceptron for classification. Immutable; any number of threads may predict with it.</summary>
public sealed partial class MlpClassifier
{
    private readonly Mlp _network;
    private readonly ArraySegment<float> _parameters;
    private readonly Lazy<Predictor> _ofDense, _ofSparse;

    private MlpClassifier(Mlp network, float[] parameters, TrainingHistory history)
    {
        _network = network;
        _parameters = AlignedBuffer.Copy<float>(parameters);
        History = history;
        _ofDense = Lazily(sparse: false);
        _ofSparse = Lazily(sparse: true);

        // An exception, of a moment without memory say, is not kept.
        Lazy<Predictor> Lazily(bool sparse) =>
            new(() => new Predictor(new Mlp(network.Architecture, sparse: sparse), _parameters), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>The sizes of the network.</summary>
    public MlpArchitecture Architecture => _network.Architecture;

    /// <summary>What happened in the training.</summary>
    public TrainingHistory History { get; }

    /// <summary>The number of layers with weights: one more than there are hidden layers.</summary>
    public int LayerCount => _network.Layers.Count;

    /// <summary>Trains a classifier.</summary>
    /// <param name="data">The training rows, 1 or more.</param>
    /// <param name="options">How; the defaults where it is null.</param>
    /// <exception cref="ArgumentException">There is no row.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The weights are not finite any more.</exception>
    public static MlpClassifier Train(DataSet data, MlpClassifierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new MlpClassifierOptions();
        options.Check();
        if (data.Count < 1)
            throw new ArgumentException("The data set has no row to train on.", nameof(data));

        var architecture = new MlpArchitecture(data.Columns, options.HiddenLayers, data.Classes);
        var network = new Mlp(architecture, options.L2, weighted: data.HasDifferentWeights, sparse: data.IsSparse);
        var random = new RandomSource(options.Seed);
        float[] parameters = network.Initialize(random);
        Optimizer<float> optimizer = options.CreateOptimizer(network.Graph.Parameters);
        TrainingHistory history = TrainingLoop.Run(
            network.Cost, new ClassificationSource(data, network), parameters, optimizer, options, random);
        return new MlpClassifier(network, parameters, history);
    }

    /// <summary>The weights of a layer, [inputs, units] in row-major order.</summary>
    /// <param name="layer">The layer, from 0.</param>
    public ReadOnlySpan<float> Weights(int layer) => _network.Layers[layer].Weights.Segment!.Of<float>(_parameters.AsSpan());

    /// <summary>The biases of a layer, one a unit.</summary>
    /// <param name="layer">The layer, from 0.</param>
    public ReadOnlySpan<float> Biases(int layer) => _network.Layers[layer].Bias.Segment!.Of<float>(_parameters.AsSpan());

    /// <summary>The probability of each class, for one row or many. Allocates nothing once as many threads have predicted at a time before.</summary>
    /// <param name="features">The rows' features in row-major order.</param>
    /// <param name="probabilities">Takes as many rows, of one probability a class.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the network.</exception>
    public void PredictProbabilities(ReadOnlySpan<float> features, Span<float> probabilities)
    {
        (int inputs, int classes) = (Architecture.Inputs, Architecture.Classes);
        int rows = features.Length / inputs;
        if (features.Length % inputs != 0 || (long)rows * classes != probabilities.Length)
        {
            throw new ArgumentException(
                $"There are {features.Length} features and {probabilities.Length} probabilities; a row has {inputs} and {classes}.", nameof(features));
        }

        Predictor predictor = _ofDense.Value;
        for (int first = 0; first < rows; first += predictor.MostRows)
        {
            int count = Math.Min(predictor.MostRows, rows - first);
            predictor.Run(
                features.Slice(first * inputs, count * inputs), count, probabilities.Slice(first * classes, count * classes));
        }
    }

    /// <summary>The probability of each class for one row, given by the features that are present; the others are 0. Allocates as little.</summary>
    /// <remarks>The work is in proportion to what is present. The same bits as with all features, as long as the weights are finite.</remarks>
    /// <param name="indices">The features that are present, increasing from 0 and below the number of inputs.</param>
    /// <param name="values">Their values.</param>
    /// <param name="probabilities">Takes one probability a class.</param>
    /// <exception cref="ArgumentException">
    /// There are not as many indices as values, or not as many probabilities as classes, or the indices do not increase or are no features.
    /// </exception>
    public void PredictProbabilities(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, Span<float> probabilities)
    {
        if (indices.Length != values.Length || probabilities.Length != Architecture.Classes)
        {
            throw new ArgumentException(
                $"There are {indices.Length} indices, {values.Length} values and {probabilities.Length} probabilities for {Architecture.Classes} classes.", nameof(indices));
        }

        _ofSparse.Value.Run(indices, values, probabilities);
    }

    /// <summary>The probability of each class.</summary>
    /// <param name="features">The features of one row.</param>
    /// <exception cref="ArgumentException">There are not as many features as the network has inputs.</exception>
    public float[] PredictProbabilities(params ReadOnlySpan<float> features)
    {
        var probabilities = new float[Architecture.Classes];
        PredictProbabilities(features, probabilities);
        return probabilities;
    }

    /// <summary>The most probable class, from 0.</summary>
    /// <param name="features">The features of one row.</param>
    /// <exception cref="ArgumentException">There are not as many features as the network has inputs.</exception>
    public int Predict(params ReadOnlySpan<float> features) => TensorPrimitives.IndexOfMax<float>(PredictProbabilities(features));
}
