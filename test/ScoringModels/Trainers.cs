using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.ScoringModels;

/// <summary>A binary trainer that only checks its data: it returns a <see cref="LinearModel"/> calibrated by 1 / (1 + exp(-score)).</summary>
public sealed class LinearBinaryTrainer(MLContext context, float threshold = 0, string thresholdColumn = DefaultColumnNames.Score)
    : TrainerEstimatorBase<
        BinaryPredictionTransformer<CalibratedModelParametersBase<LinearModel, PlattCalibrator>>,
        CalibratedModelParametersBase<LinearModel, PlattCalibrator>>(
        ((IHostEnvironment)context).Register(nameof(LinearBinaryTrainer)),
        TrainerUtils.MakeR4VecFeature(DefaultColumnNames.Features),
        TrainerUtils.MakeBoolScalarLabel(DefaultColumnNames.Label))
{
    public override TrainerInfo Info { get; } = new();

    public override PredictionKind PredictionKind => PredictionKind.BinaryClassification;

    public override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema)
    {
        return
        [
            Column(DefaultColumnNames.Score, NumberDataViewType.Single),
            Column(DefaultColumnNames.Probability, NumberDataViewType.Single, isNormalized: true),
            Column(DefaultColumnNames.PredictedLabel, BooleanDataViewType.Instance),
        ];

        static SchemaShape.Column Column(string name, DataViewType type, bool isNormalized = false)
            => new(name, VectorKind.Scalar, type, false, new SchemaShape(AnnotationUtils.GetTrainerOutputAnnotation(isNormalized)));
    }

    public override CalibratedModelParametersBase<LinearModel, PlattCalibrator> TrainModelCore(TrainContext trainContext)
    {
        trainContext.TrainingSet.CheckBinaryLabel();
        trainContext.TrainingSet.CheckFeatureFloatVector(out int features);
        return new ValueMapperCalibratedModelParameters<LinearModel, PlattCalibrator>(
            Host, new LinearModel(Host, PredictionKind, features), new PlattCalibrator(Host, -1, 0));
    }

    public override BinaryPredictionTransformer<CalibratedModelParametersBase<LinearModel, PlattCalibrator>> MakeTransformer(
        CalibratedModelParametersBase<LinearModel, PlattCalibrator> model, DataViewSchema trainSchema)
        => new(Host, model, trainSchema, FeatureColumn.Name, threshold, thresholdColumn);
}

/// <summary>A regression trainer that only checks its data; of several targets, the scores have the names of the label's slots.</summary>
public sealed class LinearRegressionTrainer(MLContext context, bool severalTargets = false)
    : TrainerEstimatorBase<RegressionPredictionTransformer<LinearModel>, LinearModel>(
        ((IHostEnvironment)context).Register(nameof(LinearRegressionTrainer)),
        TrainerUtils.MakeR4VecFeature(DefaultColumnNames.Features),
        severalTargets ? TrainerUtils.MakeR4VecFeature(DefaultColumnNames.Label) : TrainerUtils.MakeR4ScalarColumn(DefaultColumnNames.Label))
{
    public override TrainerInfo Info { get; } = new();

    public override PredictionKind PredictionKind => severalTargets ? PredictionKind.MultiOutputRegression : PredictionKind.Regression;

    public override SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema)
    {
        inputSchema.TryFindColumn(LabelColumn.Name, out SchemaShape.Column label);
        IEnumerable<SchemaShape.Column> names = label.Annotations.Where(a => a.Name == AnnotationUtils.Kinds.SlotNames);
        return
        [
            new(DefaultColumnNames.Score, label.Kind, NumberDataViewType.Single, false,
                new SchemaShape(AnnotationUtils.GetTrainerOutputAnnotation().Concat(names))),
        ];
    }

    public override LinearModel TrainModelCore(TrainContext trainContext)
    {
        trainContext.TrainingSet.CheckFeatureFloatVector(out int features);
        if (severalTargets)
            trainContext.TrainingSet.CheckMultiOutputRegressionLabel();
        else
            trainContext.TrainingSet.CheckRegressionLabel();
        DataViewSchema.Column label = trainContext.TrainingSet.Schema.Label.Value;
        int scores = label.Type.GetVectorSize();
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (label.HasSlotNames(scores))
            label.Annotations.GetValue(AnnotationUtils.Kinds.SlotNames, ref names);
        return new LinearModel(Host, PredictionKind, features, scores, [.. names.DenseValues().Select(name => name.ToString())]);
    }

    public override RegressionPredictionTransformer<LinearModel> MakeTransformer(LinearModel model, DataViewSchema trainSchema)
        => new(Host, model, trainSchema, FeatureColumn.Name);
}
