using Backprop.Graphs;
using Backprop.Networks;
using Backprop.Onnx;

namespace Backprop.Training;

/// <summary>A trained multilayer perceptron with one output that tells how likely class 1 is, rather than class 0.</summary>
public sealed class MlpBinaryClassifier : MlpModel
{
    private MlpBinaryClassifier(TrainedMlp trained)
        : base(trained)
    {
    }

    /// <summary>Trains a classifier.</summary>
    /// <param name="data">The training rows, 1 or more, with 2 classes.</param>
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
    public static MlpBinaryClassifier Train(
        DataSet data, MlpClassifierOptions? options = null, DataSet? validation = null, MlpBinaryClassifier? previous = null)
    {
        options ??= new MlpClassifierOptions();
        (IRowBlocks rows, IRowBlocks? heldOut) = MlpTraining.Split(data, validation, options);
        return Train(rows, options, heldOut, previous);
    }

    /// <summary>Trains a classifier on rows that may be read anew for each epoch.</summary>
    /// <param name="rows">The training rows, 1 or more, with 2 classes.</param>
    /// <param name="options">How; <see cref="MlpOptions.ValidationFraction"/> is the caller's affair.</param>
    /// <param name="validation">Rows that are not trained on; null for none.</param>
    /// <param name="previous">A classifier of the same layers to go on from; null for none.</param>
    /// <inheritdoc cref="Train(DataSet, MlpClassifierOptions?, DataSet?, MlpBinaryClassifier?)" path="/exception"/>
    public static MlpBinaryClassifier Train(
        IRowBlocks rows, MlpClassifierOptions options, IRowBlocks? validation = null, MlpBinaryClassifier? previous = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        MlpTraining.CheckRows(rows, validation);
        if (rows.Classes != 2)
        {
            throw new ArgumentException(
                rows.Classes == 0
                    ? "The rows have numbers to be learned; a binary classifier needs 2 classes. For numbers take an MlpRegressor."
                    : $"The rows have {rows.Classes} classes; a binary classifier needs 2. For more take an MlpClassifier.", nameof(rows));
        }

        if (options.ClassNames is not null)
            throw new ArgumentException("ClassNames are those of an MlpClassifier; the classes of a binary classifier are 0 and 1.", nameof(options));
        return new(MlpTraining.Run(
            rows, validation, new SigmoidLoss(options.LabelSmoothing), 1, options.WeightsOfClasses(2, rows.Statistics), options, previous));
    }

    /// <summary>Reads a classifier that was saved.</summary>
    /// <param name="stream">Has it at its present position; is read up to its end.</param>
    /// <exception cref="InvalidDataException">It is something else, of another version, cut off or damaged.</exception>
    public static MlpBinaryClassifier Load(Stream stream)
    {
        TrainedMlp trained = Read(stream);
        return new(Require(trained, trained.Network.Loss is SigmoidLoss, "binary classifier"));
    }

    /// <summary>
    /// The logit of class 1, the logarithm of its odds, for one row or many. Allocates nothing once as many threads have predicted at a
    /// time before.
    /// </summary>
    /// <param name="features">The rows' features in row-major order.</param>
    /// <param name="logits">Takes a logit a row.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the network.</exception>
    public void PredictLogits(ReadOnlySpan<float> features, Span<float> logits) => PredictRows(features, logits);

    /// <summary>The logit of class 1 for one row, given by the features that are present; the others are 0. Allocates as little.</summary>
    /// <param name="indices">The features that are present, increasing from 0 and below the number of inputs.</param>
    /// <param name="values">Their values.</param>
    /// <exception cref="ArgumentException">There are not as many indices as values, or the indices do not increase or are no features.</exception>
    public float PredictLogit(ReadOnlySpan<int> indices, ReadOnlySpan<float> values)
    {
        float logit = 0;
        PredictSparseRow(indices, values, new(ref logit));
        return logit;
    }

    /// <summary>The logit of class 1 for one row. Allocates as little.</summary>
    /// <param name="features">The features of the row.</param>
    /// <exception cref="ArgumentException">There are not as many features as the network has inputs.</exception>
    public float PredictLogit(params ReadOnlySpan<float> features)
    {
        float logit = 0;
        PredictRows(features, new(ref logit));
        return logit;
    }

    /// <summary>The probability of class 1 for one row.</summary>
    /// <param name="features">The features of the row.</param>
    /// <exception cref="ArgumentException">There are not as many features as the network has inputs.</exception>
    public float PredictProbability(params ReadOnlySpan<float> features) => (float)(1 / (1 + Math.Exp(-PredictLogit(features))));

    /// <summary>Whether class 1 is the more probable for one row.</summary>
    /// <param name="features">The features of the row.</param>
    /// <exception cref="ArgumentException">There are not as many features as the network has inputs.</exception>
    public bool Predict(params ReadOnlySpan<float> features) => PredictLogit(features) > 0;

    private protected override void AddOutputs(OnnxFile file)
    {
        AddPrediction(file, "logit");
        file.AddOutput("probability", new Shape(Shape.Free, 1));
        file.AddNode("Sigmoid", ["logit"], "probability");
        file.AddOutput("label", new Shape(Shape.Free), OnnxElementType.Int64);
        file.AddNode("Greater", ["logit", file.AddTensor("Zero", [], [0])], "isOne");
        file.AddNode("Squeeze", ["isOne"], "isOneOfRow", new OnnxIntegers("axes", [1]));
        file.AddNode("Cast", ["isOneOfRow"], "label", new OnnxInteger("to", (long)OnnxElementType.Int64));
    }
}
