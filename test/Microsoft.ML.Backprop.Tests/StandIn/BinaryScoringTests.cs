using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.ScoringModels;

namespace Microsoft.ML.Backprop.Tests.StandIn;

[TestClass]
public class BinaryScoringTests
{
    private const string SetId = "ScoreColumnSetId: Key<UInt32, 0-2147483646> = 1";

    private static readonly string[] s_added =
    [
        $"PredictedLabel: Boolean {{ScoreColumnKind: String = BinaryClassification, ScoreValueKind: String = PredictedLabel, {SetId}}}",
        $"Score: Single {{ScoreColumnKind: String = BinaryClassification, {SetId}, ScoreValueKind: String = Score}}",
        $"Probability: Single {{ScoreColumnKind: String = BinaryClassification, {SetId}, IsNormalized: Boolean = True, "
            + "ScoreValueKind: String = Probability}",
    ];

    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void Label_score_and_probability_are_added_with_their_annotations_before_and_after_saving()
    {
        IDataView data = Data();
        ITransformer model = new LinearBinaryTrainer(_ml).Fit(data);
        CollectionAssert.AreEqual(s_added, model.GetOutputSchema(data.Schema).Skip(data.Schema.Count).Select(Rows.Described).ToArray());
        ITransformer loaded = Rows.Reloaded(_ml, model, data.Schema);
        CollectionAssert.AreEqual(s_added, loaded.GetOutputSchema(data.Schema).Skip(data.Schema.Count).Select(Rows.Described).ToArray());
        CollectionAssert.AreEqual(Scores(model, data), Scores(loaded, data));
    }

    [TestMethod]
    public void A_calibrated_model_is_loaded_as_the_public_class_that_it_is()
    {
        IDataView data = Data();
        var loaded = (BinaryPredictionTransformer<CalibratedModelParametersBase<LinearModel, PlattCalibrator>>)Rows.Reloaded(
            _ml, new LinearBinaryTrainer(_ml).Fit(data), data.Schema);
        Assert.AreEqual("Features", loaded.FeatureColumnName);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 2), loaded.FeatureColumnType);
        Assert.AreEqual(-1, loaded.Model.Calibrator.Slope);
        Assert.AreEqual(0, loaded.Model.Calibrator.Offset);
        Assert.AreSame(loaded.Model.SubModel, ((CalibratedModelParametersBase)loaded.Model).SubModel);
        Assert.AreEqual(0.95257413f, loaded.Model.Calibrator.PredictProbability(3));
        Assert.AreEqual(float.NaN, loaded.Model.Calibrator.PredictProbability(float.NaN));
    }

    [TestMethod]
    public void The_label_is_true_above_the_threshold_of_a_column_that_may_be_the_probability()
    {
        CollectionAssert.AreEqual(
            new[] { "True 3 0.95257413", "False -4 0.01798621", "False -0.5 0.37754068", "True 0.25 0.5621765" },
            Scores(new LinearBinaryTrainer(_ml).Fit(Data()), Data()));
        LinearBinaryTrainer strict = new(_ml, threshold: 0.6f, thresholdColumn: "Probability");
        IDataView data = Data();
        foreach (ITransformer model in new[] { strict.Fit(data), Rows.Reloaded(_ml, strict.Fit(data), data.Schema) })
            CollectionAssert.AreEqual(
                new[] { true, false, false, false }, model.Transform(data).GetColumn<bool>("PredictedLabel").ToArray());
        ExpectFault(
            "mapper does not contain a column 'Nope' (Parameter 'scoreColName')",
            () => new LinearBinaryTrainer(_ml, 0, "Nope").Fit(data));
    }

    [TestMethod]
    public void Scoring_twice_hides_the_first_columns_and_counts_the_sets()
    {
        ITransformer model = new LinearBinaryTrainer(_ml).Fit(Data());
        IDataView twice = model.Transform(model.Transform(Data()));
        CollectionAssert.AreEqual(
            new uint[] { 1, 2, 1, 2, 1, 2 },
            twice.Schema.Skip(Data().Schema.Count).Select(SetIdOf).ToArray());

        static uint SetIdOf(DataViewSchema.Column column)
        {
            uint id = 0;
            column.Annotations.GetValue("ScoreColumnSetId", ref id);
            return id;
        }
    }

    [TestMethod]
    public void A_prediction_engine_scores_single_rows()
    {
        using PredictionEngine<Row, Prediction> engine
            = _ml.Model.CreatePredictionEngine<Row, Prediction>(new LinearBinaryTrainer(_ml).Fit(Data()));
        Assert.AreEqual("True 3 0.95257413", engine.Predict(new Row(false, 1, 2)).ToString());
        Assert.AreEqual("False NaN NaN", engine.Predict(new Row(false, float.NaN, 2)).ToString());
    }

    [TestMethod]
    public void A_label_that_is_not_Boolean_is_a_fault_of_schema()
    {
        foreach (var (column, type) in new[] { ("Text", "String"), ("Key", "Key<UInt32>"), ("Other", "Vector<Single>") })
        {
            IDataView data = Copied("Label", column);
            ExpectFault(
                $"Schema mismatch for label column 'Label': expected Boolean, got {type} (Parameter 'labelCol')",
                () => new LinearBinaryTrainer(_ml).Fit(data));
        }
    }

    [TestMethod]
    public void Features_of_another_shape_are_a_fault()
    {
        ITransformer model = new LinearBinaryTrainer(_ml).Fit(Data());
        IDataView three = Copied("Features", "Other"), text = Copied("Features", "Text");
        IDataView none = _ml.Transforms.DropColumns("Features").Fit(Data()).Transform(Data());
        var size = Assert.ThrowsExactly<InvalidOperationException>(() => model.Transform(three));
        Assert.AreEqual("Incompatible features column type: 'Vector<Single, 3>' vs 'Vector<Single, 2>'", size.Message);
        var type = Assert.ThrowsExactly<InvalidOperationException>(() => model.Transform(text));
        Assert.AreEqual("Incompatible features column type item type: 'String' vs 'Single'", type.Message);
        ExpectFault("Features column 'Feature' not found (Parameter 'schema')", () => model.Transform(none));
        ExpectFault(
            "Could not find feature column 'Features' (Parameter 'inputSchema')", () => model.GetOutputSchema(none.Schema));
    }

    [TestMethod]
    public void Cross_validation_evaluates_each_fold_with_probabilities()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, 60).Select(i => new Row(i % 3 == 0, i % 3, -0.5f)));
        var results = _ml.BinaryClassification.CrossValidate(data, new LinearBinaryTrainer(_ml), numberOfFolds: 3);
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, results.Select(r => r.Fold).ToArray());
        Assert.AreEqual(60, results.Sum(r => r.ScoredHoldOutSet.GetColumn<bool>("Label").Count()));
        foreach (var result in results)
            Assert.AreEqual((0, 0, true), (result.Metrics.Accuracy, result.Metrics.AreaUnderRocCurve, result.Metrics.LogLoss > 1));
    }

    private static string[] Scores(ITransformer model, IDataView data)
        => [.. new MLContext().Data.CreateEnumerable<Prediction>(model.Transform(data), reuseRowObject: false).Select(p => p.ToString())];

    private static void ExpectFault(string message, Action action)
        => Assert.AreEqual(message, Assert.ThrowsExactly<ArgumentOutOfRangeException>(action).Message);

    private IDataView Copied(string to, string from) => _ml.Transforms.CopyColumns(to, from).Fit(Data()).Transform(Data());

    private IDataView Data() => _ml.Data.LoadFromEnumerable(
        [new Row(true, 1, 2), new Row(false, -1, -3), new Row(true, -1, 0.5f), new Row(false, 0.25f, 0)]);

    private sealed class Row(bool label, params float[] features)
    {
        public bool Label { get; set; } = label;

        [VectorType(2)]
        public float[] Features { get; set; } = features;

        [VectorType(3)]
        public float[] Other { get; set; } = [1, 2, 3];

        public string Text { get; set; } = "t";

        [KeyType(2)]
        public uint Key { get; set; } = 1;
    }

    private sealed class Prediction
    {
        public bool PredictedLabel { get; set; }
        public float Score { get; set; }
        public float Probability { get; set; }

        public override string ToString() => FormattableString.Invariant($"{PredictedLabel} {Score} {Probability}");
    }
}
