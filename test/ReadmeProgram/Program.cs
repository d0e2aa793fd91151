using Backprop.Training;
using Microsoft.ML;
using Microsoft.ML.Backprop;
using Microsoft.ML.Data;

var mlContext = new MLContext(seed: 1);
IDataView data = mlContext.Data.LoadFromTextFile(
    "digits.csv", [new("Number", DataKind.Int32, 64), new("Features", DataKind.Single, 0, 63)], separatorChar: ',');
var split = mlContext.Data.TrainTestSplit(data, testFraction: 0.2);
var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", "Number")
    .Append(mlContext.Transforms.NormalizeMinMax("Features"))
    .Append(new BackpropMlpTrainer())
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
var model = pipeline.Fit(split.TrainSet);
var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet));
Console.WriteLine($"MicroAccuracy: {metrics.MicroAccuracy:F4}");
mlContext.Model.Save(model, data.Schema, "digits.zip");

ITransformer loaded = new MLContext().Model.Load("digits.zip", out DataViewSchema inputSchema);
IDataView predicted = loaded.Transform(split.TestSet);
Console.WriteLine($"{string.Join(' ', predicted.GetColumn<int>("PredictedLabel").Take(10))}, from columns {string.Join(", ", inputSchema)}");
float[] scores = predicted.GetColumn<float[]>("Score").First();
foreach ((string digit, float probability) in predicted.Schema.GetScoresByLabel(scores))
    Console.WriteLine($"{digit}: {probability:P1}");

float[] features = [0, 0, 0, 1, 1, 0, 1, 1];
int[] labels = [0, 1, 1, 0];
var classifier = MlpClassifier.Train(DataSet.FromRows(features, columns: 2, labels), new() { LearningRate = 0.1, Epochs = 500 });
int label = classifier.Predict(1, 0);
float[] probabilities = classifier.PredictProbabilities(1, 0);
Console.WriteLine($"1 xor 0 is {label}, with probability {probabilities[label]:F2}");
classifier.SaveOnnx("xor.onnx");
