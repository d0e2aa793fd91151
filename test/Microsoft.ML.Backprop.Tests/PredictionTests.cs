using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Tests;

/// <summary>Predictions of many threads, and of no more rows than somebody asks for.</summary>
[TestClass]
public class PredictionTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    [DataRow(Kind.Multiclass)]
    [DataRow(Kind.MultiTarget)]
    public void Vectors_predicted_by_many_threads_from_one_loaded_model_are_those_of_one_thread(Kind kind) =>
        AssertThreadsAgree<ScoreVector>(kind, prediction => prediction.Score);

    [TestMethod]
    [DataRow(Kind.Binary)]
    [DataRow(Kind.Regression)]
    public void Numbers_predicted_by_many_threads_from_one_loaded_model_are_those_of_one_thread(Kind kind) =>
        AssertThreadsAgree<ScoreNumber>(kind, prediction => [prediction.Score]);

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void Only_rows_that_are_asked_for_are_read(Kind kind)
    {
        // ML.NET's own cursors read a block of rows ahead, by other threads.
#if MLNET_PACKAGE
        const int ahead = 5000;
#else
        const int ahead = 1;
#endif
        int read = 0;
        IEnumerable<Example> Endless()
        {
            Example row = Family.Rows(1)[0];
            while (true)
            {
                read++;
                yield return row;
            }
        }

        ITransformer model = Family.Trainer(Family.Options(kind)).Fit(Family.Data(kind, _mlContext));
        IDataView scored = model.Transform(Family.Data(kind, _mlContext, Endless()));
        Assert.AreEqual(0, read);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        Delegate get = scored.Schema["Score"].Type is VectorDataViewType
            ? cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"])
            : cursor.GetGetter<float>(scored.Schema["Score"]);
        for (int row = 1; row <= 10; row++)
        {
            Assert.IsTrue(cursor.MoveNext());
            Get(get);
            Assert.IsInRange(row, row + ahead, Volatile.Read(ref read));
        }
    }

    private static void Get(Delegate getter)
    {
        if (getter is ValueGetter<VBuffer<float>> vector)
        {
            VBuffer<float> scores = default;
            vector(ref scores);
            return;
        }

        float score = 0;
        ((ValueGetter<float>)getter)(ref score);
    }

    private void AssertThreadsAgree<TPrediction>(Kind kind, Func<TPrediction, float[]> scoresOf)
        where TPrediction : class, new()
    {
        IDataView data = Family.Data(kind, _mlContext);
        ITransformer model = Family.Reloaded(Family.Trainer(Family.Options(kind)).Fit(data), data.Schema);
        float[] expected = Family.Scores(model.Transform(data));
        List<Example> rows = Family.Rows();
        const int rounds = 50; // Long enough for threads to get in one another's way, if they can.
        bool[] agree = new bool[8];
        using var together = new Barrier(agree.Length);
        Thread[] threads = [.. Enumerable.Range(0, agree.Length).Select(i => new Thread(() =>
        {
            // Made and used all at the same time.
            together.SignalAndWait();
            using PredictionEngine<Example, TPrediction> engine = _mlContext.Model.CreatePredictionEngine<Example, TPrediction>(
                model, new PredictionEngineOptions { OwnsTransformer = false });
            agree[i] = Enumerable.Range(0, rounds).All(_ => rows.SelectMany(row => scoresOf(engine.Predict(row))).SequenceEqual(expected));
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.IsTrue(agree.All(same => same));
    }

    private sealed class ScoreVector
    {
        public float[] Score { get; set; } = [];
    }

    private sealed class ScoreNumber
    {
        public float Score { get; set; }
    }
}
