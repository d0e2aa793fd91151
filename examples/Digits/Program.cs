// Trains a multilayer perceptron on real handwritten digits inside an ML.NET pipeline, evaluates it, saves it, loads it into
// a new context and lets it read a few digits that it has never seen.

using System.Diagnostics;
using Digits;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

var mlContext = new MLContext(seed: 2);
mlContext.Log += (_, e) =>
{
    // The trainer logs a line an epoch.
    if (e.RawMessage.StartsWith("Epoch", StringComparison.Ordinal))
        Console.WriteLine(e.RawMessage);
};

string path = Path.Combine(AppContext.BaseDirectory, "Data", "digits.csv");
IDataView digits = mlContext.Data.LoadFromTextFile<Digit>(path, separatorChar: ',');
DataOperationsCatalog.TrainTestData split = mlContext.Data.TrainTestSplit(digits, testFraction: 0.2);

var pipeline = mlContext.Transforms.Conversion.MapValueToKey(
        "Label", nameof(Digit.Value), keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
    .Append(mlContext.Transforms.NormalizeMinMax("Features", nameof(Digit.Pixels)))
    .Append(mlContext.MulticlassClassification.Trainers.BackpropMlp(hiddenLayers: [256], learningRate: 0.1))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

long start = Stopwatch.GetTimestamp();
ITransformer model = pipeline.Fit(split.TrainSet);
Console.WriteLine($"Trained in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s.");
Console.WriteLine();

MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet));
Console.WriteLine($"MicroAccuracy: {metrics.MicroAccuracy:F4}");
Console.WriteLine($"LogLoss: {metrics.LogLoss:F4}");
Console.WriteLine();
Print.ConfusionMatrix(metrics.ConfusionMatrix);

string file = Path.Combine(Path.GetTempPath(), $"digits-{Environment.ProcessId}.zip");
try
{
    mlContext.Model.Save(model, digits.Schema, file);
    ITransformer loaded = new MLContext().Model.Load(file, out _);
    Console.WriteLine($"Saved to {file} ({new FileInfo(file).Length:N0} bytes) and loaded into a new context, which reads:");
    PredictionEngine<Digit, Reading> engine = mlContext.Model.CreatePredictionEngine<Digit, Reading>(loaded);
    foreach (Digit digit in mlContext.Data.CreateEnumerable<Digit>(split.TestSet, reuseRowObject: false).Take(4))
        Print.Reading(digit, engine.Predict(digit));
}
finally
{
    File.Delete(file);
}
