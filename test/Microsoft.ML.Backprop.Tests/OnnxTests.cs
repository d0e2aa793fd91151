using Backprop.Networks;
using Backprop.Tests;
using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Tests;

/// <summary>Whole pipelines, exported by ML.NET's exporter and run in the ONNX Runtime.</summary>
[TestClass]
public class OnnxTests
{
    private const int Count = 1000;
    private readonly MLContext _mlContext = new(seed: 1);

    private IDataView Data => _mlContext.Data.LoadFromEnumerable(Rows());

    /// <summary>What comes before a trainer: text to numbers, missing numbers filled in, one scale.</summary>
    private IEstimator<ITransformer> Features => _mlContext.Transforms.Categorical.OneHotEncoding("Codes", "Colour")
        .Append(_mlContext.Transforms.ReplaceMissingValues("Filled", "Size", Transforms.MissingValueReplacingEstimator.ReplacementMode.Mean))
        .Append(_mlContext.Transforms.Concatenate("Features", "Codes", "Filled", "W1", "MatMul"))
        .Append(_mlContext.Transforms.NormalizeMinMax("Features"));

    [TestMethod]
    public void Several_classes_keep_scores_and_texts()
    {
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Kind").Append(Features)
            .Append(new BackpropMlpTrainer(numberOfIterations: 5)).Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        ITransformer model = pipeline.Fit(Data);
        foreach ((IDataView expected, Dictionary<string, OnnxValue> actual) in Export(model, 9, 12))
        {
            AssertClose(expected.GetColumn<float[]>("Score").SelectMany(s => s), actual["Score.output"]);
            CollectionAssert.AreEqual(expected.GetColumn<string>("PredictedLabel").ToArray(), actual["PredictedLabel.output"].Texts());
            Assert.IsGreaterThan(1, actual["PredictedLabel.output"].Texts().Distinct().Count());

            // What passes through is not touched by values of the network that are called so too.
            AssertClose(expected.GetColumn<float>("W1"), actual["W1.output"]);
            AssertClose(expected.GetColumn<float>("MatMul"), actual["MatMul.output"]);
        }
    }

    [TestMethod]
    public void Keys_stay_keys()
    {
        ITransformer model = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Kind").Append(Features)
            .Append(new BackpropMlpTrainer(numberOfIterations: 5)).Fit(Data);
        foreach ((IDataView expected, Dictionary<string, OnnxValue> actual) in Export(model, 12))
        {
            long[] keys = [.. expected.GetColumn<uint>("PredictedLabel").Select(key => (long)key)];
            CollectionAssert.AreEqual(keys, actual["PredictedLabel.output"].Integers());
            Assert.AreEqual("uint32", actual["PredictedLabel.output"].Type);
        }
    }

    [TestMethod]
    public void Two_classes_keep_logit_probability_and_label()
    {
        ITransformer model = Features.Append(new BackpropMlpBinaryTrainer(labelColumnName: "IsLarge", numberOfIterations: 5)).Fit(Data);
        foreach ((IDataView expected, Dictionary<string, OnnxValue> actual) in Export(model, 9, 12))
        {
            AssertClose(expected.GetColumn<float>("Score"), actual["Score.output"]);
            AssertClose(expected.GetColumn<float>("Probability"), actual["Probability.output"]);
            CollectionAssert.AreEqual(
                expected.GetColumn<bool>("PredictedLabel").Select(label => label ? 1L : 0).ToArray(), actual["PredictedLabel.output"].Integers());
        }
    }

    [TestMethod]
    public void Numbers_keep_their_unit()
    {
        foreach (RegressionLoss loss in new[] { RegressionLoss.Squared, RegressionLoss.Poisson })
        {
            BackpropMlpRegressionTrainer.Options options = new() { LabelColumnName = "Price", NumberOfIterations = 5, LossFunction = loss };
            ITransformer model = Features.Append(new BackpropMlpRegressionTrainer(options)).Fit(Data);
            foreach ((IDataView expected, Dictionary<string, OnnxValue> actual) in Export(model, 9, 12))
                AssertClose(expected.GetColumn<float>("Score"), actual["Score.output"]);
        }
    }

    [TestMethod]
    public void Several_numbers_at_a_time()
    {
        ITransformer model = _mlContext.Transforms.Concatenate("Both", "Price", "W1").Append(Features)
            .Append(new BackpropMlpRegressionTrainer(labelColumnName: "Both", numberOfIterations: 5)).Fit(Data);
        foreach ((IDataView expected, Dictionary<string, OnnxValue> actual) in Export(model, 9, 12))
            AssertClose(expected.GetColumn<float[]>("Score").SelectMany(s => s), actual["Score.output"]);
    }

    [TestMethod]
    public void Every_activation_is_exported()
    {
        (ITransformer, int)[] models = [.. Enum.GetValues<ActivationKind>().Select(activation =>
        {
            BackpropMlpBinaryTrainer.Options options = new()
            {
                LabelColumnName = "IsLarge", Activation = activation, HiddenLayers = [20, 10], NumberOfIterations = 3, Dropout = 0.2,
            };
            return (Features.Append(new BackpropMlpBinaryTrainer(options)).Fit(Data) as ITransformer, 12);
        })];
        foreach ((IDataView expected, Dictionary<string, OnnxValue> actual) in Export(models))
            AssertClose(expected.GetColumn<float>("Score"), actual["Score.output"]);
    }

    [TestMethod]
    public void One_versus_all_is_exported_with_our_binary_trainer_in_it()
    {
#if MLNET_PACKAGE
        var binary = new BackpropMlpBinaryTrainer(numberOfIterations: 5);
        ITransformer model = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Kind").Append(Features)
            .Append(_mlContext.MulticlassClassification.Trainers.OneVersusAll(binary)).Fit(Data);
        foreach ((IDataView expected, Dictionary<string, OnnxValue> actual) in Export(model, 12))
        {
            long[] keys = [.. expected.GetColumn<uint>("PredictedLabel").Select(key => (long)key)];
            CollectionAssert.AreEqual(keys, actual["PredictedLabel.output"].Integers());
        }
#else
        Assert.Inconclusive("One versus all is only in the package.");
#endif
    }

    private IEnumerable<(IDataView Expected, Dictionary<string, OnnxValue> Actual)> Export(ITransformer model, params int[] opsets) =>
        Export([.. opsets.Select(opset => (model, opset))]);

    /// <summary>Exports models and runs them on the rows.</summary>
    /// <returns>What ML.NET makes of the rows, and what the ONNX Runtime does.</returns>
    private IEnumerable<(IDataView Expected, Dictionary<string, OnnxValue> Actual)> Export(params (ITransformer Model, int Opset)[] models)
    {
        IDataView data = Data;
        IDataView[] expected = [.. models.Select(m => m.Model.Transform(data))];
#if ONNX_CONVERTER
        var warnings = new List<string>();
        _mlContext.Log += (_, e) =>
        {
            if (e.Kind == Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        Dictionary<string, OnnxValue> inputs = data.Schema.ToDictionary(column => column.Name, column => column.Type switch
        {
            TextDataViewType => OnnxValue.Of([Count, 1], data.GetColumn<string>(column.Name)),
            BooleanDataViewType => OnnxValue.Of([Count, 1], data.GetColumn<bool>(column.Name)),
            _ => OnnxValue.Of([Count, 1], data.GetColumn<float>(column.Name)),
        });
        var runs = new List<OnnxRun>();
        foreach ((ITransformer model, int opset) in models)
        {
            using var stream = new MemoryStream();
            _mlContext.Model.ConvertToOnnx(model, data, opset, stream);
            runs.Add(new(stream.ToArray(), inputs));
        }

        Assert.IsEmpty(warnings, string.Join('\n', warnings)); // Where a step cannot be exported, ML.NET says so and leaves it out.
        return expected.Zip(OnnxRuntime.Run(runs));
#else
        Assert.IsNotEmpty(expected);
        Assert.Inconclusive("ML.NET's exporter is a package by itself: -p:OnnxConverter=true asks for it.");
        return [];
#endif
    }

    private static void AssertClose(IEnumerable<float> expected, OnnxValue actual)
    {
        float[] numbers = [.. expected], others = actual.Floats();
        Assert.HasCount(numbers.Length, others);
        for (int i = 0; i < numbers.Length; i++)
            Assert.AreEqual(numbers[i], others[i], 1e-5f * Math.Max(1, Math.Abs(numbers[i])), $"element {i}");
    }

    private static List<Row> Rows()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Count).Select(i =>
        {
            float size = random.NextSingle(), other = random.NextSingle();
            string colour = new[] { "red", "green", "blue" }[random.Next(3)];
            return new Row
            {
                Kind = colour == "red" ? "first" : size > 0.5f ? "second" : "third",
                IsLarge = size + (0.2f * other) > 0.6f,
                Price = 300 + (100 * size) - (colour == "blue" ? 50 : 0),
                Colour = colour,
                Size = i % 17 == 0 ? float.NaN : size,
                W1 = other,
                MatMul = random.NextSingle(),
            };
        })];
    }

    private sealed class Row
    {
        public string Kind { get; set; } = "";

        public bool IsLarge { get; set; }

        public float Price { get; set; }

        public string Colour { get; set; } = "";

        public float Size { get; set; }

        public float W1 { get; set; }

        public float MatMul { get; set; }
    }
}
