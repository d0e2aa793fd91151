using Backprop.Training;
using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Tests;

/// <summary>Each fault of columns and rows gives what ML.NET's own trainers give, in type and words.</summary>
[TestClass]
public class FaultTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    public static IEnumerable<object[]> MissingColumns =>
        from kind in Enum.GetValues<Kind>()
        from column in new[] { ("Features", "feature"), ("Label", "label"), ("Weight", "weight") }
        select new object[] { kind, column.Item1, column.Item2 };

    [TestMethod]
    [DynamicData(nameof(MissingColumns))]
    public void A_missing_column_is_named_before_any_data_is_read(Kind kind, string column, string role)
    {
        bool read = false;
        IEnumerable<Example> Rows()
        {
            read = true;
            yield break;
        }

        IDataView data = Family.Data(kind, _mlContext, Rows());
        data = _mlContext.Transforms.DropColumns(column).Fit(data).Transform(data);
        BackpropMlpOptions options = Family.Options(kind);
        options.ExampleWeightColumnName = "Weight";
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Family.Trainer(options, _mlContext).Fit(data));
        Assert.AreEqual("inputSchema", e.ParamName);
        StringAssert.StartsWith(e.Message, $"Could not find {role} column '{column}'");
        Assert.IsFalse(read);
    }

    [TestMethod]
    [DataRow(Kind.Multiclass, "Single", "Key<UInt32>", "Single")]
    [DataRow(Kind.Multiclass, "Singles", "Key<UInt32>", "Vector<Single>")]
    [DataRow(Kind.Binary, "Single", "Boolean", "Single")]
    [DataRow(Kind.Binary, "Key", "Boolean", "Key<UInt32>")]
    [DataRow(Kind.Regression, "Boolean", "Single", "Boolean")]
    [DataRow(Kind.Regression, "Key", "Single", "Key<UInt32>")]
    [DataRow(Kind.MultiTarget, "Doubles", "Single", "Vector<Double>")]
    [DataRow(Kind.MultiTarget, "SinglesOfUnknownSize", "Single", "VarVector<Single>")]
    public void A_label_of_the_wrong_type_is_named_with_both_types(Kind kind, string column, string expected, string found)
    {
        IDataView data = Types();
        data = Copied(data, label: column, features: "Singles");
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Family.Trainer(Family.Options(kind), _mlContext).Fit(data));
        StringAssert.StartsWith(e.Message, $"Schema mismatch for label column 'Label': expected {expected}, got {found}");
    }

    public static IEnumerable<object[]> FeatureTypes =>
        from kind in Enum.GetValues<Kind>()
        from type in new[] { ("Doubles", "Vector<Double>"), ("SinglesOfUnknownSize", "VarVector<Single>"), ("Single", "Single") }
        select new object[] { kind, type.Item1, type.Item2 };

    [TestMethod]
    [DynamicData(nameof(FeatureTypes))]
    public void Features_of_the_wrong_type_are_named_with_both_types(Kind kind, string column, string found)
    {
        IDataView data = Types();
        string label = kind switch { Kind.Multiclass => "Key", Kind.Binary => "Boolean", Kind.Regression => "Single", _ => "Singles" };
        data = Copied(data, label, features: column);
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Family.Trainer(Family.Options(kind), _mlContext).Fit(data));
        StringAssert.StartsWith(e.Message, $"Schema mismatch for feature column 'Features': expected Vector<Single>, got {found}");
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void A_weight_of_the_wrong_type_is_named_with_both_types(Kind kind)
    {
        BackpropMlpOptions options = Family.Options(kind);
        options.ExampleWeightColumnName = "Name";
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => Family.Trainer(options, _mlContext).Fit(Family.Data(kind, _mlContext)));
        StringAssert.StartsWith(e.Message, "Schema mismatch for weight column 'Name': expected Single, got String");
    }

    [TestMethod]
    public void A_key_without_a_usable_count_is_refused_by_name()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable<HugeKey>([new() { Label = 1, Features = [1, 2] }]);
        Exception e = Assert.Throws<ArgumentException>(() => Family.Trainer(Family.Options(Kind.Multiclass)).Fit(data));
        StringAssert.Contains(e.Message, "4294967295");
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void No_usable_row_is_said_in_ml_nets_words(Kind kind)
    {
        List<Example> rows = Family.Rows(6);
        rows.ForEach(row => row.Features[1] = float.NaN);
        foreach (List<Example> unusable in new[] { rows, [] })
        {
            var e = Assert.ThrowsExactly<InvalidOperationException>(
                () => Family.Trainer(Family.Options(kind), _mlContext).Fit(Family.Data(kind, _mlContext, unusable)));
            StringAssert.Contains(e.Message, "No valid training instances found, all instances have missing features.");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void Weights_and_labels_that_leave_no_row_are_said(Kind kind)
    {
        BackpropMlpOptions options = Family.Options(kind);
        options.ExampleWeightColumnName = "Weight";
        List<Example> rows = Family.Rows(50);
        rows.ForEach(row => row.Weight = 0);
        StringAssert.Contains(Message(), "all 50 instances have a weight that is not above 0 and finite");
        if (kind == Kind.Binary) // A Boolean is never missing.
            return;
        rows.ForEach(row => (row.Weight, row.Name, row.Number) = (1, "unknown", float.PositiveInfinity));
        StringAssert.Contains(Message(), "all 50 instances have a missing label");

        string Message() => Assert.ThrowsExactly<InvalidOperationException>(
            () => Family.Trainer(options, _mlContext).Fit(Family.Data(kind, _mlContext, rows))).Message;
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void Weights_that_are_not_finite_any_more_are_said_with_the_epoch_and_what_to_try(Kind kind)
    {
        BackpropMlpOptions options = Family.Options(kind);
        options.LearningRate = 1e30;
        string message = Assert.ThrowsExactly<TrainingDivergedException>(
            () => Family.Trainer(options, _mlContext).Fit(Family.Data(kind, _mlContext))).Message;
        StringAssert.Contains(message, "epoch 1");
        StringAssert.Contains(message, "smaller learning rate (it is 1E+30)");
    }

    [TestMethod]
    [DataRow(Kind.Regression, "The target is 2 in all 50 rows")]
    [DataRow(Kind.MultiTarget, "Target 'Number' is 2 in all 50 rows")]
    public void A_constant_target_is_named_with_its_value(Kind kind, string expected)
    {
        List<Example> rows = Family.Rows(50);
        rows.ForEach(row => row.Number = 2);
        var e = Assert.ThrowsExactly<InvalidOperationException>(
            () => Family.Trainer(Family.Options(kind), _mlContext).Fit(Family.Data(kind, _mlContext, rows)));
        StringAssert.StartsWith(e.Message, expected);
        StringAssert.Contains(e.Message, "Is it the right column?");
    }

    [TestMethod]
    [DataRow(Kind.Regression, "The target is -3 in a row")]
    [DataRow(Kind.MultiTarget, "Target 'Number' is -3 in a row")]
    public void A_negative_count_is_named_with_its_value(Kind kind, string expected)
    {
        List<Example> rows = Family.Rows(50);
        rows.ForEach(row => row.Other = row.Number);
        rows[20].Number = -3;
        var options = (BackpropMlpRegressionTrainer.Options)Family.Options(kind);
        options.LossFunction = RegressionLoss.Poisson;
        var e = Assert.ThrowsExactly<InvalidOperationException>(
            () => Family.Trainer(options, _mlContext).Fit(Family.Data(kind, _mlContext, rows)));
        StringAssert.StartsWith(e.Message, expected);
        StringAssert.Contains(e.Message, "Take another loss.");
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void Validation_data_of_another_width_or_without_a_usable_row_are_refused(Kind kind)
    {
        IDataView data = Family.Data(kind, _mlContext);
        Exception e = Assert.Throws<ArgumentException>(
            () => Family.Fit(Family.Options(kind), data, Family.WideData(kind, _mlContext, Family.Rows(10))));
        StringAssert.Contains(e.Message, "features of the validation data have length 192; those of the training data have 3");

        List<Example> rows = Family.Rows(6);
        rows.ForEach(row => row.Features[0] = float.NaN);
        Assert.ThrowsExactly<InvalidOperationException>(() => Family.Fit(Family.Options(kind), data, Family.Data(kind, _mlContext, rows)));

        IDataView unlabelled = _mlContext.Transforms.DropColumns("Label").Fit(data).Transform(data);
        e = Assert.Throws<ArgumentException>(() => Family.Fit(Family.Options(kind), data, unlabelled));
        StringAssert.Contains(e.Message, "Label");
    }

    [TestMethod]
    [DataRow(Kind.Multiclass, "4 classes", "3 classes")]
    [DataRow(Kind.MultiTarget, "3 numbers", "2 numbers")]
    public void Validation_data_of_other_classes_or_targets_are_refused(Kind kind, string theirs, string ours)
    {
        IDataView data = Family.Data(kind, _mlContext), other = _mlContext.Data.LoadFromEnumerable(
            Family.Rows(10).Append(new Example { Name = "d", Features = [1, 1, 1] }));
        IEstimator<ITransformer> labels = kind == Kind.Multiclass
            ? _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name")
            : _mlContext.Transforms.Concatenate("Label", "Number", "Other", "Weight");
        Exception e = Assert.Throws<ArgumentException>(() => Family.Fit(Family.Options(kind), data, labels.Fit(other).Transform(other)));
        StringAssert.Contains(e.Message, $"validation data has {theirs}; that of the training data has {ours}");
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void A_previous_model_of_other_layers_is_refused_with_both(Kind kind)
    {
        IDataView data = Family.Data(kind, _mlContext);
        ITransformer previous = Family.Trainer(Family.Options(kind)).Fit(data);
        int outputs = kind switch { Kind.Multiclass => 3, Kind.MultiTarget => 2, _ => 1 };
        BackpropMlpOptions options = Family.Options(kind);
        options.HiddenLayers = [8, 4];
        Exception e = Assert.Throws<ArgumentException>(() => Family.Fit(options, data, null, previous));
        StringAssert.Contains(e.Message, $"3-8-{outputs}");
        StringAssert.Contains(e.Message, $"3-8-4-{outputs}");

        e = Assert.Throws<ArgumentException>(
            () => Family.Fit(Family.Options(kind), Family.WideData(kind, _mlContext, Family.Rows(20)), null, previous));
        StringAssert.Contains(e.Message, $"3-8-{outputs}");
        StringAssert.Contains(e.Message, $"192-8-{outputs}");
    }

    [TestMethod]
    public void A_previous_model_of_another_loss_or_other_classes_is_refused_with_both()
    {
        IDataView data = Family.Data(Kind.Regression, _mlContext), classes = Family.Data(Kind.Multiclass, _mlContext);
        var options = (BackpropMlpRegressionTrainer.Options)Family.Options(Kind.Regression);
        options.LossFunction = RegressionLoss.Absolute;
        Exception e = Assert.Throws<ArgumentException>(
            () => Family.Fit(options, data, null, Family.Trainer(Family.Options(Kind.Regression)).Fit(data)));
        StringAssert.Contains(e.Message, "SquaredLoss");
        StringAssert.Contains(e.Message, "AbsoluteLoss");

        IDataView more = _mlContext.Data.LoadFromEnumerable(Family.Rows().Append(new Example { Name = "d", Features = [1, 1, 1] }));
        more = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(more).Transform(more);
        e = Assert.Throws<ArgumentException>(
            () => Family.Fit(Family.Options(Kind.Multiclass), more, null, Family.Trainer(Family.Options(Kind.Multiclass)).Fit(classes)));
        StringAssert.Contains(e.Message, "it does not know 'd'");
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void A_row_of_another_width_is_refused_in_prediction(Kind kind)
    {
        ITransformer model = Family.Trainer(Family.Options(kind)).Fit(Family.Data(kind, _mlContext));
        var e = Assert.ThrowsExactly<InvalidOperationException>(
            () => Family.Scores(model.Transform(Family.WideData(kind, _mlContext, Family.Rows(2)))));
        StringAssert.Contains(e.Message, "Incompatible features column type");
    }

    private IDataView Types() =>
        _mlContext.Data.LoadFromEnumerable<ManyTypes>([new() { Singles = [1, 2], Doubles = [1, 2], SinglesOfUnknownSize = [1, 2] }]);

    private IDataView Copied(IDataView data, string label, string features) =>
        _mlContext.Transforms.CopyColumns("Label", label).Append(_mlContext.Transforms.CopyColumns("Features", features)).Fit(data).Transform(data);

    private sealed class ManyTypes
    {
        public float Single { get; set; }

        public bool Boolean { get; set; }

        [KeyType(3)]
        public uint Key { get; set; }

        [VectorType(2)]
        public float[] Singles { get; set; } = [];

        [VectorType(2)]
        public double[] Doubles { get; set; } = [];

        public float[] SinglesOfUnknownSize { get; set; } = [];
    }

    private sealed class HugeKey
    {
        [KeyType(uint.MaxValue)]
        public uint Label { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }
}
