using System.ComponentModel;
using Backprop.Training;
using Microsoft.ML.Backprop.Data;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Backprop;

/// <summary>
/// Trains a multilayer perceptron for multiclass classification by back-propagation: ReLU hidden layers, softmax
/// cross-entropy, weight decay, minibatch SGD with momentum or Adam, He initialisation.
/// </summary>
/// <remarks>
/// <para>Input: a label column of key type and a feature column that is a vector of <see cref="float"/> of known size, dense
/// or sparse. Output, by ML.NET's own <see cref="MulticlassPredictionTransformer{TModel}"/>: <c>PredictedLabel</c>, a key, and
/// <c>Score</c>, the probability of each class. Rows with a missing or infinite feature, a missing label, or a weight that
/// is not above 0 and finite are skipped, and counted in one warning.</para>
/// <para>Sparse features of which fewer than one value in eight is present stay sparse: a step touches only the weights of what is
/// present. SGD ends up where it would with the zeros written out; Adam and AdamW change the weights of present features only.</para>
/// <list type="table">
/// <listheader><term>Trainer characteristics</term><description/></listheader>
/// <item><term>Machine learning task</term><description>Multiclass classification</description></item>
/// <item><term>Is normalization required?</term><description>Yes</description></item>
/// <item><term>Is caching required?</term><description>No: the data are read once</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>BackpropMLNet</description></item>
/// <item><term>Exportable to ONNX</term><description>No</description></item>
/// </list>
/// </remarks>
public sealed partial class BackpropMlpTrainer
    : TrainerEstimatorBase<MulticlassPredictionTransformer<BackpropMlpModelParameters>, BackpropMlpModelParameters>
{
    private const string LoadName = "BackpropMlp";

    private readonly MlpClassifierOptions _options;

    /// <summary>
    /// Makes a trainer with an environment of its own: nothing is logged, and the seed is 0. Made from an
    /// <see cref="MLContext"/> (<c>mlContext.MulticlassClassification.Trainers.BackpropMlp</c>), it logs there and draws its seed there.
    /// </summary>
    /// <param name="labelColumnName">The label column, of key type.</param>
    /// <param name="featureColumnName">The feature column, a vector of <see cref="float"/> of known size.</param>
    /// <param name="exampleWeightColumnName">The column of the rows' weights, <see cref="float"/>; null for none.</param>
    /// <param name="hiddenLayers">The units of each hidden layer, each 1 or more; null for <see cref="Options.HiddenLayers"/>'s default.</param>
    /// <param name="numberOfIterations">The number of passes over the data, 1 or more.</param>
    /// <param name="learningRate">The step size, above 0.</param>
    /// <param name="l2Regularization">The factor of the sum of the squared weights in the cost, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public BackpropMlpTrainer(
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string? exampleWeightColumnName = null,
        int[]? hiddenLayers = null,
        int numberOfIterations = Options.Defaults.NumberOfIterations,
        double learningRate = Options.Defaults.LearningRate,
        double l2Regularization = Options.Defaults.L2Regularization)
        : this(new Options(
            labelColumnName, featureColumnName, exampleWeightColumnName, hiddenLayers, numberOfIterations, learningRate, l2Regularization))
    {
    }

    /// <summary>Makes a trainer with an environment of its own: nothing is logged, and the seed is 0 unless it is set.</summary>
    /// <param name="options">The settings; read now, later changes have no effect.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public BackpropMlpTrainer(Options options)
        : this(new MLContext(seed: 0), options, seedDrawn: 0)
    {
    }

    internal BackpropMlpTrainer(IHostEnvironment env, Options options)
        : this(env, options, seedDrawn: null)
    {
    }

    private BackpropMlpTrainer(IHostEnvironment env, Options options, int? seedDrawn)
        : base(
            Contracts.CheckRef(env, nameof(env)).Register(LoadName),
            TrainerUtils.MakeR4VecFeature(Checked(options).FeatureColumnName),
            TrainerUtils.MakeU4ScalarColumn(options.LabelColumnName),
            TrainerUtils.MakeR4ScalarWeightColumn(options.ExampleWeightColumnName))
    {
        int seed = options.Seed ?? seedDrawn ?? Host.Rand.Next();
        _options = new MlpClassifierOptions
        {
            HiddenLayers = [.. options.HiddenLayers],
            Epochs = options.NumberOfIterations,
            BatchSize = options.BatchSize,
            Optimizer = options.Optimizer,
            LearningRate = options.LearningRate,
            Momentum = options.Momentum,
            Beta1 = options.Beta1,
            Beta2 = options.Beta2,
            Epsilon = options.Epsilon,
            WeightDecay = options.WeightDecay,
            L2 = options.L2Regularization,
            Seed = seed,
            Threads = options.NumberOfThreads ?? Environment.ProcessorCount,
        };
    }

    private static Options Checked(Options options)
    {
        Contracts.CheckRef(options, nameof(options)).Check();
        return options;
    }

    /// <inheritdoc/>
    public override TrainerInfo Info { get; } = new(normalization: true, calibration: false, caching: false);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override PredictionKind PredictionKind => PredictionKind.MulticlassClassification;

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema)
    {
        inputSchema.TryFindColumn(LabelColumn.Name, out SchemaShape.Column label);
        IEnumerable<SchemaShape.Column> keyValues = label.Annotations.Where(a => a.Name == AnnotationUtils.Kinds.KeyValues);
        return
        [
            new SchemaShape.Column(
                DefaultColumnNames.Score, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, isKey: false,
                new SchemaShape(AnnotationUtils.AnnotationsForMulticlassScoreColumn(label))),
            new SchemaShape.Column(
                DefaultColumnNames.PredictedLabel, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, isKey: true,
                new SchemaShape(keyValues.Concat(AnnotationUtils.GetTrainerOutputAnnotation()))),
        ];
    }

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override MulticlassPredictionTransformer<BackpropMlpModelParameters> MakeTransformer(
        BackpropMlpModelParameters model, DataViewSchema trainSchema) =>
        new(Host, model, trainSchema, FeatureColumn.Name, LabelColumn.Name);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override BackpropMlpModelParameters TrainModelCore(TrainContext trainContext)
    {
        Host.CheckValue(trainContext, nameof(trainContext));
        using IChannel channel = Host.Start("Training");
        using IProgressChannel progress = Host.StartProgressChannel("BackpropMlp training");

        DataSet data = ClassificationData.Read(Host, channel, trainContext.TrainingSet);
        Host.Check(data.Count > 0, NoTrainingInstancesMessage);
        EpochRecord? last = null;
        progress.SetHeader(new ProgressHeader(["Loss", "Rows/s"], ["epochs"]), entry =>
        {
            entry.SetProgress(0, last?.Epoch ?? 0, _options.Epochs);
            entry.SetMetric(0, last?.Loss ?? double.NaN);
            entry.SetMetric(1, last?.RowsPerSecond ?? double.NaN);
        });

        MlpClassifier classifier = MlpClassifier.Train(data, _options with
        {
            MiniBatchStarting = () => Host.CheckAlive(),
            EpochEnded = epoch =>
            {
                last = epoch;
                channel.Info(string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"Epoch {epoch.Epoch}/{_options.Epochs}: loss {epoch.Loss:F6}, {epoch.RowsPerSecond:N0} rows/s"));
            },
        });
        return new BackpropMlpModelParameters(Host, classifier);
    }
}
