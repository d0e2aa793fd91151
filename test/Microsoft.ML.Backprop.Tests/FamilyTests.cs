using Backprop.Training;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Tests;

/// <summary>The trainers for two classes and for numbers, and what all trainers can do beyond one Fit.</summary>
[TestClass]
public class FamilyTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    private static BackpropMlpBinaryTrainer.Options Binary => new() { HiddenLayers = [8], NumberOfIterations = 30, Seed = 1 };

    private static BackpropMlpRegressionTrainer.Options Regression =>
        new() { HiddenLayers = [16], NumberOfIterations = 40, Seed = 1, LabelColumnName = "Number" };

    [TestMethod]
    public void Two_classes_are_told_apart_by_logit_probability_and_label()
    {
        IDataView data = Load(Rows());
        var model = _mlContext.BinaryClassification.Trainers.BackpropMlp(Binary).Fit(data);
        IDataView scored = model.Transform(data);
        Assert.IsGreaterThan(0.95, _mlContext.BinaryClassification.Evaluate(scored).Accuracy);
        float[] scores = Scores(scored), probabilities = [.. scored.GetColumn<float>("Probability")];
        bool[] labels = [.. scored.GetColumn<bool>("PredictedLabel")];
        for (int row = 0; row < scores.Length; row++)
        {
            Assert.AreEqual(1 / (1 + Math.Exp(-scores[row])), probabilities[row], 1e-6);
            Assert.AreEqual(scores[row] > 0, labels[row]);
        }

        Assert.AreEqual(StopReason.EpochsCompleted, model.Model.SubModel.History.StopReason);
        CollectionAssert.AreEqual(scores, Scores(Family.Reloaded(model, data.Schema).Transform(data)));
        CollectionAssert.AreEqual(scores, Scores(new BackpropMlpBinaryTrainer(Binary).Fit(data).Transform(data)));
    }

    [TestMethod]
    public void A_number_is_predicted_in_its_unit()
    {
        IDataView data = Load(Rows());
        var model = _mlContext.Regression.Trainers.BackpropMlp(Regression).Fit(data);
        IDataView scored = model.Transform(data);
        Assert.IsGreaterThan(0.98, _mlContext.Regression.Evaluate(scored, "Number").RSquared);
        CollectionAssert.AreEqual(Scores(scored), Scores(Family.Reloaded(model, data.Schema).Transform(data)));
    }

    [TestMethod]
    public void Each_loss_can_be_chosen()
    {
        IDataView data = Load(Rows());
        var seen = new HashSet<string>();
        foreach (RegressionLoss loss in Enum.GetValues<RegressionLoss>())
        {
            BackpropMlpRegressionTrainer.Options options = Regression;
            (options.LossFunction, options.HuberDelta, options.Quantile) = (loss, 0.5, 0.9);
            BackpropMlpRegressionModelParameters model = new BackpropMlpRegressionTrainer(options).Fit(data).Model;
            Assert.IsTrue(seen.Add(string.Join(' ', model.GetWeights(0).ToArray())), $"{loss}");
        }
    }

    [TestMethod]
    public void Several_numbers_are_predicted_with_their_names_and_evaluated_one_by_one()
    {
        IDataView data = Load(Rows());
        data = _mlContext.Transforms.Concatenate("Both", "Number", "Other").Fit(data).Transform(data);
        BackpropMlpRegressionTrainer.Options options = Regression;
        options.LabelColumnName = "Both";
        var model = _mlContext.Regression.Trainers.BackpropMlp(options).Fit(data);
        CollectionAssert.AreEqual(new[] { "Number", "Other" }, model.Model.TargetNames!.ToArray());
        foreach (ITransformer transformer in new[] { model, Family.Reloaded(model, data.Schema) })
        {
            IDataView scored = transformer.Transform(data);
            VBuffer<ReadOnlyMemory<char>> names = default;
            scored.Schema["Score"].Annotations.GetValue("SlotNames", ref names);
            CollectionAssert.AreEqual(new[] { "Number", "Other" }, names.DenseValues().Select(name => name.ToString()).ToArray());

            IReadOnlyList<TargetMetrics> metrics = _mlContext.Regression.EvaluateMultiTarget(scored, "Both");
            float[][] predicted = [.. scored.GetColumn<float[]>("Score")], expected = [.. scored.GetColumn<float[]>("Both")];
            for (int target = 0; target < 2; target++)
            {
                double[] errors = [.. expected.Zip(predicted, (e, p) => (double)p[target] - e[target])];
                double mean = expected.Average(row => (double)row[target]), squares = expected.Sum(row => Math.Pow(row[target] - mean, 2));
                TargetMetrics metric = metrics[target];
                Assert.AreEqual(new[] { "Number", "Other" }[target], metric.Name);
                Assert.AreEqual(errors.Average(Math.Abs), metric.MeanAbsoluteError, 1e-9);
                Assert.AreEqual(Math.Sqrt(errors.Average(e => e * e)), metric.RootMeanSquaredError, 1e-9);
                Assert.AreEqual(1 - (errors.Sum(e => e * e) / squares), metric.RSquared, 1e-9);
                Assert.IsGreaterThan(0.97, metric.RSquared);
            }
        }
    }

    [TestMethod]
    public void A_vector_of_one_target_without_names_stays_a_vector()
    {
        IDataView data = Load(Rows());
        BackpropMlpRegressionTrainer.Options options = Regression;
        options.LabelColumnName = "One";
        var model = new BackpropMlpRegressionTrainer(options).Fit(data);
        IDataView scored = Family.Reloaded(model, data.Schema).Transform(data);
        Assert.HasCount(1, scored.GetColumn<float[]>("Score").First());
        Assert.AreEqual("0", _mlContext.Regression.EvaluateMultiTarget(scored, "One").Single().Name);
    }

    [TestMethod]
    public void Validation_data_end_it_early_with_the_best_pass()
    {
        IDataView train = Load(Rows(60, noise: 1)), other = Load(Rows(200, noise: 1, seed: 2));
        BackpropMlpBinaryTrainer.Options options = Binary;
        (options.HiddenLayers, options.LearningRate, options.NumberOfIterations) = ([64], 0.1, 100);
        (options.EarlyStopping, options.Patience, options.L2Regularization) = (true, 5, 0);
        var trainer = new BackpropMlpBinaryTrainer(options);
        TrainingHistory history = trainer.Fit(train, other).Model.SubModel.History;
        Assert.AreEqual(StopReason.EarlyStopping, history.StopReason);
        Assert.IsTrue(history.BestEpoch < history.Epochs.Count && history.Epochs.Count < 100);

        StringAssert.Contains(Assert.Throws<ArgumentException>(() => trainer.Fit(train)).Message, "ValidationFraction");
        options.ValidationFraction = 0.3;
        Assert.IsNotNull(new BackpropMlpBinaryTrainer(options).Fit(train).Model.SubModel.History.Epochs[0].ValidationMetric);
        StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => new BackpropMlpBinaryTrainer(options).Fit(train, other)).Message, "one of the two");
    }

    [TestMethod]
    public void Training_goes_on_from_a_previous_model_of_each_kind()
    {
        IDataView data = Load(Rows());
        BackpropMlpBinaryTrainer.Options binary = Binary;
        (binary.NumberOfIterations, binary.KeepTrainingState) = (6, true);
        float[] whole = Scores(new BackpropMlpBinaryTrainer(binary).Fit(data).Transform(data));
        binary.NumberOfIterations = 3;
        var half = new BackpropMlpBinaryTrainer(binary).Fit(data);
        var loaded = (BinaryPredictionTransformer<CalibratedModelParametersBase<BackpropMlpBinaryModelParameters, PlattCalibrator>>)
            Family.Reloaded(half, data.Schema);
        CollectionAssert.AreEqual(whole, Scores(new BackpropMlpBinaryTrainer(binary).Fit(data, half.Model).Transform(data)));
        CollectionAssert.AreEqual(whole, Scores(new BackpropMlpBinaryTrainer(binary).Fit(data, loaded.Model).Transform(data)));

        var regression = new BackpropMlpRegressionTrainer(Regression);
        TrainingHistory first = regression.Fit(data).Model.History, second = regression.Fit(data, regression.Fit(data).Model).Model.History;
        Assert.IsLessThan(first.Epochs[0].Loss / 2, second.Epochs[0].Loss);

        IDataView keys = TestData.KeyedPoints(_mlContext);
        var several = new BackpropMlpTrainer(TestData.Quick());
        Assert.IsLessThan(several.Fit(keys).Model.History.Epochs[1].Loss, several.Fit(keys, several.Fit(keys).Model).Model.History.Epochs[0].Loss);
        IDataView fewer = TestData.KeyedPoints(_mlContext, TestData.Points().Where(point => point.Name != "c"));
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => several.Fit(fewer, several.Fit(keys).Model)).Message, "'c' is missing");
    }

    [TestMethod]
    public void Rows_that_take_more_than_the_budget_are_streamed()
    {
        // 60,000 rows of about 28 bytes: 1.6 MB. Held out and trained on as in memory, but for the order of the rows.
        IDataView data = Load(Rows(60_000));
        BackpropMlpRegressionTrainer.Options options = Regression;
        (options.MemoryBudget, options.NumberOfIterations, options.ValidationFraction, options.NumberOfThreads) = (1, 3, 0.1, 1);
        var messages = new List<(int Rows, long PerEpoch)>();
        options.Progress = progress => messages.Add(((int)progress.Rows, progress.RowsPerEpoch));
        TrainingHistory history = new BackpropMlpRegressionTrainer(options).Fit(data).Model.History;
        Assert.IsGreaterThan(0.99, history.Epochs[^1].ValidationMetric!.Value);
        Assert.IsTrue(messages.All(m => m.Rows == m.PerEpoch && m.PerEpoch is > 53_000 and < 55_000), $"{messages[0]}");
        CollectionAssert.AreEqual(
            history.Epochs.Select(e => e.Loss).ToArray(),
            new BackpropMlpRegressionTrainer(options).Fit(data).Model.History.Epochs.Select(e => e.Loss).ToArray());

        // A budget that is not reached changes nothing.
        IDataView few = Load(Rows(500));
        (options.Progress, options.NumberOfIterations) = (null, 2);
        float[] budgeted = Scores(new BackpropMlpRegressionTrainer(options).Fit(few).Transform(few));
        options.MemoryBudget = null;
        CollectionAssert.AreEqual(budgeted, Scores(new BackpropMlpRegressionTrainer(options).Fit(few).Transform(few)));
    }

    [TestMethod]
    public void Streamed_rows_that_cannot_be_used_are_counted_once()
    {
        var warnings = new List<string>();
        _mlContext.Log += (_, e) =>
        {
            if (e.Kind == Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        List<Row> rows = Rows(60_000);
        (rows[3].Number, rows[59_999].Features[0]) = (float.NaN, float.PositiveInfinity);
        BackpropMlpRegressionTrainer.Options options = Regression;
        (options.MemoryBudget, options.NumberOfIterations, options.ValidationFraction) = (1, 1, 0.1);
        _mlContext.Regression.Trainers.BackpropMlp(options).Fit(Load(rows));
        Assert.HasCount(1, warnings);
        StringAssert.StartsWith(warnings[0], "Skipped 2 rows during training: 1 with missing or infinite features, 1 with a missing label");
    }

    [TestMethod]
    public void A_callback_stops_it_and_a_checkpoint_goes_on()
    {
        IDataView data = Load(Rows());
        string path = Path.Combine(Directory.CreateTempSubdirectory("backprop").FullName, "training.checkpoint");
        BackpropMlpRegressionTrainer.Options options = Regression;
        options.NumberOfIterations = 6;
        float[] whole = Scores(new BackpropMlpRegressionTrainer(options).Fit(data).Transform(data));
        options.CheckpointPath = path;
        options.Progress = progress =>
        {
            if (progress.Epoch == 3)
                progress.Stop();
        };
        TrainingHistory stopped = new BackpropMlpRegressionTrainer(options).Fit(data).Model.History;
        Assert.AreEqual(StopReason.Cancelled, stopped.StopReason);
        Assert.HasCount(3, stopped.Epochs);
        int passes = 0;
        options.Progress = _ => passes++;
        CollectionAssert.AreEqual(whole, Scores(new BackpropMlpRegressionTrainer(options).Fit(data).Transform(data)));
        Assert.AreEqual(3, passes);

        using var source = new CancellationTokenSource();
        source.Cancel();
        (options.CheckpointPath, options.CancellationToken) = (null, source.Token);
        Assert.AreEqual(StopReason.Cancelled, new BackpropMlpRegressionTrainer(options).Fit(data).Model.History.StopReason);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static float[] Scores(IDataView scored) => [.. scored.GetColumn<float>("Score")];

    private IDataView Load(List<Row> rows) => _mlContext.Data.LoadFromEnumerable(rows);

    private static List<Row> Rows(int count = 300, float noise = 0.05f, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float x = (2 * random.NextSingle()) - 1, y = (2 * random.NextSingle()) - 1, e = noise * ((2 * random.NextSingle()) - 1);
            float number = 500 + (100 * x) - (50 * y) + (100 * e);
            return new Row { Features = [x, y], Label = x + e > 0, Number = number, Other = (x * x) + e, One = [number] };
        })];
    }

    private sealed class Row
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }

        public float Number { get; set; }

        public float Other { get; set; }

        [VectorType(1)]
        public float[] One { get; set; } = [];

        public float Weight { get; set; } = 1;
    }
}
