using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Backprop.Execution;
using Backprop.Kernels;
using Backprop.Networks;
using Backprop.Optimizers;

namespace Backprop.Training;

/// <summary>A trained multilayer perceptron for classification. Immutable; any number of threads may predict with it.</summary>
public sealed partial class MlpClassifier
{
    private const int PredictionRows = 64;

    private readonly Mlp _network;
    private readonly Plan<float> _plan;
    private readonly float[] _parameters;
    private readonly ConcurrentBag<Workspace<float>> _workspaces = [];

    private MlpClassifier(Mlp network, float[] parameters, TrainingHistory history)
    {
        _network = network;
        _parameters = parameters;
        History = history;
        _plan = new Plan<float>([network.Probabilities], PredictionRows);
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
        var network = new Mlp(architecture, options.L2, weighted: data.HasDifferentWeights);
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

        Workspace<float> workspace = TakeWorkspace();
        for (int first = 0; first < rows; first += PredictionRows)
        {
            int count = Math.Min(PredictionRows, rows - first);
            features.Slice(first * inputs, count * inputs).CopyTo(workspace.Input(_network.Features, count));
            Run(workspace, count, probabilities.Slice(first * classes, count * classes));
        }

        _workspaces.Add(workspace);
    }

    /// <summary>The probability of each class for one row, given by the features that are present; the others are 0. Allocates as little.</summary>
    /// <param name="indices">The features that are present, each at least 0 and below the number of inputs.</param>
    /// <param name="values">Their values.</param>
    /// <param name="probabilities">Takes one probability a class.</param>
    /// <exception cref="ArgumentException">
    /// There are not as many indices as values, or not as many probabilities as classes, or an index is no feature.
    /// </exception>
    public void PredictProbabilities(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, Span<float> probabilities)
    {
        if (indices.Length != values.Length || probabilities.Length != Architecture.Classes)
        {
            throw new ArgumentException(
                $"There are {indices.Length} indices, {values.Length} values and {probabilities.Length} probabilities for {Architecture.Classes} classes.", nameof(indices));
        }

        Workspace<float> workspace = TakeWorkspace();
        Span<float> features = workspace.Input(_network.Features, 1);
        features.Clear();
        for (int i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)features.Length)
            {
                _workspaces.Add(workspace);
                throw new ArgumentException($"Index {indices[i]} is no feature; the network has {features.Length}.", nameof(indices));
            }

            features[indices[i]] = values[i];
        }

        Run(workspace, 1, probabilities);
        _workspaces.Add(workspace);
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

    private Workspace<float> TakeWorkspace() => _workspaces.TryTake(out Workspace<float>? workspace) ? workspace : _plan.CreateWorkspace();

    private void Run(Workspace<float> workspace, int rows, Span<float> probabilities)
    {
        workspace.Run(_parameters, [], rows);
        workspace.Value(_network.Probabilities).CopyTo(probabilities);
    }
}
