using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Tests;

/// <summary>Data with next to nothing in them: each trainer trains, or says why not.</summary>
[TestClass]
public class SmallDataTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void A_constant_feature_harms_nothing(Kind kind)
    {
        List<Example> rows = Family.Rows();
        rows.ForEach(row => row.Features[2] = 5);
        IDataView data = Family.Data(kind, _mlContext, rows);
        Assert.IsGreaterThan(0.85, Family.Quality(kind, _mlContext, Family.Trainer(Family.Thorough(kind)).Fit(data).Transform(data)));
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void One_row_can_be_learned_where_there_is_anything_to_tell_apart(Kind kind)
    {
        List<Example> rows = Family.Rows(1);
        IDataView data = Family.Data(kind, _mlContext, rows);
        IEstimator<ITransformer> trainer = Family.Trainer(Family.Thorough(kind));
        switch (kind)
        {
            case Kind.Multiclass:
                float[] scores = Family.Scores(trainer.Fit(data).Transform(data));
                Assert.AreEqual("abc".IndexOf(rows[0].Name, StringComparison.Ordinal), scores.IndexOf(scores.Max()));
                break;
            case Kind.Binary:
                Assert.AreEqual(rows[0].Truth, trainer.Fit(data).Transform(data).GetColumn<bool>("PredictedLabel").Single());
                break;
            default:
                string message = Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(data)).Message;
                StringAssert.Contains(message, "there is nothing to be learned");
                break;
        }
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void Fewer_rows_than_a_minibatch_are_a_minibatch(Kind kind)
    {
        IDataView data = Family.Data(kind, _mlContext, Family.Rows(5));
        BackpropMlpOptions five = Family.Options(kind), many = Family.Options(kind), all = Family.Options(kind);
        (five.BatchSize, many.BatchSize, all.BatchSize) = (5, 32, null);
        float[] expected = Family.Learned(Family.Trainer(five).Fit(data)).Parameters;
        CollectionAssert.AreEqual(expected, Family.Learned(Family.Trainer(many).Fit(data)).Parameters);
        CollectionAssert.AreEqual(expected, Family.Learned(Family.Trainer(all).Fit(data)).Parameters);
        Assert.IsTrue(expected.All(float.IsFinite));
    }

    [TestMethod]
    public void A_single_class_is_learned()
    {
        List<Example> rows = Family.Rows(40);
        rows.ForEach(row => (row.Name, row.Truth) = ("a", false));
        IDataView binary = Family.Data(Kind.Binary, _mlContext, rows), several = Family.Data(Kind.Multiclass, _mlContext, rows);
        IEnumerable<bool> labels = Family.Trainer(Family.Thorough(Kind.Binary)).Fit(binary).Transform(binary).GetColumn<bool>("PredictedLabel");
        Assert.IsTrue(labels.All(label => !label));
        AssertAllInTheFirstClass(several, 3);

        // A key of one value has no other class at all.
        IDataView data = _mlContext.Data.LoadFromEnumerable(rows);
        AssertAllInTheFirstClass(_mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(data).Transform(data), 1);
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void One_row_leaves_none_to_validate_with(Kind kind)
    {
        BackpropMlpOptions options = Family.Options(kind);
        options.ValidationFraction = 0.5;
        string message = Assert.ThrowsExactly<InvalidOperationException>(
            () => Family.Trainer(options).Fit(Family.Data(kind, _mlContext, Family.Rows(1)))).Message;
        StringAssert.Contains(message, "validation fraction of 0.5 of 1 rows holds out none");
    }

    private static void AssertAllInTheFirstClass(IDataView data, int classes)
    {
        float[] scores = Family.Scores(Family.Trainer(Family.Thorough(Kind.Multiclass)).Fit(data).Transform(data));
        Assert.HasCount(40 * classes, scores);
        foreach (float[] row in scores.Chunk(classes))
            Assert.IsGreaterThan(0.9f, row[0]);
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void Rows_that_are_left_out_for_several_reasons_are_counted_by_reason(Kind kind)
    {
        List<Example> rows = Family.Rows(4);
        (rows[0].Weight, rows[1].Weight, rows[2].Features[0], rows[3].Features[0]) = (0, -1, float.NaN, float.NaN);
        BackpropMlpOptions options = Family.Options(kind);
        options.ExampleWeightColumnName = "Weight";
        string message = Assert.ThrowsExactly<InvalidOperationException>(
            () => Family.Trainer(options).Fit(Family.Data(kind, _mlContext, rows))).Message;
        StringAssert.Contains(
            message, "No valid training instances found: 2 with missing or infinite features, 0 with a missing label, 2 with a weight");
    }
}
