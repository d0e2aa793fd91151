using Backprop.Training;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Backprop.Tests;

/// <summary>What our trainers learn to predict.</summary>
public enum Kind
{
    /// <summary>One of several classes.</summary>
    Multiclass,

    /// <summary>Whether something holds.</summary>
    Binary,

    /// <summary>A number.</summary>
    Regression,

    /// <summary>Several numbers, by the trainer of numbers.</summary>
    MultiTarget,
}

/// <summary>All trainers behind one face, and rows that each can learn: what holds for all of them is tested once.</summary>
internal static class Family
{
    /// <summary>The argument of a test that holds for all.</summary>
    public static IEnumerable<object[]> All => Enum.GetValues<Kind>().Select(kind => new object[] { kind });

    /// <summary>Options for a training that takes no time.</summary>
    public static BackpropMlpOptions Options(Kind kind)
    {
        BackpropMlpOptions options = kind switch
        {
            Kind.Multiclass => new BackpropMlpTrainer.Options(),
            Kind.Binary => new BackpropMlpBinaryTrainer.Options(),
            _ => new BackpropMlpRegressionTrainer.Options(),
        };
        (options.HiddenLayers, options.NumberOfIterations, options.Seed, options.NumberOfThreads) = ([8], 2, 1, 1);
        return options;
    }

    /// <summary>Options for a training that learns.</summary>
    public static BackpropMlpOptions Thorough(Kind kind)
    {
        BackpropMlpOptions options = Options(kind);
        (options.NumberOfIterations, options.LearningRate) = (40, 0.05);
        return options;
    }

    /// <summary>Makes a trainer: by a context's catalog, or by its constructor where there is none.</summary>
    public static IEstimator<ITransformer> Trainer(BackpropMlpOptions options, MLContext? mlContext = null) => options switch
    {
        BackpropMlpTrainer.Options o => mlContext?.MulticlassClassification.Trainers.BackpropMlp(o) ?? new BackpropMlpTrainer(o),
        BackpropMlpBinaryTrainer.Options o => mlContext?.BinaryClassification.Trainers.BackpropMlp(o) ?? new BackpropMlpBinaryTrainer(o),
        BackpropMlpRegressionTrainer.Options o => mlContext?.Regression.Trainers.BackpropMlp(o) ?? new BackpropMlpRegressionTrainer(o),
        _ => throw new ArgumentException($"{options} are of no trainer."),
    };

    /// <summary>Trains with validation data, or on from a model.</summary>
    public static ITransformer Fit(
        BackpropMlpOptions options, IDataView data, IDataView? validation, ITransformer? previous = null) => Trainer(options) switch
        {
            BackpropMlpTrainer trainer => trainer.Fit(data, validation, (BackpropMlpModelParameters?)ModelOf(previous)),
            BackpropMlpBinaryTrainer trainer =>
                trainer.Fit(
                    data, validation, (CalibratedModelParametersBase<BackpropMlpBinaryModelParameters, PlattCalibrator>?)ModelOf(previous)),
            BackpropMlpRegressionTrainer trainer => trainer.Fit(data, validation, (BackpropMlpRegressionModelParameters?)ModelOf(previous)),
            _ => throw new ArgumentException($"{options} are of no trainer."),
        };

    /// <summary>What was learned, and how.</summary>
    public static (float[] Parameters, TrainingHistory History) Learned(ITransformer transformer)
    {
        return ModelOf(transformer) switch
        {
            BackpropMlpModelParameters model => Of(model),
            CalibratedModelParametersBase<BackpropMlpBinaryModelParameters, PlattCalibrator> model => Of(model.SubModel),
            BackpropMlpRegressionModelParameters model => Of(model),
            var other => throw new ArgumentException($"{other} is no model of ours."),
        };

        static (float[] Parameters, TrainingHistory History) Of<T>(BackpropMlpModelParametersBase<T> model) =>
        (
            [
                .. Enumerable.Range(0, model.LayerCount)
                    .SelectMany(layer => (float[])[.. model.GetWeights(layer), .. model.GetBiases(layer)]),
            ],
            model.History
        );
    }

    /// <summary>Makes the column Label; the classes are those of <see cref="Rows"/>.</summary>
    public static ITransformer Labels(Kind kind, MLContext mlContext)
    {
        TransformsCatalog transforms = mlContext.Transforms;
        IEstimator<ITransformer> labels = kind switch
        {
            Kind.Multiclass => transforms.Conversion.MapValueToKey(
                "Label", "Name", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue),
            Kind.Binary => transforms.CopyColumns("Label", "Truth"),
            Kind.Regression => transforms.CopyColumns("Label", "Number"),
            _ => transforms.Concatenate("Label", "Number", "Other"),
        };
        return labels.Fit(mlContext.Data.LoadFromEnumerable(Rows()));
    }

    /// <summary>Rows with the column Label.</summary>
    public static IDataView Data(Kind kind, MLContext mlContext, IEnumerable<Example>? rows = null) =>
        Labels(kind, mlContext).Transform(mlContext.Data.LoadFromEnumerable(rows ?? Rows()));

    /// <summary>More than a megabyte of rows, so that a budget of one makes the trainers stream them: 64 times the features.</summary>
    public static IDataView WideData(Kind kind, MLContext mlContext, IEnumerable<Example> rows)
    {
        IDataView data = Data(kind, mlContext, rows);
        return mlContext.Transforms.Concatenate("Features", [.. Enumerable.Repeat("Features", 64)]).Fit(data).Transform(data);
    }

    /// <summary>Rows in which the first feature tells all; the second counts a little, and the third nothing.</summary>
    public static List<Example> Rows(int count = 300, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            float x = (2 * random.NextSingle()) - 1, y = (2 * random.NextSingle()) - 1, z = random.NextSingle();
            return new Example
            {
                Features = [x, y, z],
                Name = x < -0.33f ? "a" : x < 0.33f ? "b" : "c",
                Truth = x > 0,
                Number = 100 + (10 * x) - y,
                Other = x - (0.1f * y),
                Group = $"group {i / 4}",
            };
        })];
    }

    /// <summary>The scores of all rows, one after the other.</summary>
    public static float[] Scores(IDataView scored) => scored.Schema["Score"].Type is VectorDataViewType
        ? [.. scored.GetColumn<float[]>("Score").SelectMany(scores => scores)]
        : [.. scored.GetColumn<float>("Score")];

    /// <summary>How good scores are, at most 1: the accuracy, or how much of the variance they explain.</summary>
    public static double Quality(Kind kind, MLContext mlContext, IDataView scored) => kind switch
    {
        Kind.Multiclass => mlContext.MulticlassClassification.Evaluate(scored).MicroAccuracy,
        Kind.Binary => mlContext.BinaryClassification.Evaluate(scored).Accuracy,
        Kind.Regression => mlContext.Regression.Evaluate(scored).RSquared,
        _ => mlContext.Regression.EvaluateMultiTarget(scored).Min(target => target.RSquared),
    };

    /// <summary>A model as it is after a way through a file.</summary>
    public static ITransformer Reloaded(ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        new MLContext().Model.Save(model, schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    private static object? ModelOf(ITransformer? transformer) => ((ISingleFeaturePredictionTransformer<object>?)transformer)?.Model;
}

/// <summary>A row for any of the trainers.</summary>
internal sealed class Example
{
    [VectorType(3)]
    public float[] Features { get; set; } = [];

    public string Name { get; set; } = "";

    public bool Truth { get; set; }

    public float Number { get; set; }

    public float Other { get; set; }

    public float Weight { get; set; } = 1;

    public string Group { get; set; } = "";
}
