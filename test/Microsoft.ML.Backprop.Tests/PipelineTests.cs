using Microsoft.ML.Data;
using static Microsoft.ML.Backprop.Tests.TestData;

namespace Microsoft.ML.Backprop.Tests;

[TestClass]
public class PipelineTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void Digits_train_evaluate_and_predict_in_a_pipeline()
    {
        DataOperationsCatalog.TrainTestData split = _mlContext.Data.TrainTestSplit(Digits(_mlContext), testFraction: 0.2);
        var model = Prepare(_mlContext).Append(new BackpropMlpTrainer(learningRate: 0.05))
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(split.TrainSet);
        MulticlassClassificationMetrics metrics = _mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet));
        Assert.IsGreaterThan(0.95, metrics.MicroAccuracy);
        Assert.IsLessThan(0.2, metrics.LogLoss);
        Assert.AreEqual(10, metrics.ConfusionMatrix.NumberOfClasses);

        // What the prediction engine says of a row is what Transform says.
        IDataView transformed = model.Transform(split.TestSet);
        using var engine = _mlContext.Model.CreatePredictionEngine<DigitRow, DigitPrediction>(model);
        DigitRow[] rows = [.. _mlContext.Data.CreateEnumerable<DigitRow>(split.TestSet, reuseRowObject: false).Take(50)];
        int[] labels = [.. transformed.GetColumn<int>("PredictedLabel").Take(50)];
        float[][] scores = Scores(transformed);
        for (int i = 0; i < rows.Length; i++)
        {
            DigitPrediction prediction = engine.Predict(rows[i]);
            Assert.AreEqual(labels[i], prediction.PredictedLabel);
            CollectionAssert.AreEqual(scores[i], prediction.Score);
            Assert.AreEqual(1, prediction.Score.Sum(), 1e-5);
        }
    }

    [TestMethod]
    public void Cross_validation_trains_a_model_a_fold()
    {
        var pipeline = Prepare(_mlContext).Append(_mlContext.MulticlassClassification.Trainers.BackpropMlp(numberOfIterations: 10));
        var folds = _mlContext.MulticlassClassification.CrossValidate(Digits(_mlContext), pipeline, numberOfFolds: 5);
        Assert.HasCount(5, folds);
        foreach (var fold in folds)
            Assert.IsGreaterThan(0.9, fold.Metrics.MicroAccuracy);
    }

    [TestMethod]
    public void The_transformer_is_ml_nets_own_and_its_model_gives_weights_biases_and_history()
    {
        MulticlassPredictionTransformer<BackpropMlpModelParameters> transformer =
            new BackpropMlpTrainer(new BackpropMlpTrainer.Options { HiddenLayers = [5, 6], NumberOfIterations = 3 }).Fit(KeyedPoints(_mlContext));
        BackpropMlpModelParameters model = transformer.Model;
        CollectionAssert.AreEqual(new[] { 4, 5, 6, 3 }, model.Architecture.Sizes.ToArray());
        Assert.AreEqual(3, model.LayerCount);
        Assert.AreEqual(5 * 6, model.GetWeights(1).Length);
        Assert.AreEqual(6, model.GetBiases(1).Length);
        Assert.HasCount(3, model.History.Epochs);
        Assert.AreEqual("Features", transformer.FeatureColumnName);
    }

    [TestMethod]
    public void Predicting_equals_the_forward_pass_by_hand()
    {
        BackpropMlpModelParameters model = Fit(Quick(), out IDataView data);
        float[] x = Points()[7].Features;
        double[] h = Layer(model, 0, [.. x.Select(v => (double)v)]);
        double[] z = Layer(model, 1, [.. h.Select(v => Math.Max(v, 0))]);
        double sum = z.Sum(Math.Exp);
        float[] score = Scores(new BackpropMlpTrainer(Quick()).Fit(data).Transform(data))[7];
        for (int c = 0; c < 3; c++)
            Assert.AreEqual(Math.Exp(z[c]) / sum, score[c], 1e-6);

        static double[] Layer(BackpropMlpModelParameters model, int layer, double[] x)
        {
            ReadOnlySpan<float> w = model.GetWeights(layer), b = model.GetBiases(layer);
            var a = new double[b.Length];
            for (int j = 0; j < a.Length; j++)
            {
                a[j] = b[j];
                for (int i = 0; i < x.Length; i++)
                    a[j] += x[i] * w[(i * a.Length) + j];
            }

            return a;
        }
    }

    [TestMethod]
    public void Sparse_rows_give_the_bits_of_the_same_rows_dense()
    {
        BackpropMlpModelParameters dense = Fit(Quick(), out IDataView data);
        IEnumerable<SparsePoint> sparse = Points().Select(p =>
        {
            int[] present = [.. Enumerable.Range(0, 4).Where(i => p.Features[i] != 0)];
            float[] values = [.. present.Select(i => p.Features[i])];
            return new SparsePoint { Name = p.Name, Features = new VBuffer<float>(4, present.Length, values, present) };
        });
        IDataView sparseData = _mlContext.Data.LoadFromEnumerable(sparse);
        sparseData = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(sparseData).Transform(sparseData);
        var transformer = new BackpropMlpTrainer(Quick()).Fit(sparseData);
        CollectionAssert.AreEqual(Parameters(dense), Parameters(transformer.Model));
        float[][] expected = Scores(new BackpropMlpTrainer(Quick()).Fit(data).Transform(data)), actual = Scores(transformer.Transform(sparseData));
        for (int i = 0; i < expected.Length; i++)
            CollectionAssert.AreEqual(expected[i], actual[i]);
    }

    [TestMethod]
    public void Caching_changes_no_bit()
    {
        IDataView data = Digits(_mlContext);
        BackpropMlpModelParameters Train(bool cache)
        {
            IDataView prepared = Prepare(_mlContext).Fit(data).Transform(data);
            return new BackpropMlpTrainer(Quick()).Fit(cache ? _mlContext.Data.Cache(prepared) : prepared).Model;
        }

        CollectionAssert.AreEqual(Parameters(Train(cache: false)), Parameters(Train(cache: true)));
        var chain = Prepare(_mlContext).AppendCacheCheckpoint(_mlContext).Append(new BackpropMlpTrainer(Quick()));
        CollectionAssert.AreEqual(Parameters(Train(cache: false)), Parameters(chain.Fit(data).LastTransformer.Model));
    }

    [TestMethod]
    public void Weights_count()
    {
        IDataView data = KeyedPoints(_mlContext);
        BackpropMlpTrainer.Options weighted = Quick();
        weighted.ExampleWeightColumnName = "Weight";
        float[] plain = Parameters(new BackpropMlpTrainer(Quick()).Fit(data).Model);
        CollectionAssert.AreNotEqual(plain, Parameters(new BackpropMlpTrainer(weighted).Fit(data).Model));

        // The usual weights of unbalanced classes have a mean of 1; they count all the same.
        List<Point> balanced = Points();
        for (int i = 0; i < balanced.Count; i++)
            balanced[i].Weight = i % 2 == 0 ? 0.5f : 1.5f;
        CollectionAssert.AreNotEqual(plain, Parameters(new BackpropMlpTrainer(weighted).Fit(KeyedPoints(_mlContext, balanced)).Model));

        List<Point> equal = Points();
        equal.ForEach(p => p.Weight = 3);
        float[] same = Parameters(new BackpropMlpTrainer(weighted).Fit(KeyedPoints(_mlContext, equal)).Model);
        CollectionAssert.AreEqual(plain, same, "equal weights change no bit");
    }

    [TestMethod]
    public void A_transformed_view_is_lazy_and_many_threads_may_read_it()
    {
        var transformer = new BackpropMlpTrainer(Quick()).Fit(KeyedPoints(_mlContext));
        IDataView transformed = transformer.Transform(KeyedPoints(_mlContext, Points(500, seed: 9)));
        float[][] expected = Scores(transformed);
        Parallel.For(0, 8, _ =>
        {
            float[][] actual = Scores(transformed);
            for (int i = 0; i < expected.Length; i++)
                CollectionAssert.AreEqual(expected[i], actual[i]);
        });
    }

    [TestMethod]
    public void One_trainer_fitted_by_many_threads_at_once_gives_the_same_bits()
    {
        IDataView data = KeyedPoints(_mlContext);
        BackpropMlpTrainer trainer = _mlContext.MulticlassClassification.Trainers.BackpropMlp(Quick());
        float[] expected = Parameters(trainer.Fit(data).Model);
        Parallel.For(0, 8, _ => CollectionAssert.AreEqual(expected, Parameters(trainer.Fit(data).Model)));
    }

    [TestMethod]
    public void A_class_that_never_occurs_and_missing_labels_train()
    {
        List<Point> points = Points();
        IDataView all = _mlContext.Data.LoadFromEnumerable(points);
        var keys = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(all);
        points.RemoveAll(p => p.Name == "b");
        points[0].Name = "unknown";
        IDataView data = keys.Transform(_mlContext.Data.LoadFromEnumerable(points));
        var transformer = new BackpropMlpTrainer(Quick()).Fit(data);
        Assert.AreEqual(3, transformer.Model.Architecture.Outputs);
        Assert.AreEqual(3, Scores(transformer.Transform(data))[0].Length);
    }

    [TestMethod]
    public void A_hundred_thousand_sparse_features_train_and_predict()
    {
        IEnumerable<WidePoint> rows = Enumerable.Range(0, 40).Select(i => new WidePoint
        {
            Label = (uint)(i % 2), // 0-based in memory; LoadFromEnumerable adds the one of ML.NET's keys.
            Features = new VBuffer<float>(100_000, 2, [1, 1], [i % 2, 50_000 + i]),
        });
        IDataView data = _mlContext.Data.LoadFromEnumerable(rows);
        var transformer = new BackpropMlpTrainer(hiddenLayers: [4], numberOfIterations: 20, learningRate: 0.1).Fit(data);
        float[][] scores = Scores(transformer.Transform(data));
        Assert.IsTrue(scores.Index().All(s => (s.Item[1] > 0.5f) == (s.Index % 2 == 1)));
    }

    private BackpropMlpModelParameters Fit(BackpropMlpTrainer.Options options, out IDataView data)
    {
        data = KeyedPoints(_mlContext);
        return new BackpropMlpTrainer(options).Fit(data).Model;
    }

    private sealed class WidePoint
    {
        [KeyType(2)]
        public uint Label { get; set; }

        [VectorType(100_000)]
        public VBuffer<float> Features { get; set; }
    }

    private sealed class SparsePoint
    {
        public string Name { get; set; } = "";

        [VectorType(4)]
        public VBuffer<float> Features { get; set; }
    }

    private sealed class DigitRow
    {
        [VectorType(64)]
        public float[] Features { get; set; } = [];

        public int Number { get; set; }
    }

    private sealed class DigitPrediction
    {
        public int PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }
}
