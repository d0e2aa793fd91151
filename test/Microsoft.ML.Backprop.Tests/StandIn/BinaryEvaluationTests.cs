using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Tests.StandIn;

[TestClass]
public class BinaryEvaluationTests
{
    // From the highest score down: positive, negative, then a tie of one of each, positive (a score of 0 is a negative prediction), negative.
    private static readonly Scored[] s_rows =
    [
        new(true, 3, 0.75f), new(false, 2, 0.5f), new(true, 1, 0.5f), new(false, 1, 0.25f), new(true, 0, 0.25f), new(false, -1, 0.125f),
    ];

    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void Counts_make_accuracy_precision_recall_and_F1()
    {
        BinaryClassificationMetrics metrics = Evaluate(s_rows);
        Assert.AreEqual(3.0 / 6, metrics.Accuracy, 1e-12);
        Assert.AreEqual(2.0 / 4, metrics.PositivePrecision, 1e-12);
        Assert.AreEqual(2.0 / 3, metrics.PositiveRecall, 1e-12);
        Assert.AreEqual(1.0 / 2, metrics.NegativePrecision, 1e-12);
        Assert.AreEqual(1.0 / 3, metrics.NegativeRecall, 1e-12);
        Assert.AreEqual(2 * 0.5 * (2.0 / 3) / (0.5 + (2.0 / 3)), metrics.F1Score, 1e-12);
        Assert.AreEqual(0, Evaluate(new(true, -1, 0.5f), new(false, -1, 0.5f)).F1Score);
    }

    [TestMethod]
    public void A_pair_in_order_is_one_and_a_tie_is_half()
        => Assert.AreEqual((3 + 1.5 + 1) / 9, Evaluate(s_rows).AreaUnderRocCurve, 1e-12);

    [TestMethod]
    public void The_precision_recall_curve_is_made_of_trapezoids_and_ties_stay_in_the_order_of_rows()
    {
        double expected = ((1 + 1.0) / 2 / 3) + ((0.5 + (2.0 / 3)) / 2 / 3) + ((0.5 + 0.6) / 2 / 3);
        Assert.AreEqual(expected, Evaluate(s_rows).AreaUnderPrecisionRecallCurve, 1e-12);
    }

    [TestMethod]
    public void Losses_and_entropy_are_in_bits()
    {
        CalibratedBinaryClassificationMetrics metrics = Evaluate(s_rows);
        double loss = -(Math.Log2(0.75) + Math.Log2(0.5) + Math.Log2(0.5) + Math.Log2(0.75) + Math.Log2(0.25) + Math.Log2(0.875)) / 6;
        Assert.AreEqual(loss, metrics.LogLoss, 1e-12);
        Assert.AreEqual(1, metrics.Entropy, 1e-12);
        Assert.AreEqual(1 - loss, metrics.LogLossReduction, 1e-12);
        Assert.AreEqual(double.PositiveInfinity, Evaluate(new(true, 1, 0), new(false, 0, 0)).LogLoss);
        Assert.AreEqual(double.NaN, Evaluate(new(true, 1, float.NaN), new(false, 0, 0)).LogLoss);
    }

    [TestMethod]
    public void Rows_whose_score_is_not_finite_or_whose_label_is_missing_do_not_count()
    {
        Scored[] more = [.. s_rows, new(true, float.NaN, 0.5f), new(true, float.PositiveInfinity, 0.5f), new(true, 1, 0.5f) { Number = float.NaN }];
        BinaryClassificationMetrics few = Evaluate(s_rows), many = _ml.BinaryClassification.EvaluateNonCalibrated(Data(more), "Number");
        Assert.AreEqual(few.AreaUnderRocCurve, many.AreaUnderRocCurve);
        Assert.AreEqual(few.Accuracy, many.Accuracy);
    }

    [TestMethod]
    public void A_label_is_a_Boolean_a_number_or_a_key_of_two_whose_names_the_matrix_shows()
    {
        IDataView data = Data(s_rows);
        foreach (string label in new[] { "Label", "Number", "Double", "Key" })
            Assert.AreEqual(2.0 / 3, _ml.BinaryClassification.EvaluateNonCalibrated(data, label).PositiveRecall, 1e-12);
        IDataView named = _ml.Transforms.Conversion.MapValueToKey("Named", "Text").Fit(data).Transform(data);
        string table = _ml.BinaryClassification.EvaluateNonCalibrated(named, "Named").ConfusionMatrix.GetFormattedConfusionTable();
        StringAssert.Contains(table, "PREDICTED ||      yes |       no | Recall");
        foreach (var (label, type) in new[] { ("Text", "String"), ("Three", "Key<UInt32, 0-2>") })
            ExpectFault(
                $"Schema mismatch for label column '{label}': expected Single, Double, Boolean, or a Key with cardinality 2, got {type} "
                    + "(Parameter 'schema')",
                () => _ml.BinaryClassification.Evaluate(data, label));
    }

    [TestMethod]
    public void The_confusion_matrix_has_the_positive_class_first()
    {
        ConfusionMatrix matrix = Evaluate(s_rows).ConfusionMatrix;
        Assert.AreEqual("2 1|2 1", string.Join("|", matrix.Counts.Select(row => string.Join(" ", row))));
        string[] expected =
        [
            "TEST POSITIVE RATIO:\t0.5000 (3.0/(3.0+3.0))",
            "Confusion table",
            "          ||======================",
            "PREDICTED || positive | negative | Recall",
            "TRUTH     ||======================",
            " positive ||        2 |        1 | 0.6667",
            " negative ||        2 |        1 | 0.3333",
            "          ||======================",
            "Precision ||   0.5000 |   0.5000 |",
            "",
        ];
        Assert.AreEqual(string.Join(Environment.NewLine, expected), matrix.GetFormattedConfusionTable());
    }

    [TestMethod]
    public void Without_one_of_the_classes_there_is_no_area()
    {
        ExpectFault(
            "AUC is not defined when there is no positive class in the data (Parameter 'PosSample')", () => Evaluate(new Scored(false, 1, 1)));
        ExpectFault(
            "AUC is not defined when there is no negative class in the data (Parameter 'NegSample')", () => Evaluate(new Scored(true, 1, 1)));
    }

    [TestMethod]
    public void Missing_columns_and_other_types_are_faults()
    {
        BinaryClassificationCatalog catalog = _ml.BinaryClassification;
        IDataView data = Data(s_rows);
        ExpectFault("Nope column 'Label' not found (Parameter 'schema')", () => catalog.Evaluate(data, "Nope"));
        ExpectFault("Nope column 'Score' not found (Parameter 'schema')", () => catalog.Evaluate(data, scoreColumnName: "Nope"));
        ExpectFault("Nope column 'Probability' not found (Parameter 'schema')", () => catalog.Evaluate(data, probabilityColumnName: "Nope"));
        ExpectFault("Nope column 'PredictedLabel' not found (Parameter 'schema')", () => catalog.Evaluate(data, predictedLabelColumnName: "Nope"));
        ExpectFault(
            "Schema mismatch for score column 'Text': expected Single, got String (Parameter 'schema')",
            () => catalog.Evaluate(data, scoreColumnName: "Text"));
        ExpectFault(
            "Schema mismatch for probability column 'Text': expected Single, got String (Parameter 'schema')",
            () => catalog.Evaluate(data, probabilityColumnName: "Text"));
        ExpectFault("labelColumnName cannot be null or empty (Parameter 'labelColumnName')", () => catalog.Evaluate(data, ""));
        ExpectFault("score cannot be null or empty (Parameter 'score')", () => catalog.EvaluateNonCalibrated(data, "Label", ""));
    }

    private static void ExpectFault(string message, Action action)
        => Assert.AreEqual(message, Assert.ThrowsExactly<ArgumentOutOfRangeException>(action).Message);

    private CalibratedBinaryClassificationMetrics Evaluate(params Scored[] rows) => _ml.BinaryClassification.Evaluate(Data(rows));

    private IDataView Data(Scored[] rows) => _ml.Data.LoadFromEnumerable(rows);

    private sealed class Scored(bool label, float score, float probability)
    {
        public bool Label { get; set; } = label;
        public float Score { get; set; } = score;
        public float Probability { get; set; } = probability;
        public bool PredictedLabel { get; set; }
        public float Number { get; set; } = label ? 1 : 0;
        public double Double { get; set; } = label ? 1 : -1;
        public string Text { get; set; } = label ? "yes" : "no";

        [KeyType(2)]
        public uint Key { get; set; } = label ? 1u : 0;

        [KeyType(3)]
        public uint Three { get; set; }
    }
}
