using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Networks;
using Backprop.Onnx;
using Backprop.Operations;
using Backprop.Tests.Operations;
using Backprop.Tests.Training;
using Backprop.Training;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Onnx;

[TestClass]
public class OnnxTests
{
    private const int Rows = 1000;

    [TestMethod]
    public void A_networks_nodes_are_what_it_computes()
    {
        MlpClassifier classifier = MlpClassifier.Train(Samples.TwoClasses(20, 0.1), new() { HiddenLayers = [3], Epochs = 1 });
        OnnxReader file = Read(classifier);
        Assert.AreEqual((7L, 12L), (file.IrVersion, file.Opset));
        string[] expected =
        [
            "MatMul = MatMul(features, W1)",
            "Add = Add(MatMul, b1)",
            "Relu = Relu(Add)",
            "MatMul_1 = MatMul(Relu, W2)",
            "Add_1 = Add(MatMul_1, b2)",
            "probabilities = Softmax(Add_1) axis=1",
            "label = ArgMax(probabilities) axis=1, keepdims=0",
        ];
        CollectionAssert.AreEqual(expected, file.Lines);
        CollectionAssert.AreEqual(
            new[] { ("probabilities", 1, new Shape(Shape.Free, 2)), ("label", 7, new Shape(Shape.Free)) }, file.Outputs.ToArray());
        CollectionAssert.AreEqual(classifier.Weights(1).ToArray().Select(w => (double)w).ToArray(), file.Tensors[file["W2"]]);

        file = Read(MlpBinaryClassifier.Train(Samples.TwoClasses(20, 0.1), new() { HiddenLayers = [], Epochs = 1 }), opset: 9);
        Assert.AreEqual((4L, 9L), (file.IrVersion, file.Opset));
        expected =
        [
            "MatMul = MatMul(features, W1)",
            "logit = Add(MatMul, b1)",
            "probability = Sigmoid(logit)",
            "isOne = Greater(logit, Zero)",
            "isOneOfRow = Squeeze(isOne) axes=[1]",
            "label = Cast(isOneOfRow) to=7",
        ];
        CollectionAssert.AreEqual(expected, file.Lines);
    }

    [TestMethod]
    public void A_file_read_back_predicts_as_the_model()
    {
        foreach ((string name, MlpModel model, string output) in Models())
        {
            float[] features = Features(50);
            OnnxReader file = Read(model);
            var values = new Dictionary<Variable, double[]>(file.Tensors) { [file["features"]] = [.. features.Select(x => (double)x)] };
            AssertClose(name, Predict(model, features), [.. Evaluate(file[output], values, rows: 50).Select(x => (float)x)]);
        }
    }

    [TestMethod]
    public void The_onnx_runtime_predicts_as_the_model()
    {
        float[] features = Features(Rows);
        var inputs = new Dictionary<string, OnnxValue> { ["features"] = OnnxValue.Of([Rows, 2], features) };
        (string Name, MlpModel Model, string Output)[] models = [.. Models()];
        foreach (int opset in new[] { 9, 12 })
        {
            var results = OnnxRuntime.Run([.. models.Select(m => new OnnxRun(Save(m.Model, opset), inputs))]);
            foreach (((string name, MlpModel model, string output), Dictionary<string, OnnxValue> result) in models.Zip(results))
            {
                float[] expected = Predict(model, features);
                AssertClose($"{name}, opset {opset}", expected, result[output].Floats());
                if (model is MlpRegressor)
                    continue;
                long[] labels = model is MlpClassifier classifier
                    ? [.. Enumerable.Range(0, Rows).Select(row => (long)classifier.Predict(features.AsSpan(row * 2, 2)))]
                    : [.. expected.Select(logit => logit > 0 ? 1L : 0L)];
                CollectionAssert.AreEqual(labels, result["label"].Integers(), name);
                Assert.HasCount(1, result["label"].Sizes);
                if (model is MlpBinaryClassifier)
                    AssertClose(name, [.. expected.Select(logit => (float)(1 / (1 + Math.Exp(-logit))))], result["probability"].Floats());
            }
        }
    }

    [TestMethod]
    public void Each_operation_that_is_exported_computes_the_same_when_read_back()
    {
        foreach (Case exported in Cases())
        {
            double[] values = Evaluate(exported.File["y"], exported.ReadBack(), GradientCase.Rows);
            AssertClose(exported.Name, exported.Expected, [.. values.Select(x => (float)x)]);
        }
    }

    [TestMethod]
    public void Each_operation_that_is_exported_computes_the_same_in_the_onnx_runtime()
    {
        Case[] cases = [.. Cases()];
        IReadOnlyList<Dictionary<string, OnnxValue>> results = OnnxRuntime.Run([.. cases.Select(c => new OnnxRun(c.Bytes, c.Inputs()))]);
        foreach ((Case exported, Dictionary<string, OnnxValue> result) in cases.Zip(results))
            AssertClose(exported.Name, exported.Expected, result["y"].Floats());
    }

    [TestMethod]
    public void What_cannot_be_exported_is_named()
    {
        var graph = new Graph();
        Variable x = graph.Input("x", new Shape(Shape.Free, 3));
        string message = Assert.ThrowsExactly<NotSupportedException>(() => Export(Op.Mean(x), [])).Message;
        StringAssert.Contains(message, "InverseCount");
        message = Assert.ThrowsExactly<NotSupportedException>(() => Export(new Graph().Apply(new Halves()), [])).Message;
        StringAssert.Contains(message, "Halves");

        foreach (int opset in new[] { 8, 13 })
        {
            var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => OnnxExport.Write(new MemoryStream(), Named(Op.Relu(x)), [], opset));
            StringAssert.Contains(e.Message, $"The opset is {opset}; it must be 9 to 12.");
        }

        AssertMessage(() => Export(x, []), "Output 'y' is x [rows, 3]");
        AssertMessage(() => Export(Op.Relu(x), [1]), "There are 1 parameter values; the graph has 0.");
        Variable y = Op.Relu(x);
        var twice = new Dictionary<string, Variable> { ["a"] = y, ["b"] = y };
        AssertMessage(() => OnnxExport.Write(new MemoryStream(), twice, []), "Outputs 'a' and 'b'");
    }

    [TestMethod]
    public void A_model_file_that_is_there_stays_when_the_export_fails()
    {
        string path = Samples.NewPath();
        File.WriteAllText(path, "before");
        MlpRegressor model = MlpRegressor.Train(Samples.Line(20), new() { HiddenLayers = [2], Epochs = 1 });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.SaveOnnx(path, opset: 13));
        Assert.AreEqual("before", File.ReadAllText(path));
        model.SaveOnnx(path);
        CollectionAssert.AreEqual(Save(model, 12), File.ReadAllBytes(path));
        Assert.HasCount(1, Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    /// <summary>Each activation, each kind of output, and dropout.</summary>
    private static IEnumerable<(string Name, MlpModel Model, string Output)> Models()
    {
        foreach (ActivationKind activation in Enum.GetValues<ActivationKind>())
        {
            MlpClassifier model = MlpClassifier.Train(
                Samples.TwoClasses(200, 0.1), new() { HiddenLayers = [20, 10], Activation = activation, Epochs = 5, LearningRate = 0.1 });
            yield return ($"{activation}", model, "probabilities");
        }

        var dropout = new MlpClassifierOptions { HiddenLayers = [20], Dropout = 0.5, Epochs = 5 };
        yield return ("binary", MlpBinaryClassifier.Train(Samples.TwoClasses(200, 0.1), dropout), "logit");
        foreach (MlpLoss loss in new MlpLoss[] { new SquaredLoss(), new PoissonLoss(), new QuantileLoss(0.9) })
        {
            DataSet data = Samples.Values(200, 1, (x, _) => [x[0] + 2, Math.Abs(x[1])]);
            yield return ($"{loss}", MlpRegressor.Train(data, new() { HiddenLayers = [20], Loss = loss, Epochs = 5 }), "prediction");
        }
    }

    private static float[] Features(int rows)
    {
        var random = new RandomSource(5);
        return [.. Enumerable.Range(0, rows * 2).Select(_ => (float)(2 * random.NextNormal()))];
    }

    private static float[] Predict(MlpModel model, float[] features)
    {
        var result = new float[features.Length / 2 * model.Architecture.Outputs];
        switch (model)
        {
            case MlpClassifier classifier:
                classifier.PredictProbabilities(features, result);
                break;
            case MlpBinaryClassifier binary:
                binary.PredictLogits(features, result);
                break;
            case MlpRegressor regressor:
                regressor.Predict(features, result);
                break;
        }

        return result;
    }

    /// <summary>Each operation's cases of the gradient tests, but for those that ONNX has no form for.</summary>
    private static IEnumerable<Case> Cases()
    {
        var refused = new List<string>();
        foreach (GradientCase c in new[] { ArithmeticCases.All(), FunctionCases.All(), LayoutCases.All() }.SelectMany(cases => cases))
        {
            Case exported;
            try
            {
                exported = new Case(c);
            }
            catch (NotSupportedException)
            {
                refused.Add(c.Name);
                continue;
            }

            yield return exported;
        }

        // Padding, and means whose count is that of the rows.
        refused.RemoveAll(name => name.StartsWith("pad", StringComparison.Ordinal) || name.StartsWith("mean", StringComparison.Ordinal));
        Assert.AreEqual("", string.Join(", ", refused));
    }

    private static OnnxReader Read(MlpModel model, int opset = 12) => new(Save(model, opset));

    private static byte[] Save(MlpModel model, int opset)
    {
        using var stream = new MemoryStream();
        model.SaveOnnx(stream, opset);
        return stream.ToArray();
    }

    private static Dictionary<string, Variable> Named(Variable y) => new() { ["y"] = y };

    private static byte[] Export(Variable y, ReadOnlySpan<float> parameters)
    {
        using var stream = new MemoryStream();
        OnnxExport.Write(stream, Named(y), parameters);
        return stream.ToArray();
    }

    private static void AssertClose(string what, float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual, what);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-5f * Math.Max(1, Math.Abs(expected[i])), $"{what}, element {i}");
    }

    /// <summary>An operation of nobody but this test.</summary>
    private sealed record Halves : Operation
    {
        public override Shape InferShape(IReadOnlyList<Shape> inputs) => Shape.Scalar;

        public override void Forward<T>(in Operands<T> x) => x.Output.Fill(T.CreateChecked(0.5));

        public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => null;
    }

    /// <summary>An operation that was exported, with values.</summary>
    private sealed class Case
    {
        private readonly Dictionary<string, (int[] Sizes, float[] Values)> _inputs = [];

        public Case(GradientCase c)
        {
            var random = new Random(c.Name.Length);
            var graph = new Graph();
            var values = new Dictionary<Variable, float[]>();
            Variable[] x = [.. c.Shapes.Select((shape, i) => shape.IsFree ? graph.Input($"x{i}", shape) : graph.Parameter($"x{i}", shape))];
            foreach (Variable v in x)
                values[v] = [.. RandomValues(random, v.Shape.Count(GradientCase.Rows)).Select(value => (float)(c.Domain?.Invoke(value) ?? value))];
            Variable y = c.Build(x);
            var parameters = new float[graph.ParameterCount];
            foreach (Variable v in x)
            {
                if (v.Segment is { } segment)
                {
                    values[v].CopyTo(segment.Of(parameters.AsSpan()));
                    continue;
                }

                var sizes = new int[v.Shape.Rank];
                v.Shape.Bind(GradientCase.Rows, sizes);
                _inputs.Add(v.Name, (sizes, values[v]));
            }

            Name = c.Name;
            Bytes = Export(y, parameters);
            File = new OnnxReader(Bytes);
            Expected = Backprop.Execution.Evaluator.Evaluate(y, values, GradientCase.Rows);
        }

        public string Name { get; }

        public byte[] Bytes { get; }

        public OnnxReader File { get; }

        public float[] Expected { get; }

        public Dictionary<string, OnnxValue> Inputs() =>
            _inputs.ToDictionary(input => input.Key, input => OnnxValue.Of(input.Value.Sizes, input.Value.Values));

        public Dictionary<Variable, double[]> ReadBack()
        {
            var values = new Dictionary<Variable, double[]>(File.Tensors);
            foreach ((string name, (_, float[] numbers)) in _inputs)
            {
                if (File.Graph.Variables.FirstOrDefault(v => v.Name == name) is { } v)
                    values[v] = [.. numbers.Select(x => (double)x)];
            }

            return values;
        }
    }
}
