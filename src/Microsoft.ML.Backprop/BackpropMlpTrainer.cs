using System.ComponentModel;
using Backprop.Training;
using Microsoft.ML.Backprop.Data;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Backprop;

/// <summary>
/// Trains a multilayer perceptron for multiclass classification by back-propagation: hidden layers, softmax cross-entropy,
/// minibatches.
/// </summary>
/// <remarks>
/// <para>Input: a label column of key type and a feature column that is a vector of <see cref="float"/> of known size, dense
/// or sparse. Output, by ML.NET's own <see cref="MulticlassPredictionTransformer{TModel}"/>: <c>PredictedLabel</c>, a key, and
/// <c>Score</c>, the probability of each class. Rows with a missing or infinite feature, a missing label, or a weight that
/// is not above 0 and finite are skipped, and counted in one warning.</para>
/// <para>Sparse features of which fewer than one value in eight is present stay sparse: a step touches only the weights of what is
/// present. SGD ends up where it would with the zeros written out; Adam, AdamW and RMSProp change the weights of present features only.
/// <see cref="BackpropMlpOptions.L1Regularization"/> and <see cref="BackpropMlpOptions.GradientClipping"/> make gradients whole.</para>
/// <list type="table">
/// <listheader><term>Trainer characteristics</term><description/></listheader>
/// <item><term>Machine learning task</term><description>Multiclass classification</description></item>
/// <item><term>Is normalization required?</term><description>Yes</description></item>
/// <item><term>Is caching required?</term>
/// <description>No: the data are read once, unless they take more than <see cref="BackpropMlpOptions.MemoryBudget"/></description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>BackpropMLNet</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes</description></item>
/// </list>
/// </remarks>
public sealed partial class BackpropMlpTrainer
    : BackpropMlpTrainerBase<MulticlassPredictionTransformer<BackpropMlpModelParameters>, BackpropMlpModelParameters>
{
    /// <summary>
    /// Makes a trainer with an environment of its own: nothing is logged, and the seed is 0. Made from an
    /// <see cref="MLContext"/> (<c>mlContext.MulticlassClassification.Trainers.BackpropMlp</c>), it logs there and draws its seed there.
    /// </summary>
    /// <param name="labelColumnName">The label column, of key type.</param>
    /// <param name="featureColumnName">The feature column, a vector of <see cref="float"/> of known size.</param>
    /// <param name="exampleWeightColumnName">The column of the rows' weights, <see cref="float"/>; null for none.</param>
    /// <param name="hiddenLayers">
    /// The units of each hidden layer, each 1 or more; null for <see cref="BackpropMlpOptions.HiddenLayers"/>'s default.
    /// </param>
    /// <param name="numberOfIterations">The number of passes over the data, 1 or more.</param>
    /// <param name="learningRate">The step size, above 0 and finite.</param>
    /// <param name="l2Regularization">The factor of the sum of the squared weights in the cost, 0 or more and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public BackpropMlpTrainer(
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
    public BackpropMlpTrainer(Options options)
        : this(new MLContext(seed: 0), options, seedDrawn: 0)
    {
    }

    internal BackpropMlpTrainer(IHostEnvironment env, Options options)
        : this(env, options, seedDrawn: null)
    {
    }

    private BackpropMlpTrainer(IHostEnvironment env, Options options, int? seedDrawn)
        : base(env, "BackpropMlp", BackpropMlpOptions.Checked(options), TrainerUtils.MakeU4ScalarColumn(options.LabelColumnName), seedDrawn)
    {
    }

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

    private protected override LabelFormat GetLabelFormat(RoleMappedData data)
    {
        data.CheckMulticlassLabel(out int classes);
        return new KeyLabel(data.Schema.Label!.Value, classes);
    }

    private protected override (BackpropMlpModelParameters Model, TrainingHistory History) Train(
        TrainingRows rows, LabelFormat label, MlpOptions options, TrainContext context)
    {
        MlpClassifier? previous = ((BackpropMlpModelParameters?)context.InitialPredictor)?.Model;
        MlpClassifierOptions own = (MlpClassifierOptions)options with { ClassNames = label.Names };
        MlpClassifier trained = MlpClassifier.Train(rows.Rows, own, rows.Validation, previous);
        return (new BackpropMlpModelParameters(Host, trained), trained.History);
    }
}
