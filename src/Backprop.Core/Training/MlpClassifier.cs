using System.Numerics.Tensors;
using Backprop.Graphs;
using Backprop.Networks;
using Backprop.Onnx;

namespace Backprop.Training;

/// <summary>A trained multilayer perceptron that tells how likely each of several classes is.</summary>
public sealed class MlpClassifier : MlpModel
{
    private MlpClassifier(TrainedMlp trained)
        : base(trained)
    {
    }

    /// <summary>What the classes are called, in their order; null where that was not said.</summary>
    public IReadOnlyList<string>? ClassNames => Names;

    /// <summary>Trains a classifier.</summary>
    /// <param name="data">The training rows, 1 or more, with classes.</param>
    /// <param name="options">How; the defaults where it is null.</param>
    /// <param name="validation">Rows that are not trained on; null for none but those that the options hold out.</param>
    /// <param name="previous">A classifier of the same layers to go on from, instead of from random weights; null for none.</param>
    /// <exception cref="ArgumentException">
    /// There is no row, or the validation rows or the previous model do not fit; or options contradict each other.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidDataException">The checkpoint file is damaged, or of another training.</exception>
    /// <exception cref="IOException">The checkpoint file cannot be written, or its folder does not exist.</exception>
    /// <exception cref="TrainingDivergedException">The weights, or what validation shows, are not finite any more.</exception>
    public static MlpClassifier Train(
        DataSet data, MlpClassifierOptions? options = null, DataSet? validation = null, MlpClassifier? previous = null)
    {
        options ??= new MlpClassifierOptions();
        (IRowBlocks rows, IRowBlocks? heldOut) = MlpTraining.Split(data, validation, options);
        return Train(rows, options, heldOut, previous);
    }

    /// <summary>Trains a classifier on rows that may be read anew for each epoch.</summary>
    /// <param name="rows">The training rows, 1 or more, with classes.</param>
    /// <param name="options">How; <see cref="MlpOptions.ValidationFraction"/> is the caller's affair.</param>
    /// <param name="validation">Rows that are not trained on; null for none.</param>
    /// <param name="previous">A classifier of the same layers to go on from; null for none.</param>
    /// <inheritdoc cref="Train(DataSet, MlpClassifierOptions?, DataSet?, MlpClassifier?)" path="/exception"/>
    public static MlpClassifier Train(
        IRowBlocks rows, MlpClassifierOptions options, IRowBlocks? validation = null, MlpClassifier? previous = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        MlpTraining.CheckRows(rows, validation);
        if (rows.Classes == 0)
        {
            throw new ArgumentException(
                "The rows have numbers to be learned; a classifier needs classes. For numbers take an MlpRegressor.", nameof(rows));
        }

        if (options.ClassNames is { } names && names.Count != rows.Classes)
            throw new ArgumentException($"There are {names.Count} ClassNames; the rows have {rows.Classes} classes.", nameof(options));
        double[]? classWeights = options.WeightsOfClasses(rows.Classes, rows.Statistics);
        return new(MlpTraining.Run(
            rows, validation, new SoftmaxLoss(options.LabelSmoothing), rows.Classes, classWeights, options, previous));
    }

    /// <summary>Reads a classifier that was saved.</summary>
    /// <param name="stream">Has it at its present position; is read up to its end.</param>
    /// <exception cref="InvalidDataException">It is something else, of another version, cut off or damaged.</exception>
    public static MlpClassifier Load(Stream stream)
    {
        TrainedMlp trained = Read(stream);
        return new(Require(trained, trained.Network.Loss is SoftmaxLoss, "classifier of several classes"));
    }

    /// <summary>
    /// The probability of each class, for one row or many. Allocates nothing once as many threads, or a few more, have predicted at a time.
    /// </summary>
    /// <param name="features">The rows' features in row-major order.</param>
    /// <param name="probabilities">Takes as many rows, of one probability a class.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the network.</exception>
    public void PredictProbabilities(ReadOnlySpan<float> features, Span<float> probabilities) => PredictRows(features, probabilities);

    /// <summary>The probability of each class for one row, given by the features that are present; the others are 0. Allocates as little.</summary>
    /// <remarks>The work is in proportion to what is present. The same bits as with all features, as long as the weights are finite.</remarks>
    /// <param name="indices">The features that are present, increasing from 0 and below the number of inputs.</param>
    /// <param name="values">Their values.</param>
    /// <param name="probabilities">Takes one probability a class.</param>
    /// <exception cref="ArgumentException">
    /// There are not as many indices as values, or not as many probabilities as classes, or the indices do not increase or are no features.
    /// </exception>
    public void PredictProbabilities(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, Span<float> probabilities) =>
        PredictSparseRow(indices, values, probabilities);

    /// <summary>The probability of each class.</summary>
    /// <param name="features">The features of one row.</param>
    /// <exception cref="ArgumentException">There are not as many features as the network has inputs.</exception>
    public float[] PredictProbabilities(params ReadOnlySpan<float> features)
    {
        var probabilities = new float[Architecture.Outputs];
        PredictRows(features, probabilities);
        return probabilities;
    }

    /// <summary>The most probable class, from 0.</summary>
    /// <param name="features">The features of one row.</param>
    /// <exception cref="ArgumentException">There are not as many features as the network has inputs.</exception>
    public int Predict(params ReadOnlySpan<float> features) => TensorPrimitives.IndexOfMax<float>(PredictProbabilities(features));

    private protected override void AddOutputs(OnnxFile file)
    {
        AddPrediction(file, "probabilities");
        file.AddOutput("label", new Shape(Shape.Free), OnnxElementType.Int64);
        file.AddNode("ArgMax", ["probabilities"], "label", new OnnxInteger("axis", 1), new OnnxInteger("keepdims", 0));
    }
}
