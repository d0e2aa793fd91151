using Microsoft.ML.Data;
using static Microsoft.ML.Backprop.Tests.TestData;

namespace Microsoft.ML.Backprop.Tests;

/// <summary>Transform scores many rows at a time; a prediction engine, by ML.NET's own row mapper, one.</summary>
[TestClass]
public class BatchScoringTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(127)]
    [DataRow(128)]
    [DataRow(600)]
    public void Any_number_of_rows_gives_the_bits_of_one_row_after_the_other(int count)
    {
        BackpropMlpPredictionTransformer transformer = Fit();
        List<Point> points = Points(count, seed: 2);
        Point[] rows = [.. _mlContext.Data.CreateEnumerable<Point>(
            transformer.Transform(_mlContext.Data.LoadFromEnumerable(points)), reuseRowObject: false, ignoreMissingColumns: true)];
        Key[] keys = [.. _mlContext.Data.CreateEnumerable<Key>(transformer.Transform(_mlContext.Data.LoadFromEnumerable(points)), false)];
        using var engine = _mlContext.Model.CreatePredictionEngine<Point, Key>(transformer);
        Assert.HasCount(count, rows);
        Assert.HasCount(count, keys);
        for (int i = 0; i < count; i++)
        {
            Key expected = engine.Predict(points[i]);
            CollectionAssert.AreEqual(expected.Score, keys[i].Score, $"row {i}");
            Assert.AreEqual(expected.PredictedLabel, keys[i].PredictedLabel);
            Assert.AreEqual(points[i].Weight, rows[i].Weight);
            CollectionAssert.AreEqual(points[i].Features, rows[i].Features);
        }
    }

    [TestMethod]
    public void Sparse_dense_and_missing_features_follow_each_other()
    {
        BackpropMlpPredictionTransformer transformer = Fit();
        SparsePoint[] points =
        [
            .. Points(200).Select((p, i) => new SparsePoint
            {
                Features = (i % 5) switch
                {
                    0 => new VBuffer<float>(4, 2, [p.Features[0], p.Features[3]], [0, 3]),
                    1 => new VBuffer<float>(4, 0, [], []),
                    2 when i > 100 => new VBuffer<float>(4, [float.NaN, 1, 2, 3]),
                    _ => new VBuffer<float>(4, p.Features),
                },
            }),
        ];
        Key[] keys = [.. _mlContext.Data.CreateEnumerable<Key>(transformer.Transform(_mlContext.Data.LoadFromEnumerable(points)), false)];
        using var engine = _mlContext.Model.CreatePredictionEngine<SparsePoint, Key>(transformer);
        for (int i = 0; i < points.Length; i++)
        {
            Key expected = engine.Predict(points[i]);
            CollectionAssert.AreEqual(expected.Score, keys[i].Score, $"row {i}");
            Assert.AreEqual(expected.PredictedLabel, keys[i].PredictedLabel, $"row {i}");
        }
    }

    [TestMethod]
    public void Nothing_is_read_before_it_is_asked_for_and_not_much_more()
    {
        int read = 0;
        IEnumerable<Point> points = Points(1000).Select(p => { read++; return p; });
        IDataView transformed = Fit().Transform(_mlContext.Data.LoadFromEnumerable(points));
        Assert.AreEqual(0, read);
        using (DataViewRowCursor cursor = transformed.GetRowCursor([transformed.Schema["Score"]]))
        {
            Assert.AreEqual(0, read);
            for (int row = 0; row < 5; row++)
                Assert.IsTrue(cursor.MoveNext());
        }

        Assert.IsLessThan(16, read);
    }

    [TestMethod]
    public void A_cursor_gives_positions_ids_and_only_the_columns_that_were_asked_for()
    {
        IDataView data = _mlContext.Data.LoadFromEnumerable(Points(300)), transformed = Fit().Transform(data);
        DataViewSchema.Column score = transformed.Schema["Score"], name = transformed.Schema["Name"];
        using DataViewRowCursor cursor = transformed.GetRowCursor([score]), rows = data.GetRowCursor([]);
        ValueGetter<VBuffer<float>> getScore = cursor.GetGetter<VBuffer<float>>(score);
        ValueGetter<DataViewRowId> getId = cursor.GetIdGetter(), getExpected = rows.GetIdGetter();
        Assert.IsTrue(cursor.IsColumnActive(score));
        Assert.IsFalse(cursor.IsColumnActive(name));
        Assert.Throws<ArgumentException>(() => cursor.GetGetter<ReadOnlyMemory<char>>(name));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(score));

        VBuffer<float> scores = default;
        DataViewRowId id = default, expected = default;
        Assert.AreEqual(-1, cursor.Position);
        Assert.Throws<InvalidOperationException>(() => getScore(ref scores));
        for (int row = 0; rows.MoveNext(); row++)
        {
            Assert.IsTrue(cursor.MoveNext());
            Assert.AreEqual(row, cursor.Position);
            getId(ref id);
            getExpected(ref expected);
            Assert.AreEqual(expected, id);
        }

        Assert.IsFalse(cursor.MoveNext());
        Assert.IsFalse(cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => getScore(ref scores));
        Assert.AreEqual(300, transformed.GetColumn<string>("Name").Count());
        Assert.AreEqual(data.GetRowCount(), transformed.GetRowCount());
    }

    [TestMethod]
    public void Shuffled_rows_keep_their_scores()
    {
        BackpropMlpPredictionTransformer transformer = Fit();
        IDataView cached = _mlContext.Data.Cache(_mlContext.Data.LoadFromEnumerable(Points(300)));
        IDataView transformed = transformer.Transform(cached);
        Assert.AreEqual(cached.CanShuffle, transformed.CanShuffle);
        using var engine = _mlContext.Model.CreatePredictionEngine<Point, Key>(transformer);
        DataViewSchema.Column features = transformed.Schema["Features"], score = transformed.Schema["Score"];
        using DataViewRowCursor cursor = transformed.GetRowCursor([features, score], new Random(1));
        ValueGetter<VBuffer<float>> getFeatures = cursor.GetGetter<VBuffer<float>>(features), getScore = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> x = default, p = default;
        int count = 0;
        for (; cursor.MoveNext(); count++)
        {
            getFeatures(ref x);
            getScore(ref p);
            CollectionAssert.AreEqual(engine.Predict(new Point { Features = [.. x.DenseValues()] }).Score, p.DenseValues().ToArray());
        }

        Assert.AreEqual(300, count);
    }

    [TestMethod]
    public void Rows_that_were_scored_before_are_scored_again()
    {
        BackpropMlpPredictionTransformer transformer = Fit(), other = Fit(seed: 5);
        IDataView data = _mlContext.Data.LoadFromEnumerable(Points(50));
        float[][] expected = Scores(transformer.Transform(data)), actual = Scores(transformer.Transform(other.Transform(data)));
        for (int i = 0; i < expected.Length; i++)
            CollectionAssert.AreEqual(expected[i], actual[i]);
    }

    private BackpropMlpPredictionTransformer Fit(int seed = 1)
    {
        BackpropMlpTrainer.Options options = Quick();
        options.Seed = seed;
        return new BackpropMlpTrainer(options).Fit(KeyedPoints(_mlContext));
    }

    private sealed class Key
    {
        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }

    private sealed class SparsePoint
    {
        [VectorType(4)]
        public VBuffer<float> Features { get; set; }
    }
}
