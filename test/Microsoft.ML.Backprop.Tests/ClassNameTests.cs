using Microsoft.ML.Data;
using static Microsoft.ML.Backprop.Tests.TestData;

namespace Microsoft.ML.Backprop.Tests;

/// <summary>What classes and targets are called: read with the scores, and compared where two data sets or models must agree.</summary>
[TestClass]
public class ClassNameTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void A_prediction_has_its_probabilities_by_label()
    {
        IDataView data = KeyedPoints(_mlContext);
        var model = new BackpropMlpTrainer(Quick()).Fit(data);
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, model.Model.ClassNames!.ToArray());
        ITransformer both = model.Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(model.Transform(data)));
        PredictionEngine<Point, Prediction> engine = _mlContext.Model.CreatePredictionEngine<Point, Prediction>(Family.Reloaded(both, data.Schema));
        foreach (Point point in Points(10))
        {
            Prediction prediction = engine.Predict(point);
            IReadOnlyDictionary<string, float> scores = engine.OutputSchema.GetScoresByLabel(prediction.Score);
            CollectionAssert.AreEqual(new[] { "a", "b", "c" }, scores.Keys.ToArray());
            CollectionAssert.AreEqual(prediction.Score, scores.Values.ToArray());
            Assert.AreEqual(prediction.PredictedLabel, scores.MaxBy(pair => pair.Value).Key);
        }
    }

    [TestMethod]
    public void Labels_that_are_numbers_or_only_numbered_have_names_too()
    {
        IDataView digits = Prepare(_mlContext).Fit(Digits(_mlContext)).Transform(Digits(_mlContext));
        var model = new BackpropMlpTrainer(Quick()).Fit(digits);
        CollectionAssert.AreEqual(Enumerable.Range(0, 10).Select(digit => $"{digit}").ToArray(), model.Model.ClassNames!.ToArray());
        IReadOnlyDictionary<string, float> scores = model.Transform(digits).Schema.GetScoresByLabel(new float[10]);
        CollectionAssert.AreEqual(Enumerable.Range(0, 10).Select(digit => $"{digit}").ToArray(), scores.Keys.ToArray());

        IDataView keys = _mlContext.Data.LoadFromEnumerable<Numbered>([new() { Label = 0, Features = [1] }, new() { Label = 1, Features = [2] }]);
        model = new BackpropMlpTrainer(Quick()).Fit(keys);
        Assert.IsNull(model.Model.ClassNames);
        CollectionAssert.AreEqual(new[] { "0", "1" }, model.Transform(keys).Schema.GetScoresByLabel(new float[2]).Keys.ToArray());
    }

    [TestMethod]
    public void Several_targets_are_read_by_name()
    {
        IDataView data = Family.Data(Kind.MultiTarget, _mlContext);
        DataViewSchema schema = Family.Trainer(Family.Options(Kind.MultiTarget)).Fit(data).Transform(data).Schema;
        IReadOnlyDictionary<string, float> scores = schema.GetScoresByLabel([1, 2]);
        Assert.AreEqual((1f, 2f), (scores["Number"], scores["Other"]));

        // Of two slots that are called alike, and one that is not called anything.
        IDataView odd = _mlContext.Transforms.DropColumns("Label")
            .Append(_mlContext.Transforms.CopyColumns("Pair", "Features"))
            .Append(_mlContext.Transforms.Concatenate("Label", "Number", "Number", "Pair"))
            .Fit(data).Transform(data);
        schema = Family.Trainer(Family.Options(Kind.MultiTarget)).Fit(odd).Transform(odd).Schema;
        CollectionAssert.AreEqual(new[] { "Number", "1", "2", "3", "4" }, schema.GetScoresByLabel([1, 2, 3, 4, 5]).Keys.ToArray());
    }

    [TestMethod]
    public void What_has_no_scores_by_label_is_said()
    {
        IDataView data = KeyedPoints(_mlContext);
        DataViewSchema schema = new BackpropMlpTrainer(Quick()).Fit(data).Transform(data).Schema;
        foreach ((string column, int count, string message) in new[]
        {
            ("Scores", 3, "There is no column 'Scores'"),
            ("PredictedLabel", 3, "Column 'PredictedLabel' is Key<UInt32, 0-2>"),
            ("Score", 2, "There are 2 scores; column 'Score' has 3"),
        })
        {
            var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => schema.GetScoresByLabel(new float[count], column));
            StringAssert.StartsWith(e.Message, message);
        }
    }

    [TestMethod]
    public void Validation_data_with_classes_in_another_order_are_refused()
    {
        IDataView data = KeyedPoints(_mlContext), other = KeyedPoints(_mlContext, Enumerable.Reverse(Points()));
        Exception e = Assert.Throws<ArgumentException>(() => new BackpropMlpTrainer(Quick()).Fit(data, other));
        StringAssert.Contains(e.Message, "The label of the validation data has 'c' where that of the training data has 'a', number 0 of 3 classes");

        IDataView targets = Family.Data(Kind.MultiTarget, _mlContext);
        IDataView swapped = _mlContext.Transforms.Concatenate("Label", "Other", "Number").Fit(targets).Transform(targets);
        e = Assert.Throws<ArgumentException>(() => Family.Fit(Family.Options(Kind.MultiTarget), targets, swapped));
        StringAssert.Contains(e.Message, "has 'Other' where that of the training data has 'Number', number 0 of 2 numbers");
    }

    [TestMethod]
    public void A_previous_model_of_other_classes_or_targets_is_refused()
    {
        IDataView data = KeyedPoints(_mlContext);
        var model = Family.Reloaded(new BackpropMlpTrainer(Quick()).Fit(data), data.Schema);
        StringAssert.Contains(
            Refusal(data => Family.Fit(Quick(), data, null, model), KeyedPoints(_mlContext, Enumerable.Reverse(Points()))),
            "The classes of the previous model are 'a', 'b', 'c'; those of the data are 'c', 'b', 'a': they are in another order.");
        List<Point> renamed = Points();
        renamed.ForEach(point => point.Name = point.Name == "b" ? "d" : point.Name);
        StringAssert.Contains(Refusal(data => Family.Fit(Quick(), data, null, model), KeyedPoints(_mlContext, renamed)), "it does not know 'd'");
        StringAssert.Contains(
            Refusal(data => Family.Fit(Quick(), data, null, model), KeyedPoints(_mlContext, Points().Where(point => point.Name != "c"))),
            "'c' is missing");

        BackpropMlpOptions options = Family.Options(Kind.MultiTarget);
        IDataView targets = Family.Data(Kind.MultiTarget, _mlContext);
        ITransformer regression = Family.Trainer(options).Fit(targets);
        IDataView swapped = _mlContext.Transforms.Concatenate("Label", "Other", "Number").Fit(targets).Transform(targets);
        StringAssert.Contains(
            Refusal(data => Family.Fit(options, data, null, regression), swapped),
            "The targets of the previous model are 'Number', 'Other'; those of the data are 'Other', 'Number': they are in another order.");
    }

    private static string Refusal(Action<IDataView> fit, IDataView data) => Assert.Throws<ArgumentException>(() => fit(data)).Message;

    private sealed class Numbered
    {
        [KeyType(2)]
        public uint Label { get; set; }

        [VectorType(1)]
        public float[] Features { get; set; } = [];
    }
}
