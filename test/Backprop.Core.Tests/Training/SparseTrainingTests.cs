using Backprop.Training;

namespace Backprop.Tests.Training;

/// <summary>Training and predicting on rows of which few values are present.</summary>
[TestClass]
[DoNotParallelize] // One test measures what the process allocates.
public sealed class SparseTrainingTests
{
    private const int Columns = 400, Rows = 300;

    private static readonly MlpClassifierOptions s_options = new() { HiddenLayers = [12], Epochs = 12, L2 = 1e-3, Seed = 3, LearningRate = 0.05 };

    [TestMethod]
    public void Sparse_rows_train_to_what_the_same_rows_train_to_when_they_are_dense()
    {
        MlpClassifier dense = MlpClassifier.Train(Draw(sparse: false), s_options), sparse = MlpClassifier.Train(Draw(sparse: true), s_options);
        for (int layer = 0; layer < 2; layer++)
        {
            AssertClose(dense.Weights(layer), sparse.Weights(layer));
            AssertClose(dense.Biases(layer), sparse.Biases(layer));
        }

        Assert.AreEqual(dense.History.Epochs[^1].Loss, sparse.History.Epochs[^1].Loss, 1e-5);
        Assert.IsLessThan(dense.History.Epochs[0].Loss / 2, sparse.History.Epochs[^1].Loss);
    }

    [TestMethod]
    public void The_gradients_of_sparse_rows_are_as_long_as_those_of_the_same_rows_when_they_are_dense()
    {
        MlpClassifierOptions options = s_options with { BatchSize = 8, L2 = 0 }; // An absent feature's penalty is left out.
        TrainingHistory dense = MlpClassifier.Train(Draw(sparse: false), options).History;
        TrainingHistory sparse = MlpClassifier.Train(Draw(sparse: true), options).History;
        foreach ((EpochRecord expected, EpochRecord actual) in dense.Epochs.Zip(sparse.Epochs))
            Assert.AreEqual(1, actual.GradientNorm / expected.GradientNorm, 1e-3, $"epoch {expected.Epoch}");
    }

    [TestMethod]
    public void Any_number_of_threads_trains_to_the_same_bits()
    {
        foreach (OptimizerKind optimizer in Enum.GetValues<OptimizerKind>())
        {
            MlpClassifierOptions options = s_options with { Optimizer = optimizer, HiddenLayers = [200], Epochs = 3, BatchSize = 100 };
            MlpClassifier one = MlpClassifier.Train(Draw(sparse: true), options);
            MlpClassifier three = MlpClassifier.Train(Draw(sparse: true), options with { Threads = 3 });
            CollectionAssert.AreEqual(one.Weights(0).ToArray(), three.Weights(0).ToArray());
        }
    }

    [TestMethod]
    public void A_row_has_the_same_bits_of_probability_given_by_what_is_present_or_whole()
    {
        DataSet data = Draw(sparse: true);
        foreach (MlpClassifier classifier in new[] { MlpClassifier.Train(data, s_options), MlpClassifier.Train(Draw(sparse: false), s_options) })
        {
            float[] whole = new float[Columns], fromWhole = new float[3], fromPresent = new float[3];
            for (int row = 0; row < Rows; row++)
            {
                data.CopyRow(row, whole);
                classifier.PredictProbabilities(whole, fromWhole);
                data.SparseRow(row, out ReadOnlySpan<int> indices, out ReadOnlySpan<float> values);
                classifier.PredictProbabilities(indices, values, fromPresent);
                CollectionAssert.AreEqual(fromWhole, fromPresent);
            }
        }
    }

    [TestMethod]
    public void Indices_that_do_not_increase_or_are_no_features_are_refused_and_the_next_row_is_predicted()
    {
        MlpClassifier classifier = MlpClassifier.Train(Draw(sparse: true), s_options with { Epochs = 1 });
        var probabilities = new float[3];
        foreach (int[] indices in new int[][] { [3, 3], [5, 4], [-1, 2], [0, Columns] })
            Assert.ThrowsExactly<ArgumentException>(() => classifier.PredictProbabilities(indices, [1f, 1], probabilities));
        Assert.ThrowsExactly<ArgumentException>(() => classifier.PredictProbabilities([1], [1f, 1], probabilities));
        classifier.PredictProbabilities([], [], probabilities);
        Assert.AreEqual(1, probabilities.Sum(), 1e-6);
    }

    [TestMethod]
    public void Predicting_a_sparse_row_allocates_nothing()
    {
        MlpClassifier classifier = MlpClassifier.Train(Draw(sparse: true), s_options with { Epochs = 1 });
        int[] indices = [1, 7];
        float[] values = [1, 2], probabilities = new float[3];
        for (int i = 0; i < 3; i++)
            classifier.PredictProbabilities(indices, values, probabilities);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            classifier.PredictProbabilities(indices, values, probabilities);
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void Memory_follows_what_is_present_and_the_model()
    {
        // 2,000,000 inputs: one dense minibatch of 256 rows would be 2 GB, the model is 16 MB.
        var data = new DataSet(2_000_000, 2);
        for (int row = 0; row < 2000; row++)
            data.AddSparse([row, 500_000 + row, 1_900_000 + (row % 7)], [1, 0.5f, row % 2], row % 2);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        MlpClassifier classifier = MlpClassifier.Train(data, new MlpClassifierOptions { HiddenLayers = [2], BatchSize = 256, Epochs = 20 });
        Assert.IsLessThan(200e6, GC.GetTotalAllocatedBytes(precise: true) - before); // Weights, gradients, velocity and copies of them.
        Assert.IsLessThan(0.5, classifier.History.Epochs[^1].Loss);
    }

    [TestMethod]
    public void A_set_is_sparse_where_few_values_of_sparse_rows_are_present()
    {
        var data = new DataSet(80, 2);
        Assert.IsFalse(data.IsSparse);
        data.AddSparse([.. Enumerable.Range(0, 9)], new float[9], 0);
        Assert.IsTrue(data.IsSparse);
        data.AddSparse([.. Enumerable.Range(0, 11)], new float[11], 0);
        Assert.IsFalse(data.IsSparse); // 20 of 160 are an eighth.
        var dense = new DataSet(80, 2);
        dense.Add(new float[80], 0);
        Assert.IsFalse(dense.IsSparse);
    }

    [TestMethod]
    public void Dense_rows_among_sparse_ones_count_by_what_is_not_zero()
    {
        DataSet all = Draw(sparse: true), mixed = new(Columns, 3);
        var row = new float[Columns];
        for (int i = 0; i < Rows; i++)
        {
            all.SparseRow(i, out ReadOnlySpan<int> indices, out ReadOnlySpan<float> values);
            all.CopyRow(i, row);
            if (i % 50 == 0)
                mixed.Add(row, all.Label(i));
            else
                mixed.AddSparse(indices, values, all.Label(i));
        }

        Assert.IsTrue(mixed.IsSparse);
        CollectionAssert.AreEqual(
            MlpClassifier.Train(all, s_options).Weights(0).ToArray(), MlpClassifier.Train(mixed, s_options).Weights(0).ToArray());
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double difference = 0, norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow(expected[i] - actual[i], 2);
            norm += Math.Pow(expected[i], 2);
        }

        Assert.IsLessThanOrEqualTo(1e-5 * Math.Sqrt(norm), Math.Sqrt(difference));
    }

    /// <summary>Rows of 3 classes: words of the class, and words of any.</summary>
    private static DataSet Draw(bool sparse)
    {
        var random = new Random(5);
        var data = new DataSet(Columns, 3);
        var whole = new float[Columns];
        for (int row = 0; row < Rows; row++)
        {
            int label = row % 3;
            int[] words = [.. Enumerable.Range(0, 10).Select(i => i < 4 ? (label * 20) + random.Next(20) : random.Next(Columns)).Distinct().Order()];
            float[] counts = [.. words.Select(_ => 1 + random.NextSingle())];
            Array.Clear(whole);
            for (int i = 0; i < words.Length; i++)
                whole[words[i]] = counts[i];
            if (sparse)
                data.AddSparse(words, counts, label);
            else
                data.Add(whole, label);
        }

        return data;
    }
}
