using Backprop.Kernels;
using Backprop.Training;

namespace Backprop.Tests.Training;

[TestClass]
public class BatchScorerTests
{
    private static readonly MlpClassifier s_classifier = Train();

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Rows_scored_together_have_the_bits_of_each_by_itself(int threads)
    {
        using BatchScorer scorer = s_classifier.CreateBatchScorer(rows: 100, threads);
        foreach (int rows in new[] { 100, 1, 37, 0 })
        {
            float[] features = Random(100 * 40, seed: rows);
            features.CopyTo(scorer.Features);
            ReadOnlySpan<float> scores = scorer.Score(rows);
            Assert.AreEqual(rows * 5, scores.Length);
            for (int row = 0; row < rows; row++)
            {
                CollectionAssert.AreEqual(
                    s_classifier.PredictProbabilities(features.AsSpan(row * 40, 40)), scores.Slice(row * 5, 5).ToArray(), $"row {row} of {rows}");
            }
        }
    }

    [TestMethod]
    public void Scoring_allocates_nothing()
    {
        using BatchScorer scorer = s_classifier.CreateBatchScorer(rows: 16);
        scorer.Features.Fill(0.5f);
        scorer.Score(16);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            scorer.Features[i] = 1;
            scorer.Score(1 + (i % 16));
        }

        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [TestMethod]
    public void More_rows_than_there_is_room_for_are_refused()
    {
        using BatchScorer scorer = s_classifier.CreateBatchScorer(rows: 4);
        Assert.AreEqual(4, scorer.Rows);
        Assert.AreEqual(4 * 40, scorer.Features.Length);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => { scorer.Score(5); });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => { scorer.Score(-1); });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => s_classifier.CreateBatchScorer(rows: 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => s_classifier.CreateBatchScorer(threads: 0));
    }

    private static MlpClassifier Train()
    {
        int[] labels = [.. Enumerable.Range(0, 20).Select(i => i % 5)];
        return MlpClassifier.Train(DataSet.FromRows(Random(20 * 40, seed: 1), 40, labels), new MlpClassifierOptions { HiddenLayers = [300, 70], Epochs = 1 });
    }

    private static float[] Random(int count, long seed)
    {
        var random = new RandomSource(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble())];
    }
}
