// Learns the price of a diamond from its size and quality, inside an ML.NET pipeline; shows how the training goes, evaluates the model
// on stones that it has never seen, and appraises one.

using Backprop.Optimizers;
using Backprop.Training;
using Diamonds;
using Microsoft.ML;
using Microsoft.ML.Backprop;
using Microsoft.ML.Data;

var mlContext = new MLContext(seed: 1);
string path = Path.Combine(AppContext.BaseDirectory, "Data", "diamonds.csv");
IDataView diamonds = mlContext.Data.LoadFromTextFile<Diamond>(path, separatorChar: ',', hasHeader: true);
DataOperationsCatalog.TrainTestData split = mlContext.Data.TrainTestSplit(diamonds, testFraction: 0.2);

// The grades have an order, but the steps between them are not alike: each grade gets an input, and the network learns its worth.
string[] grades = [nameof(Diamond.Cut), nameof(Diamond.Color), nameof(Diamond.Clarity)];
string[] measures =
    [nameof(Diamond.Carat), nameof(Diamond.Depth), nameof(Diamond.Table), nameof(Diamond.X), nameof(Diamond.Y), nameof(Diamond.Z)];
var pipeline = mlContext.Transforms.Categorical.OneHotEncoding(Columns(grades))
    .Append(mlContext.Transforms.NormalizeMeanVariance(Columns(measures), fixZero: false))
    .Append(mlContext.Transforms.Concatenate("Features", [.. measures, .. grades]))
    .Append(mlContext.Regression.Trainers.BackpropMlp(new BackpropMlpRegressionTrainer.Options
    {
        LabelColumnName = nameof(Diamond.Price),
        LossFunction = RegressionLoss.Huber, // The error of a few dear stones does not outweigh all others.
        HiddenLayers = [64, 32],
        Optimizer = OptimizerKind.Adam,
        LearningRate = 0.01,
        LearningRateSchedule = new CosineSchedule(),
        NumberOfIterations = 60,
        ValidationFraction = 0.1,
        Progress = Report,
        Seed = 1,
    }));

var model = pipeline.Fit(split.TrainSet);
TrainingHistory history = model.LastTransformer.Model.History;
Console.WriteLine($"Trained in {history.Epochs.Sum(epoch => epoch.Seconds):F1} s; the model is that of epoch {history.BestEpoch}.");
Console.WriteLine();

// ML.NET's linear regression by Sdca has an R squared of 0.91 to 0.94, as the split goes.
RegressionMetrics metrics = mlContext.Regression.Evaluate(model.Transform(split.TestSet), labelColumnName: nameof(Diamond.Price));
Console.WriteLine($"RSquared: {metrics.RSquared:F4}");
Console.WriteLine($"RootMeanSquaredError: {metrics.RootMeanSquaredError:F0} dollars");
Console.WriteLine($"MeanAbsoluteError: {metrics.MeanAbsoluteError:F0} dollars");
Console.WriteLine();

var stone = new Diamond
{
    Carat = 1.01f,
    Cut = "Ideal",
    Color = "G",
    Clarity = "VS2",
    Depth = 61.8f,
    Table = 56,
    X = 6.43f,
    Y = 6.46f,
    Z = 3.98f,
};
PredictionEngine<Diamond, Appraisal> engine = mlContext.Model.CreatePredictionEngine<Diamond, Appraisal>(model);
Console.WriteLine($"{stone.Carat} carat, {stone.Cut}, {stone.Color}, {stone.Clarity}: {engine.Predict(stone).Score:N0} dollars");

// The trainer calls this after each epoch. Prices are brought to mean 0 and variance 1 for training, and so is the loss.
static void Report(TrainingProgress progress)
{
    if (progress.EpochEnded is { ValidationMetric: double rSquared } epoch && (epoch.Epoch == 1 || epoch.Epoch % 10 == 0))
    {
        Console.WriteLine(
            $"Epoch {epoch.Epoch,2} of {progress.Epochs}: loss {epoch.Loss:F4}; validation: loss {epoch.ValidationLoss:F4}, " +
            $"R squared {rSquared:F4}");
    }
}

static InputOutputColumnPair[] Columns(string[] names) => [.. names.Select(name => new InputOutputColumnPair(name))];
