using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

internal enum PredictionKind
{
    Unknown = 0,
    Custom = 1,
    BinaryClassification = 2,
    MulticlassClassification = 3,
    Regression = 4,
    MultiOutputRegression = 5,
}

internal interface IPredictor
{
    PredictionKind PredictionKind { get; }
}

internal interface IPredictorProducing<out TResult> : IPredictor;

internal interface IDistPredictorProducing<out TResult, out TResultDistribution> : IPredictorProducing<TResult>;

internal interface ITrainer
{
    TrainerInfo Info { get; }

    PredictionKind PredictionKind { get; }

    IPredictor Train(TrainContext context);
}

internal interface ITrainer<out TPredictor> : ITrainer
    where TPredictor : IPredictor
{
    new TPredictor Train(TrainContext context);
}

internal sealed class TrainContext
{
    public TrainContext(
        RoleMappedData trainingSet, RoleMappedData validationSet = null, RoleMappedData testSet = null, IPredictor initialPredictor = null)
    {
        TrainingSet = Contracts.CheckRef(trainingSet, nameof(trainingSet));
        ValidationSet = validationSet;
        TestSet = testSet;
        InitialPredictor = initialPredictor;
    }

    public RoleMappedData TrainingSet { get; }

    public RoleMappedData ValidationSet { get; }

    public RoleMappedData TestSet { get; }

    public IPredictor InitialPredictor { get; }
}

public sealed class TrainerInfo
{
    internal TrainerInfo(
        bool normalization = true,
        bool calibration = false,
        bool caching = true,
        bool supportValid = false,
        bool supportIncrementalTrain = false,
        bool supportTest = false)
    {
        NeedNormalization = normalization;
        NeedCalibration = calibration;
        WantCaching = caching;
        SupportsValidation = supportValid;
        SupportsIncrementalTraining = supportIncrementalTrain;
        SupportsTest = supportTest;
    }

    public bool NeedNormalization { get; }

    public bool WantCaching { get; }

    internal bool NeedCalibration { get; }

    internal bool SupportsValidation { get; }

    internal bool SupportsTest { get; }

    internal bool SupportsIncrementalTraining { get; }
}
