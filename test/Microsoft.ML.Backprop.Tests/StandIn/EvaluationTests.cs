using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Tests.StandIn;

[TestClass]
public class EvaluationTests
{
    // Truth 0: right. Truth 1: right. Truth 2: wrong, second. Truth 2: wrong, third. Truth 0: a tie, which the lower class wins.
    private static readonly ScoredRow[] s_rows =
    [
        new(0, 0.7f, 0.2f, 0.1f), new(1, 0.3f, 0.4f, 0.3f), new(2, 0.5f, 0.2f, 0.3f), new(2, 0.4f, 0.4f, 0.2f), new(0, 0.4f, 0.4f, 0.2f),
    ];

    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void Accuracies_and_losses_are_those_of_hand_arithmetic()
    {
        MulticlassClassificationMetrics metrics = Evaluate(s_rows);
        Assert.AreEqual(3.0 / 5, metrics.MicroAccuracy, 1e-12);
        Assert.AreEqual((1.0 + 1 + 0) / 3, metrics.MacroAccuracy, 1e-12);
        double[] losses = [.. new[] { 0.7f, 0.4f, 0.3f, 0.2f, 0.4f }.Select(p => -Math.Log(p))];
        Assert.AreEqual(losses.Average(), metrics.LogLoss, 1e-12);
        double entropy = -((0.4 * Math.Log(0.4) * 2) + (0.2 * Math.Log(0.2)));
        Assert.AreEqual((entropy - losses.Average()) / entropy, metrics.LogLossReduction, 1e-12);
        Assert.AreEqual((losses[0] + losses[4]) / 2, metrics.PerClassLogLoss[0], 1e-12);
        Assert.AreEqual((losses[2] + losses[3]) / 2, metrics.PerClassLogLoss[2], 1e-12);
    }

    [TestMethod]
    public void The_confusion_matrix_counts_truth_by_row_and_prediction_by_column()
    {
        ConfusionMatrix matrix = Evaluate(s_rows).ConfusionMatrix;
        Assert.AreEqual("2 0 0|0 1 0|2 0 0", string.Join("|", matrix.Counts.Select(row => string.Join(" ", row))));
        Assert.AreEqual(3, matrix.NumberOfClasses);
        Assert.AreEqual(2, matrix.GetCountForClassPair(predictedClassIndicatorIndex: 0, actualClassIndicatorIndex: 2));
        CollectionAssert.AreEqual(new[] { 0.5, 1, 0 }, matrix.PerClassPrecision.ToArray());
        CollectionAssert.AreEqual(new double[] { 1, 1, 0 }, matrix.PerClassRecall.ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => matrix.GetCountForClassPair(3, 0));
    }

    [TestMethod]
    public void The_table_is_formatted_with_names_or_numbers_where_names_are_long()
    {
        string[] expected =
        [
            "",
            "Confusion table",
            "          ||========================",
            "PREDICTED ||     0 |     1 |     2 | Recall",
            "TRUTH     ||========================",
            "        0 ||     2 |     0 |     0 | 1.0000",
            "        1 ||     0 |     1 |     0 | 1.0000",
            "        2 ||     2 |     0 |     0 | 0.0000",
            "          ||========================",
            "Precision ||0.5000 |1.0000 |0.0000 |",
            "",
        ];
        Assert.AreEqual(
            string.Join(Environment.NewLine, expected), Evaluate(s_rows).ConfusionMatrix.GetFormattedConfusionTable());
        string table = Evaluate(s_rows, names: ["x", "yy", "versicolor"]).ConfusionMatrix.GetFormattedConfusionTable();
        StringAssert.Contains(table, "0.          x ||     2 |");
        StringAssert.Contains(table, "2. versicolor ||     2 |");
        StringAssert.Contains(table, "PREDICTED     ||     0 |     1 |     2 | Recall");
    }

    [TestMethod]
    public void Top_k_accuracy_counts_the_classes_that_score_no_less_than_the_truth()
    {
        MulticlassClassificationMetrics metrics = Evaluate(s_rows, topK: 2);
        Assert.AreEqual(2, metrics.TopKPredictionCount);
        CollectionAssert.AreEqual(new[] { 0.6, 0.8 }, metrics.TopKAccuracyForAllK.ToArray());
        Assert.AreEqual(0.8, metrics.TopKAccuracy, 1e-12);
        Assert.IsNull(Evaluate(s_rows).TopKAccuracyForAllK);
        Assert.AreEqual(0, Evaluate(s_rows).TopKAccuracy);
    }

    [TestMethod]
    public void Rows_without_label_or_with_a_score_that_is_not_finite_do_not_count()
    {
        ScoredRow[] more = [.. s_rows, new(uint.MaxValue, 1, 0, 0), new(1, float.NaN, 1, 0)];
        Assert.AreEqual(Evaluate(s_rows).LogLoss, Evaluate(more).LogLoss);
        Assert.AreEqual(0, Evaluate([]).MicroAccuracy);
    }

    [TestMethod]
    public void A_probability_of_0_costs_no_more_than_the_smallest_one()
        => Assert.AreEqual(-Math.Log(1e-15f), Evaluate([new(1, 1, 0, 0)]).LogLoss, 1e-9);

    [TestMethod]
    public void Missing_columns_and_other_types_are_faults()
    {
        IDataView data = Data(s_rows);
        ExpectFault(
            "Nope column 'Label' not found (Parameter 'schema')", () => _ml.MulticlassClassification.Evaluate(data, "Nope"));
        ExpectFault(
            "Nope column 'Score' not found (Parameter 'schema')",
            () => _ml.MulticlassClassification.Evaluate(data, scoreColumnName: "Nope"));
        ExpectFault(
            "Nope column 'PredictedLabel' not found (Parameter 'schema')",
            () => _ml.MulticlassClassification.Evaluate(data, predictedLabelColumnName: "Nope"));
        ExpectFault(
            "Schema mismatch for label column 'Score': expected Single or Key, got Vector<Single, 3> (Parameter 'schema')",
            () => _ml.MulticlassClassification.Evaluate(data, "Score"));

        static void ExpectFault(string message, Action action)
            => Assert.AreEqual(message, Assert.ThrowsExactly<ArgumentOutOfRangeException>(action).Message);
    }

    private MulticlassClassificationMetrics Evaluate(ScoredRow[] rows, int topK = 0, string[]? names = null)
        => _ml.MulticlassClassification.Evaluate(Data(rows, names), topKPredictionCount: topK);

    private IDataView Data(ScoredRow[] rows, string[]? names = null)
    {
        var definition = SchemaDefinition.Create(typeof(ScoredRow));
        if (names is not null)
        {
            var texts = new VBuffer<ReadOnlyMemory<char>>(names.Length, [.. names.Select(name => name.AsMemory())]);
            definition["Score"].AddAnnotation("SlotNames", texts, new VectorDataViewType(TextDataViewType.Instance, names.Length));
        }
        return _ml.Data.LoadFromEnumerable(rows, definition);
    }

    private sealed class ScoredRow(uint label, params float[] scores)
    {
        [KeyType(3)]
        public uint Label { get; set; } = label;

        [VectorType(3)]
        public float[] Score { get; set; } = scores;

        [KeyType(3)]
        public uint PredictedLabel { get; set; }
    }
}
