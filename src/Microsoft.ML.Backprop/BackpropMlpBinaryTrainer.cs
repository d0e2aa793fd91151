using System.ComponentModel;
using Backprop.Training;
using Microsoft.ML.Backprop.Data;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Backprop;

/// <summary>
/// Trains a multilayer perceptron for binary classification by back-propagation: hidden layers, sigmoid cross-entropy, minibatches.
/// </summary>
/// <remarks>
/// <para>Input: a label column of type <see cref="bool"/> and a feature column that is a vector of <see cref="float"/> of known
/// size, dense or sparse. Output, by ML.NET's own <see cref="BinaryPredictionTransformer{TModel}"/>: <c>PredictedLabel</c>;
/// <c>Score</c>, the logit; and <c>Probability</c>, that the label is true. Rows with a missing or infinite feature or
/// a weight that is not above 0 and finite are skipped, and counted in one warning.</para>
/// <para>Sparse features are treated as <see cref="BackpropMlpTrainer"/> does.</para>
/// <list type="table">
/// <listheader><term>Trainer characteristics</term><description/></listheader>
/// <item><term>Machine learning task</term><description>Binary classification</description></item>
/// <item><term>Is normalization required?</term><description>Yes</description></item>
/// <item><term>Is caching required?</term>
/// <description>No: the data are read once, unless they take more than <see cref="BackpropMlpOptions.MemoryBudget"/></description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>BackpropMLNet</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes</description></item>
/// </list>
/// </remarks>
public sealed partial class BackpropMlpBinaryTrainer : BackpropMlpTrainerBase<
    BinaryPredictionTransformer<CalibratedModelParametersBase<BackpropMlpBinaryModelParameters, PlattCalibrator>>,
    CalibratedModelParametersBase<BackpropMlpBinaryModelParameters, PlattCalibrator>>
{
    /// <summary>
    /// Makes a trainer with an environment of its own: nothing is logged, and the seed is 0. Made from an
    /// <see cref="MLContext"/> (<c>mlContext.BinaryClassification.Trainers.BackpropMlp</c>), it logs there and draws its seed there.
    /// </summary>
    /// <param name="labelColumnName">The label column, <see cref="bool"/>.</param>
    /// <param name="featureColumnName">The feature column, a vector of <see cref="float"/> of known size.</param>
    /// <param name="exampleWeightColumnName">The column of the rows' weights, <see cref="float"/>; null for none.</param>
    /// <param name="hiddenLayers">The units of each hidden layer, each 1 or more; null for one layer of 100.</param>
    /// <param name="numberOfIterations">The number of passes over the data, 1 or more.</param>
    /// <param name="learningRate">The step size, above 0 and finite.</param>
    /// <param name="l2Regularization">The factor of the sum of the squared weights in the cost, 0 or more and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public BackpropMlpBinaryTrainer(
        string labelColumnName = DefaultColumnNames.Label,
        string featureColumnName = DefaultColumnNames.Features,
        string? exampleWeightColumnName = null,
        int[]? hiddenLayers = null,
        int numberOfIterations = BackpropMlpOptions.Defaults.NumberOfIterations,
        double learningRate = BackpropMlpOptions.Defaults.LearningRate,
        double l2Regularization = BackpropMlpOptions.Defaults.L2Regularization)
        : this(new Options(
            labelColumnName, featureColumnName, exampleWeightColumnName, hiddenLayers, numberOfIterations, learningRate, l2Regularization))
    {
    }

    /// <summary>Makes a trainer with an environment of its own: nothing is logged, and the seed is 0 unless it is set.</summary>
    /// <param name="options">The settings; read now, later changes have no effect.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public BackpropMlpBinaryTrainer(Options options)
        : this(new MLContext(seed: 0), options, seedDrawn: 0)
    {
    }

    internal BackpropMlpBinaryTrainer(IHostEnvironment env, Options options)
        : this(env, options, seedDrawn: null)
    {
    }

    private BackpropMlpBinaryTrainer(IHostEnvironment env, Options options, int? seedDrawn)
        : base(env, "BackpropMlpBinary", BackpropMlpOptions.Checked(options), TrainerUtils.MakeBoolScalarLabel(options.LabelColumnName), seedDrawn)
    {
    }

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override PredictionKind PredictionKind => PredictionKind.BinaryClassification;

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema) =>
    [
        Column(DefaultColumnNames.Score, NumberDataViewType.Single, AnnotationUtils.GetTrainerOutputAnnotation()),
        Column(DefaultColumnNames.Probability, NumberDataViewType.Single, AnnotationUtils.GetTrainerOutputAnnotation(isNormalized: true)),
        Column(DefaultColumnNames.PredictedLabel, BooleanDataViewType.Instance, AnnotationUtils.GetTrainerOutputAnnotation()),
    ];

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override BinaryPredictionTransformer<CalibratedModelParametersBase<BackpropMlpBinaryModelParameters, PlattCalibrator>> MakeTransformer(
        CalibratedModelParametersBase<BackpropMlpBinaryModelParameters, PlattCalibrator> model, DataViewSchema trainSchema) =>
        new(Host, model, trainSchema, FeatureColumn.Name);

    private protected override LabelFormat GetLabelFormat(RoleMappedData data)
    {
        data.CheckBinaryLabel();
        return new BooleanLabel();
    }

    private protected override
        (CalibratedModelParametersBase<BackpropMlpBinaryModelParameters, PlattCalibrator> Model, TrainingHistory History) Train(
            TrainingRows rows, LabelFormat label, MlpOptions options, TrainContext context)
    {
        var previous = (CalibratedModelParametersBase<BackpropMlpBinaryModelParameters, PlattCalibrator>?)context.InitialPredictor;
        MlpBinaryClassifier trained = MlpBinaryClassifier.Train(rows.Rows, (MlpClassifierOptions)options, rows.Validation, previous?.SubModel.Model);

        // The score is a logit: its sigmoid is the probability.
        var calibrated = new ValueMapperCalibratedModelParameters<BackpropMlpBinaryModelParameters, PlattCalibrator>(
            Host, new BackpropMlpBinaryModelParameters(Host, trained), new PlattCalibrator(Host, slope: -1, offset: 0));
        return (calibrated, trained.History);
    }

    private static SchemaShape.Column Column(string name, DataViewType type, IEnumerable<SchemaShape.Column> annotations) =>
        new(name, SchemaShape.Column.VectorKind.Scalar, type, isKey: false, new SchemaShape(annotations));
}
