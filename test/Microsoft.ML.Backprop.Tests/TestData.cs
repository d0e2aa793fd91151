using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Backprop.Tests;

/// <summary>The digits, and small made-up rows.</summary>
internal static class TestData
{
    /// <summary>The file of the digits: 64 pixels and the digit.</summary>
    public static string DigitsPath { get; } = Path.Combine(AppContext.BaseDirectory, "digits.csv");

    /// <summary>A value that the build left for the tests.</summary>
    public static string BuildValue(string key) =>
        typeof(TestData).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    /// <summary>The digits with columns Number (Int32) and Features.</summary>
    public static IDataView Digits(MLContext mlContext) => mlContext.Data.LoadFromTextFile(
        DigitsPath,
        [new TextLoader.Column("Number", DataKind.Int32, 64), new TextLoader.Column("Features", DataKind.Single, 0, 63)],
        separatorChar: ',');

    /// <summary>Number to Label, pixels to [0, 1].</summary>
    public static EstimatorChain<NormalizingTransformer> Prepare(MLContext mlContext) =>
        mlContext.Transforms.Conversion.MapValueToKey("Label", "Number", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(mlContext.Transforms.NormalizeMinMax("Features"));

    /// <summary>Points around three centres with text labels, enough to learn in an epoch or two.</summary>
    public static List<Point> Points(int count = 120, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => new Point
        {
            Name = "abc"[i % 3].ToString(),
            Features = [(i % 3) + (0.3f * random.NextSingle()), random.NextSingle(), i % 3 == 1 ? 1 : 0, 1 - random.NextSingle()],
            Weight = 1 + (i % 2),
        })];
    }

    /// <summary>Points with a key column Label made from Name.</summary>
    public static IDataView KeyedPoints(MLContext mlContext, IEnumerable<Point>? points = null)
    {
        IDataView data = mlContext.Data.LoadFromEnumerable(points ?? Points());
        return mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(data).Transform(data);
    }

    /// <summary>Options for a training that takes no time.</summary>
    public static BackpropMlpTrainer.Options Quick() => new() { HiddenLayers = [8], NumberOfIterations = 2, Seed = 1, NumberOfThreads = 1 };

    /// <summary>All weights and biases of a model.</summary>
    public static float[] Parameters(BackpropMlpModelParameters model) =>
        [.. Enumerable.Range(0, model.LayerCount).SelectMany(layer => (float[])[.. model.GetWeights(layer), .. model.GetBiases(layer)])];

    /// <summary>Has another process, with nothing registered, load a model of the digits from a file and predict: it must be the same bits.</summary>
    public static void AssertPredictsTheSameInAnotherProcess(MLContext mlContext, ITransformer model, IDataView digits)
    {
        string file = Path.Combine(Path.GetTempPath(), $"backprop-model-{Guid.NewGuid():N}.zip");
        try
        {
            mlContext.Model.Save(model, digits.Schema, file);
            IDataView predictions = model.Transform(digits);
            string[] expected =
            [
                .. predictions.GetColumn<int>("PredictedLabel").Zip(Scores(predictions))
                    .Select(p => $"{p.First} {string.Join(' ', p.Second.Select(BitConverter.SingleToUInt32Bits))}"),
            ];

            string output = Programs.Run("ModelReader", Path.GetTempPath(), file, DigitsPath);
            CollectionAssert.AreEqual(expected, output.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The scores of every row.</summary>
    public static float[][] Scores(IDataView transformed) => [.. transformed.GetColumn<float[]>("Score")];
}

/// <summary>A row of made-up data.</summary>
internal sealed class Point
{
    public string Name { get; set; } = "";

    [VectorType(4)]
    public float[] Features { get; set; } = [];

    public float Weight { get; set; } = 1;
}

/// <summary>A prediction.</summary>
internal sealed class Prediction
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}
