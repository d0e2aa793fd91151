using System.ComponentModel;
using Backprop.Training;
using Microsoft.ML.Backprop.Data;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Backprop;

/// <summary>
/// Trains a multilayer perceptron for regression by back-propagation: hidden layers, one of several losses, minibatches; for one
/// target or several.
/// </summary>
/// <remarks>
/// <para>Input: a label column that is a <see cref="float"/>, or for several targets a vector of <see cref="float"/> of known size, and a
/// feature column that is a vector of <see cref="float"/> of known size, dense or sparse. Output, by ML.NET's own
/// <see cref="RegressionPredictionTransformer{TModel}"/>: <c>Score</c>, of the label's type and with its slot names. Rows with a
/// missing or infinite feature or label, or a weight that is not above 0 and finite are skipped, and counted in one warning.</para>
/// <para>Sparse features are treated as <see cref="BackpropMlpTrainer"/> does.</para>
/// <list type="table">
/// <listheader><term>Trainer characteristics</term><description/></listheader>
/// <item><term>Machine learning task</term><description>Regression</description></item>
/// <item><term>Is normalization required?</term><description>Yes, of the features; the label is normalized inside</description></item>
/// <item><term>Is caching required?</term>
/// <description>No: the data are read once, unless they take more than <see cref="BackpropMlpOptions.MemoryBudget"/></description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>BackpropMLNet</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes</description></item>
/// </list>
/// </remarks>
public sealed partial class BackpropMlpRegressionTrainer : BackpropMlpTrainerBase<
    RegressionPredictionTransformer<BackpropMlpRegressionModelParameters>, BackpropMlpRegressionModelParameters>
{
    /// <summary>
    /// Makes a trainer with an environment of its own: nothing is logged, and the seed is 0. Made from an
    /// <see cref="MLContext"/> (<c>mlContext.Regression.Trainers.BackpropMlp</c>), it logs there and draws its seed there.
    /// </summary>
    /// <param name="labelColumnName">The label column, <see cref="float"/> or a vector of it of known size.</param>
    /// <param name="featureColumnName">The feature column, a vector of <see cref="float"/> of known size.</param>
    /// <param name="exampleWeightColumnName">The column of the rows' weights, <see cref="float"/>; null for none.</param>
    /// <param name="hiddenLayers">The units of each hidden layer, each 1 or more; null for one layer of 100.</param>
    /// <param name="numberOfIterations">The number of passes over the data, 1 or more.</param>
    /// <param name="learningRate">The step size, above 0 and finite.</param>
    /// <param name="l2Regularization">The factor of the sum of the squared weights in the cost, 0 or more and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public BackpropMlpRegressionTrainer(
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
    public BackpropMlpRegressionTrainer(Options options)
        : this(new MLContext(seed: 0), options, seedDrawn: 0)
    {
    }

    internal BackpropMlpRegressionTrainer(IHostEnvironment env, Options options)
        : this(env, options, seedDrawn: null)
    {
    }

    private BackpropMlpRegressionTrainer(IHostEnvironment env, Options options, int? seedDrawn)
        : base(env, "BackpropMlpRegression", BackpropMlpOptions.Checked(options), TrainerUtils.MakeR4ScalarColumn(options.LabelColumnName), seedDrawn)
    {
    }

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override PredictionKind PredictionKind => PredictionKind.Regression;

    /// <summary>A vector of numbers is as good as one number.</summary>
    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override void CheckLabelCompatible(SchemaShape.Column labelCol)
    {
        bool isVectorOfSingle = labelCol is { Kind: SchemaShape.Column.VectorKind.Vector, IsKey: false, ItemType: NumberDataViewType type } &&
            type.RawType == typeof(float);
        if (!isVectorOfSingle)
            base.CheckLabelCompatible(labelCol);
    }

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema)
    {
        inputSchema.TryFindColumn(LabelColumn.Name, out SchemaShape.Column label);
        bool isVector = label.Kind == SchemaShape.Column.VectorKind.Vector;
        IEnumerable<SchemaShape.Column> slotNames = isVector ? label.Annotations.Where(a => a.Name == AnnotationUtils.Kinds.SlotNames) : [];
        return
        [
            new SchemaShape.Column(
                DefaultColumnNames.Score, isVector ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.Scalar,
                NumberDataViewType.Single, isKey: false, new SchemaShape(AnnotationUtils.GetTrainerOutputAnnotation().Concat(slotNames))),
        ];
    }

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override RegressionPredictionTransformer<BackpropMlpRegressionModelParameters> MakeTransformer(
        BackpropMlpRegressionModelParameters model, DataViewSchema trainSchema) => new(Host, model, trainSchema, FeatureColumn.Name);

    private protected override LabelFormat GetLabelFormat(RoleMappedData data)
    {
        DataViewSchema.Column label = data.Schema.Label!.Value;
        if (label.Type is VectorDataViewType { Size: > 0 and var targets })
            return new VectorLabel(label, targets);
        data.CheckRegressionLabel();
        return new SingleLabel();
    }

    private protected override (BackpropMlpRegressionModelParameters Model, TrainingHistory History) Train(
        TrainingRows rows, LabelFormat label, MlpOptions options, TrainContext context)
    {
        MlpRegressor? previous = ((BackpropMlpRegressionModelParameters?)context.InitialPredictor)?.Model;
        IReadOnlyList<string>? names = label is VectorLabel // With names, if only empty ones, the score is a vector, too.
            ? label.Names ?? [.. Enumerable.Repeat("", label.Targets)]
            : null;
        var own = (MlpRegressorOptions)options with { TargetNames = names, TargetColumn = LabelColumn.Name };
        MlpRegressor trained = MlpRegressor.Train(rows.Rows, own, rows.Validation, previous);
        return (new BackpropMlpRegressionModelParameters(Host, trained), trained.History);
    }
}
