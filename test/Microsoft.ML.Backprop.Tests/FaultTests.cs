using Backprop.Training;
using Microsoft.ML.Data;
using static Microsoft.ML.Backprop.Tests.TestData;

namespace Microsoft.ML.Backprop.Tests;

/// <summary>Each fault gives what ML.NET's own trainers give, in type and words.</summary>
[TestClass]
public class FaultTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    [DataRow("Features", "feature")]
    [DataRow("Label", "label")]
    [DataRow("Weight", "weight")]
    public void A_missing_column_is_named_before_any_data_is_read(string column, string role)
    {
        bool read = false;
        IEnumerable<KeyedPoint> Rows()
        {
            read = true;
            yield break;
        }

        IDataView data = _mlContext.Data.LoadFromEnumerable(Rows());
        data = _mlContext.Transforms.DropColumns(column).Fit(data).Transform(data);
        BackpropMlpTrainer.Options options = Quick();
        options.ExampleWeightColumnName = "Weight";
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Trainer(options).Fit(data));
        Assert.AreEqual("inputSchema", e.ParamName);
        StringAssert.StartsWith(e.Message, $"Could not find {role} column '{column}'");
        Assert.IsFalse(read);
    }

    [TestMethod]
    public void A_label_of_the_wrong_type_is_named_with_both_types()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable<SingleLabel>([new() { Label = 1, Features = [1, 2] }]);
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Trainer().Fit(data));
        StringAssert.StartsWith(e.Message, "Schema mismatch for label column 'Label': expected Key<UInt32>, got Single");
    }

    [TestMethod]
    public void Features_of_the_wrong_type_are_named_with_both_types()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable<DoubleFeatures>([new() { Label = 1, Features = [1, 2] }]);
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Trainer().Fit(data));
        StringAssert.StartsWith(e.Message, "Schema mismatch for feature column 'Features': expected Vector<Single>, got Vector<Double>");
    }

    [TestMethod]
    public void A_weight_of_the_wrong_type_is_named_with_both_types()
    {
        BackpropMlpTrainer.Options options = Quick();
        options.ExampleWeightColumnName = "Name";
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Trainer(options).Fit(KeyedPoints(_mlContext)));
        StringAssert.StartsWith(e.Message, "Schema mismatch for weight column 'Name': expected Single, got String");
    }

    [TestMethod]
    public void Features_of_unknown_size_are_refused_by_name()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable<UnknownSize>([new() { Label = 1, Features = [1, 2] }]);
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Trainer().Fit(data));
        StringAssert.StartsWith(e.Message, "Schema mismatch for feature column 'Features': expected Vector<Single>, got VarVector<Single>");
    }

    [TestMethod]
    public void A_key_without_a_usable_count_is_refused_by_name()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable<HugeKey>([new() { Label = 1, Features = [1, 2] }]);
        Exception e = Assert.Throws<ArgumentException>(() => Trainer().Fit(data));
        StringAssert.Contains(e.Message, "4294967295");
    }

    [TestMethod]
    public void No_usable_row_is_said_in_ml_nets_words()
    {
        const string message = "No valid training instances found, all instances have missing features.";
        List<Point> points = Points(6);
        points.ForEach(p => p.Features[1] = float.NaN);
        foreach (IDataView data in new[] { KeyedPoints(_mlContext, points), _mlContext.Data.SkipRows(KeyedPoints(_mlContext), 120) })
            StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Trainer().Fit(data)).Message, message);
    }

    [TestMethod]
    public void Weights_that_are_not_finite_any_more_are_said_with_the_epoch_and_what_to_try()
    {
        BackpropMlpTrainer.Options options = Quick();
        options.LearningRate = 1e20;
        string message = Assert.ThrowsExactly<TrainingDivergedException>(() => Trainer(options).Fit(KeyedPoints(_mlContext))).Message;
        StringAssert.Contains(message, "epoch 1");
        StringAssert.Contains(message, "smaller learning rate (it is 1E+20)");
    }

    [TestMethod]
    [DataRow(nameof(BackpropMlpTrainer.Options.HiddenLayers))]
    [DataRow(nameof(BackpropMlpTrainer.Options.NumberOfIterations))]
    [DataRow(nameof(BackpropMlpTrainer.Options.BatchSize))]
    [DataRow(nameof(BackpropMlpTrainer.Options.LearningRate))]
    [DataRow(nameof(BackpropMlpTrainer.Options.Momentum))]
    [DataRow(nameof(BackpropMlpTrainer.Options.Optimizer))]
    [DataRow(nameof(BackpropMlpTrainer.Options.Beta1))]
    [DataRow(nameof(BackpropMlpTrainer.Options.Beta2))]
    [DataRow(nameof(BackpropMlpTrainer.Options.Epsilon))]
    [DataRow(nameof(BackpropMlpTrainer.Options.WeightDecay))]
    [DataRow(nameof(BackpropMlpTrainer.Options.L2Regularization))]
    [DataRow(nameof(BackpropMlpTrainer.Options.NumberOfThreads))]
    public void A_bad_option_is_named_with_its_value_and_range_when_the_trainer_is_made(string name)
    {
        System.Reflection.FieldInfo field = typeof(BackpropMlpTrainer.Options).GetField(name)!;
        object?[] values = name switch
        {
            nameof(BackpropMlpTrainer.Options.HiddenLayers) => [new[] { 0 }, new[] { 5, -1 }, null],
            nameof(BackpropMlpTrainer.Options.LearningRate) => [0.0, -0.1, double.NaN, double.PositiveInfinity],
            nameof(BackpropMlpTrainer.Options.Momentum) => [-0.01, 1.0, double.NaN],
            nameof(BackpropMlpTrainer.Options.Optimizer) => [(OptimizerKind)(-1), (OptimizerKind)5],
            nameof(BackpropMlpTrainer.Options.Beta1) or nameof(BackpropMlpTrainer.Options.Beta2) => [-0.01, 1.0, double.NaN],
            nameof(BackpropMlpTrainer.Options.Epsilon) => [0.0, -1e-9, double.PositiveInfinity],
            nameof(BackpropMlpTrainer.Options.WeightDecay) => [-0.01, double.NaN, double.PositiveInfinity],
            nameof(BackpropMlpTrainer.Options.L2Regularization) => [-1e-9, double.NaN, double.PositiveInfinity],
            _ => [0, -1],
        };
        foreach (object? value in values)
        {
            BackpropMlpTrainer.Options options = Quick();
            field.SetValue(options, value);
            foreach (Func<object> make in new Func<object>[] { () => new BackpropMlpTrainer(options), () => Trainer(options) })
            {
                var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(make);
                Assert.AreEqual(name, e.ParamName);
                StringAssert.Contains(e.Message, $"{name} is ");
                StringAssert.Contains(e.Message, "it must be");
            }
        }
    }

    [TestMethod]
    public void Options_are_read_when_the_trainer_is_made()
    {
        BackpropMlpTrainer.Options options = Quick();
        BackpropMlpTrainer trainer = Trainer(options);
        options.HiddenLayers[0] = -1;
        options.NumberOfIterations = 0;
        Assert.HasCount(2, trainer.Fit(KeyedPoints(_mlContext)).Model.History.Epochs);
    }

    [TestMethod]
    public void Null_options_and_empty_names_are_refused()
    {
        Assert.ThrowsExactly<ArgumentNullException>(() => new BackpropMlpTrainer((BackpropMlpTrainer.Options)null!));
        foreach (string name in new[] { "", " " })
        {
            foreach ((string option, Func<object> make) in new (string, Func<object>)[]
            {
                ("FeatureColumnName", () => new BackpropMlpTrainer(featureColumnName: name)),
                ("LabelColumnName", () => new BackpropMlpTrainer(labelColumnName: name)),
                ("ExampleWeightColumnName", () => new BackpropMlpTrainer(exampleWeightColumnName: name)),
            })
            {
                var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(make);
                StringAssert.StartsWith(e.Message, $"{option} is '{name}'; it must be the name of a column.");
            }
        }
    }

    [TestMethod]
    public void A_row_of_another_width_is_refused_in_prediction()
    {
        var transformer = Trainer().Fit(KeyedPoints(_mlContext));
        IDataView other = _mlContext.Data.LoadFromEnumerable<SingleLabel>([new() { Features = [1, 2] }]);
        var e = Assert.ThrowsExactly<InvalidOperationException>(() => transformer.Transform(other).GetColumn<float[]>("Score").ToArray());
        StringAssert.Contains(e.Message, "Incompatible features column type");
    }

    private BackpropMlpTrainer Trainer(BackpropMlpTrainer.Options? options = null) =>
        _mlContext.MulticlassClassification.Trainers.BackpropMlp(options ?? Quick());

    private sealed class KeyedPoint
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(4)]
        public float[] Features { get; set; } = [];

        public float Weight { get; set; }
    }

    private sealed class SingleLabel
    {
        public float Label { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }

    private sealed class DoubleFeatures
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(2)]
        public double[] Features { get; set; } = [];
    }

    private sealed class UnknownSize
    {
        [KeyType(3)]
        public uint Label { get; set; }

        public float[] Features { get; set; } = [];
    }

    private sealed class HugeKey
    {
        [KeyType(uint.MaxValue)]
        public uint Label { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }
}
