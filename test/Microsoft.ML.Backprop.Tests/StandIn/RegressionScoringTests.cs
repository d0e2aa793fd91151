using Microsoft.ML.Data;
using Microsoft.ML.ScoringModels;

namespace Microsoft.ML.Backprop.Tests.StandIn;

[TestClass]
public class RegressionScoringTests
{
    private const string SetId = "ScoreColumnSetId: Key<UInt32, 0-2147483646> = 1";

    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void One_score_is_added_with_its_annotations_before_and_after_saving()
    {
        IDataView data = Data<Row>();
        ITransformer model = new LinearRegressionTrainer(_ml).Fit(data);
        foreach (ITransformer transformer in new[] { model, Rows.Reloaded(_ml, model, data.Schema) })
        {
            IDataView scored = transformer.Transform(data);
            Assert.AreEqual(
                $"Score: Single {{{SetId}, ScoreColumnKind: String = Regression, ScoreValueKind: String = Score}}",
                Rows.Described(scored.Schema["Score"]));
            CollectionAssert.AreEqual(new float[] { 7, 7 }, scored.GetColumn<float>("Score").ToArray());
            Assert.IsInstanceOfType<RegressionPredictionTransformer<LinearModel>>(transformer);
        }
    }

    [TestMethod]
    public void Several_scores_are_a_vector_whose_slots_have_the_names_of_the_targets_before_and_after_saving()
    {
        IDataView data = Data<RowOfTargets>("up", "down");
        ITransformer model = new LinearRegressionTrainer(_ml, severalTargets: true).Fit(data);
        foreach (ITransformer transformer in new[] { model, Rows.Reloaded(_ml, model, data.Schema) })
        {
            // The names are the model's: the data that it scores need no label.
            IDataView scored = transformer.Transform(_ml.Transforms.DropColumns("Label").Fit(data).Transform(data));
            Assert.AreEqual(
                $"Score: Vector<Single, 2> {{{SetId}, ScoreColumnKind: String = MultiOutputRegression, ScoreValueKind: String = Score, "
                    + "SlotNames: Vector<String, 2> = up down}",
                Rows.Described(scored.Schema["Score"]));
            CollectionAssert.AreEqual(new float[] { 7, 14 }, Rows.Vectors<float>(scored, "Score")[1]);
        }
    }

    [TestMethod]
    public void Scores_of_targets_without_names_have_none()
    {
        IDataView data = Data<RowOfTargets>();
        ITransformer model = new LinearRegressionTrainer(_ml, severalTargets: true).Fit(data);
        Assert.AreEqual(
            "Score: Vector<Single, 2> {ScoreColumnSetId, ScoreColumnKind, ScoreValueKind}", model.Transform(data).Schema["Score"].ToString());
    }

    [TestMethod]
    public void A_label_of_another_type_is_a_fault_of_schema()
    {
        ExpectFault(
            "Schema mismatch for label column 'Label': expected Single, got Vector<Single> (Parameter 'labelCol')",
            () => new LinearRegressionTrainer(_ml).Fit(Data<RowOfTargets>()));
        ExpectFault(
            "Schema mismatch for label column 'Label': expected Vector<Single>, got Single (Parameter 'labelCol')",
            () => new LinearRegressionTrainer(_ml, severalTargets: true).Fit(Data<Row>()));
    }

    [TestMethod]
    public void A_chain_sees_the_score_before_data_are_read()
    {
        IDataView data = Data<Row>();
        var chain = new LinearRegressionTrainer(_ml).Append(_ml.Transforms.Concatenate("Both", "Score", "Features"));
        Assert.AreEqual(3, chain.Fit(data).Transform(data).GetColumn<float[]>("Both").First().Length);
    }

    [TestMethod]
    public void Cross_validation_evaluates_each_fold_on_its_own_rows()
    {
        float[] labels = [.. Enumerable.Range(0, 50).Select(i => (float)i)];
        IDataView data = _ml.Data.LoadFromEnumerable(labels.Select(label => new Row { Label = label, Features = [label, label] }));
        var results = _ml.Regression.CrossValidate(data, new LinearRegressionTrainer(_ml), numberOfFolds: 3);
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, results.Select(r => r.Fold).ToArray());
        CollectionAssert.AreEquivalent(
            labels, results.SelectMany(r => r.ScoredHoldOutSet.GetColumn<float>("Label")).ToArray());
        foreach (var result in results)
            Assert.AreEqual(
                result.ScoredHoldOutSet.GetColumn<float>("Label").Average(label => (double)label), result.Metrics.MeanAbsoluteError, 1e-5);
    }

    private static void ExpectFault(string message, Action action)
        => Assert.AreEqual(message, Assert.ThrowsExactly<ArgumentOutOfRangeException>(action).Message);

    private IDataView Data<TRow>(params string[] targetNames)
        where TRow : class, new()
    {
        var definition = SchemaDefinition.Create(typeof(TRow));
        if (targetNames.Length > 0)
        {
            var names = new VBuffer<ReadOnlyMemory<char>>(targetNames.Length, [.. targetNames.Select(name => name.AsMemory())]);
            definition["Label"].AddAnnotation("SlotNames", names, new VectorDataViewType(TextDataViewType.Instance, names.Length));
        }
        return _ml.Data.LoadFromEnumerable([new TRow(), new TRow()], definition);
    }

    private sealed class Row
    {
        public float Label { get; set; } = 1;

        [VectorType(2)]
        public float[] Features { get; set; } = [3, 4];
    }

    private sealed class RowOfTargets
    {
        [VectorType(2)]
        public float[] Label { get; set; } = [1, 2];

        [VectorType(2)]
        public float[] Features { get; set; } = [3, 4];
    }
}
