using System.Globalization;
using System.Numerics.Tensors;
using Backprop.Training;

namespace Backprop.Tests.Training;

[TestClass]
public class MlpClassifierTests
{
    [TestMethod]
    public void Five_lines_learn_exclusive_or()
    {
        float[] features = [0, 0, 0, 1, 1, 0, 1, 1];
        int[] labels = [0, 1, 1, 0];
        MlpClassifier classifier = MlpClassifier.Train(
            DataSet.FromRows(features, columns: 2, labels),
            new MlpClassifierOptions { HiddenLayers = [16], LearningRate = 0.1, Epochs = 500, L2 = 0 });
        for (int row = 0; row < 4; row++)
            Assert.AreEqual(labels[row], classifier.Predict(features.AsSpan(2 * row, 2)));
        Assert.IsGreaterThan(0.95f, classifier.PredictProbabilities(1, 0)[1]);
    }

    [TestMethod]
    [DataRow(OptimizerKind.Sgd)]
    [DataRow(OptimizerKind.AdamW)]
    public void The_same_seed_gives_the_same_bits_at_any_number_of_threads_and_another_seed_others(OptimizerKind optimizer)
    {
        DataSet data = Blobs(500, 3);
        byte[] one = Bytes(MlpClassifier.Train(data, Options(seed: 4)));
        CollectionAssert.AreEqual(one, Bytes(MlpClassifier.Train(data, Options(seed: 4))));
        CollectionAssert.AreEqual(one, Bytes(MlpClassifier.Train(data, Options(seed: 4) with { Threads = 2 })));
        CollectionAssert.AreEqual(one, Bytes(MlpClassifier.Train(data, Options(seed: 4) with { Threads = 5 })));
        CollectionAssert.AreNotEqual(one, Bytes(MlpClassifier.Train(data, Options(seed: 5))));

        // Wide enough that the products, and the update, are worth splitting.
        MlpClassifierOptions Options(long seed) =>
            new() { HiddenLayers = [400, 200], BatchSize = 100, Epochs = 2, Seed = seed, Optimizer = optimizer };

        static byte[] Bytes(MlpClassifier classifier)
        {
            var bytes = new List<byte>();
            for (int layer = 0; layer < classifier.LayerCount; layer++)
            {
                bytes.AddRange(System.Runtime.InteropServices.MemoryMarshal.AsBytes(classifier.Weights(layer)));
                bytes.AddRange(System.Runtime.InteropServices.MemoryMarshal.AsBytes(classifier.Biases(layer)));
            }

            return [.. bytes];
        }
    }

    [TestMethod]
    public void History_has_every_epoch_and_a_falling_loss()
    {
        var seen = new List<EpochRecord>();
        MlpClassifier classifier = MlpClassifier.Train(
            Blobs(300, 3), new MlpClassifierOptions { Epochs = 8, Progress = progress => seen.Add(progress.EpochEnded!) });
        CollectionAssert.AreEqual(seen, classifier.History.Epochs.ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(1, 8).ToArray(), seen.Select(e => e.Epoch).ToArray());
        Assert.IsLessThan(seen[0].Loss / 2, seen[^1].Loss);
        Assert.IsTrue(seen.All(e => e.RowsPerSecond > 0 && e.Seconds > 0));
        Assert.AreEqual(StopReason.EpochsCompleted, classifier.History.StopReason);
    }

    [TestMethod]
    public void Each_optimizer_learns_and_decoupled_decay_makes_weights_small()
    {
        DataSet data = Blobs(300, 3);
        var options = new MlpClassifierOptions { Epochs = 8, L2 = 0 };
        foreach (OptimizerKind optimizer in Enum.GetValues<OptimizerKind>())
        {
            IReadOnlyList<EpochRecord> epochs = MlpClassifier.Train(data, options with { Optimizer = optimizer }).History.Epochs;
            Assert.IsLessThan(epochs[0].Loss / 2, epochs[^1].Loss, $"{optimizer}");
        }

        MlpClassifier plain = MlpClassifier.Train(data, options with { Optimizer = OptimizerKind.Adam });
        MlpClassifier decayed = MlpClassifier.Train(data, options with { Optimizer = OptimizerKind.AdamW, WeightDecay = 10 });
        Assert.IsLessThan(0.5f * MaxMagnitude(plain.Weights(0)), MaxMagnitude(decayed.Weights(0)));

        static float MaxMagnitude(ReadOnlySpan<float> values) => Math.Abs(TensorPrimitives.MaxMagnitude(values));
    }

    [TestMethod]
    public void More_penalty_gives_smaller_weights()
    {
        DataSet data = Blobs(200, 3);
        double previous = double.PositiveInfinity;
        foreach (double l2 in new[] { 0, 0.001, 0.01, 0.1 })
        {
            MlpClassifier classifier = MlpClassifier.Train(data, new MlpClassifierOptions { L2 = l2, Epochs = 20 });
            double norm = 0;
            foreach (float w in classifier.Weights(0))
                norm += (double)w * w;
            Assert.IsLessThan(previous, norm, $"lambda {l2}");
            previous = norm;
        }
    }

    [TestMethod]
    public void Equal_weights_change_no_bit_and_a_weight_of_two_counts_like_the_row_twice()
    {
        // Full batches, so that a row counts the same whatever the shuffle; the loss of the first epoch is before any update.
        float[] x = [1, 2, -1, 0.5f, 0, 3];
        double Loss(params (int Row, float Weight)[] rows)
        {
            var data = new DataSet(2, 2);
            foreach ((int row, float weight) in rows)
                data.Add(x.AsSpan(2 * row, 2), row % 2, weight);
            return MlpClassifier.Train(data, new MlpClassifierOptions { Epochs = 1, L2 = 0 }).History.Epochs[0].Loss;
        }

        double plain = Loss((0, 1), (1, 1), (2, 1));
        Assert.AreEqual(plain, Loss((0, 0.3f), (1, 0.3f), (2, 0.3f)), 1e-7);
        Assert.AreEqual(Loss((0, 1), (1, 1), (1, 1), (2, 1)), Loss((0, 1), (1, 2), (2, 1)), 1e-6);
        Assert.AreNotEqual(plain, Loss((0, 1), (1, 2), (2, 1)), 1e-3);
        Assert.AreNotEqual(plain, Loss((0, 0.5f), (1, 1.5f), (2, 1)), 1e-3, "weights with a mean of 1 count too");
    }

    [TestMethod]
    public void A_sparse_row_predicts_like_the_same_row_dense_and_many_rows_like_each_alone()
    {
        MlpClassifier classifier = MlpClassifier.Train(Blobs(100, 3), new MlpClassifierOptions { Epochs = 2 });
        var random = new Random(3);
        var rows = new float[200 * 4];
        foreach (ref float x in rows.AsSpan())
            x = random.Next(2) * random.NextSingle();
        var together = new float[200 * 3];
        classifier.PredictProbabilities(rows, together);
        var alone = new float[3];
        for (int row = 0; row < 200; row++)
        {
            float[] dense = rows[(4 * row)..((4 * row) + 4)];
            int[] indices = [.. Enumerable.Range(0, 4).Where(i => dense[i] != 0)];
            classifier.PredictProbabilities(indices, [.. indices.Select(i => dense[i])], alone);
            CollectionAssert.AreEqual(classifier.PredictProbabilities(dense), alone);
            CollectionAssert.AreEqual(together[(3 * row)..((3 * row) + 3)], alone);
            Assert.AreEqual(1, alone.Sum(), 1e-6);
        }
    }

    [TestMethod]
    public void Predicting_allocates_nothing_after_the_first_time()
    {
        MlpClassifier classifier = MlpClassifier.Train(Blobs(50, 3), new MlpClassifierOptions { Epochs = 1 });
        float[] x = [1, 2, 3, 4], p = new float[3];
        for (int i = 0; i < 3; i++)
            classifier.PredictProbabilities(x, p);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            classifier.PredictProbabilities(x, p);
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void Many_threads_predict_the_same_with_one_classifier()
    {
        MlpClassifier classifier = MlpClassifier.Train(Blobs(100, 3), new MlpClassifierOptions { Epochs = 2 });
        float[][] x = [.. Enumerable.Range(0, 64).Select(i => new float[] { i, -i, i * 0.5f, 1 })];
        float[][] expected = [.. x.Select(row => classifier.PredictProbabilities(row))];
        Parallel.For(0, 4000, i => CollectionAssert.AreEqual(expected[i % 64], classifier.PredictProbabilities(x[i % 64])));
    }

    [TestMethod]
    public void One_row_one_class_and_a_batch_larger_than_the_data_all_train()
    {
        MlpClassifier classifier = MlpClassifier.Train(DataSet.FromRows([1, 2], 2, [0]), new MlpClassifierOptions { BatchSize = 1000, Epochs = 3 });
        CollectionAssert.AreEqual(new float[] { 1 }, classifier.PredictProbabilities(3, 4));
    }

    [TestMethod]
    public void A_smaller_last_minibatch_is_trained_on_too()
    {
        // Two rows of one class, then the only row of the other: with batches of 2 it is alone in the last one.
        var data = DataSet.FromRows([1, 1, -1], 1, [0, 0, 1]);
        MlpClassifier classifier = MlpClassifier.Train(data, new MlpClassifierOptions { BatchSize = 2, Epochs = 300, LearningRate = 0.05 });
        Assert.AreEqual(1, classifier.Predict(-1f));
    }

    [TestMethod]
    public void Divergence_is_an_error_that_names_the_epoch_and_what_to_try()
    {
        DataSet data = Blobs(100, 3);
        var e = Assert.ThrowsExactly<TrainingDivergedException>(() => MlpClassifier.Train(data, new MlpClassifierOptions { LearningRate = 1e20 }));
        StringAssert.Contains(e.Message, "diverged in epoch 1");
        StringAssert.Contains(e.Message, "smaller learning rate (it is 1E+20)");
    }

    [TestMethod]
    [DataRow("Epochs")]
    [DataRow("BatchSize")]
    [DataRow("Threads")]
    [DataRow("LearningRate")]
    [DataRow("Momentum")]
    [DataRow("Optimizer")]
    [DataRow("Beta1")]
    [DataRow("Beta2")]
    [DataRow("Epsilon")]
    [DataRow("WeightDecay")]
    [DataRow("L2")]
    [DataRow("HiddenLayers")]
    public void An_option_out_of_range_is_named_with_its_value_and_range(string name)
    {
        MlpClassifierOptions[] wrong = name switch
        {
            "Epochs" => [new() { Epochs = 0 }],
            "BatchSize" => [new() { BatchSize = 0 }],
            "Threads" => [new() { Threads = 0 }],
            "LearningRate" => [new() { LearningRate = 0 }, new() { LearningRate = double.NaN }, new() { LearningRate = double.PositiveInfinity }],
            "Momentum" => [new() { Momentum = -0.01 }, new() { Momentum = 1 }, new() { Momentum = double.NaN }],
            "Optimizer" => [new() { Optimizer = (OptimizerKind)5 }],
            "Beta1" => [new() { Beta1 = -0.01 }, new() { Beta1 = 1 }],
            "Beta2" => [new() { Beta2 = -0.01 }, new() { Beta2 = 1 }],
            "Epsilon" => [new() { Epsilon = 0 }, new() { Epsilon = double.NaN }],
            "WeightDecay" => [new() { WeightDecay = -0.1 }, new() { WeightDecay = double.PositiveInfinity }],
            "L2" => [new() { L2 = -1e-9 }, new() { L2 = double.NaN }, new() { L2 = double.PositiveInfinity }],
            _ => [new() { HiddenLayers = [3, 0] }, new() { HiddenLayers = null! }],
        };
        foreach (MlpClassifierOptions options in wrong)
        {
            var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => MlpClassifier.Train(Blobs(5, 2), options));
            Assert.AreEqual(name, e.ParamName);
            StringAssert.Contains(e.Message, "it must be");
        }
    }

    [TestMethod]
    public void Messages_are_the_same_in_every_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
                () => MlpClassifier.Train(Blobs(5, 2), new MlpClassifierOptions { LearningRate = -0.5 }));
            StringAssert.StartsWith(e.Message, "LearningRate is -0.5; it must be above 0 and finite");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void Networks_and_batches_too_large_for_memory_are_refused_in_words()
    {
        var wide = new DataSet(100_000, 2);
        for (int row = 0; row < 2; row++)
            wide.AddSparse([row], [1], row);
        foreach (int[] hidden in new[] { new[] { int.MaxValue, int.MaxValue, int.MaxValue }, [int.MaxValue], [6000] })
        {
            var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
                () => MlpClassifier.Train(wide, new MlpClassifierOptions { HiddenLayers = hidden }));
            StringAssert.Contains(e.Message, "parameters; at most");
        }

        var narrow = new DataSet(1, 2);
        for (int row = 0; row < 30_000; row++)
            narrow.Add([row], row % 2);
        var tooMany = Assert.ThrowsExactly<OverflowException>(
            () => MlpClassifier.Train(narrow, new MlpClassifierOptions { HiddenLayers = [100_000], BatchSize = 30_000 }));
        StringAssert.Contains(tooMany.Message, "[rows, 100000] with 30000 rows has 3000000000 values");
    }

    /// <summary>Rows of 4 features around one centre a class.</summary>
    internal static DataSet Blobs(int rows, int classes)
    {
        var random = new Random(11);
        var data = new DataSet(4, classes);
        for (int i = 0; i < rows; i++)
        {
            int label = i % classes;
            data.Add([label + (0.3f * random.NextSingle()), random.NextSingle(), label == 1 ? 1 : 0, 1 - random.NextSingle()], label);
        }

        return data;
    }
}
