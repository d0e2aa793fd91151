using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Tests.StandIn;

[TestClass]
public class NormalizerTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void MinMax_divides_by_the_largest_size_and_keeps_zero()
    {
        IDataView result = Fitted(_ml.Transforms.NormalizeMinMax("Out", "V"), [[1, 5], [-4, 5], [2, 5]]);
        // The largest size is 4; a constant column becomes 0, whatever its constant.
        CollectionAssert.AreEqual(new[] { 0.25f, -1, 0.5f }, Slot(result, 0));
        CollectionAssert.AreEqual(new float[] { 0, 0, 0 }, Slot(result, 1));
        Assert.AreEqual("Out: Vector<Single, 2> {IsNormalized}", result.Schema["Out"].ToString());
    }

    [TestMethod]
    public void MinMax_that_may_move_zero_maps_to_0_to_1()
    {
        IDataView result = Fitted(_ml.Transforms.NormalizeMinMax("Out", "V", fixZero: false), [[1, 0], [-4, 0], [6, 0]]);
        CollectionAssert.AreEqual(new[] { 0.5f, 0, 1 }, Slot(result, 0));
    }

    [TestMethod]
    public void MeanVariance_divides_by_the_root_mean_square_or_standardises()
    {
        // 1, 2, 3: the mean of the squares is 14/3, the mean 2, the variance of the population 2/3.
        float[] kept = Slot(Fitted(_ml.Transforms.NormalizeMeanVariance("Out", "V"), [[1, 0], [2, 0], [3, 0]]), 0);
        Assert.AreEqual(3 / Math.Sqrt(14.0 / 3), kept[2], 1e-6);
        float[] moved = Slot(Fitted(_ml.Transforms.NormalizeMeanVariance("Out", "V", fixZero: false), [[1, 0], [2, 0], [3, 0]]), 0);
        Assert.AreEqual(-1 / Math.Sqrt(2.0 / 3), moved[0], 1e-6);
        Assert.AreEqual(0, moved[1], 1e-6);
    }

    [TestMethod]
    public void Missing_values_do_not_count_and_stay_missing()
    {
        float[] minMax = Slot(Fitted(_ml.Transforms.NormalizeMinMax("Out", "V"), [[1, 0], [float.NaN, 0], [4, 0]]), 0);
        CollectionAssert.AreEqual(new[] { 0.25f, float.NaN, 1 }, minMax);
        float[] variance = Slot(Fitted(_ml.Transforms.NormalizeMeanVariance("Out", "V"), [[1, 0], [float.NaN, 0], [1, 0], [4, 0]]), 0);
        Assert.AreEqual(4 / Math.Sqrt(6), variance[3], 1e-6);
        Assert.AreEqual(float.NaN, variance[1]);
    }

    [TestMethod]
    public void The_slots_that_a_sparse_vector_leaves_out_are_zeros()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(
            [new SparseRow { V = new VBuffer<float>(3, 1, [5f], [2]) }, new SparseRow { V = new VBuffer<float>(3, 2, [-5f, 3f], [0, 2]) }]);
        IDataView kept = _ml.Transforms.NormalizeMinMax("V").Fit(data).Transform(data);
        CollectionAssert.AreEqual(new[] { -1, 0, 0.6f }, Rows.Vectors<float>(kept, "V")[1]);
        IDataView moved = _ml.Transforms.NormalizeMinMax("V", fixZero: false).Fit(data).Transform(data);
        CollectionAssert.AreEqual(new float[] { 1, 0, 1 }, Rows.Vectors<float>(moved, "V")[0]);
    }

    [TestMethod]
    public void Scalars_and_doubles_are_normalized_too_and_only_so_many_rows_are_looked_at()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(new[] { 1.0, 2, 8 }.Select(value => new DoubleRow { D = value }));
        CollectionAssert.AreEqual(
            new[] { 0.5, 1, 4 },
            _ml.Transforms.NormalizeMinMax("D", maximumExampleCount: 2).Fit(data).Transform(data).GetColumn<double>("D").ToArray());
    }

    [TestMethod]
    public void What_is_no_real_of_known_size_is_a_fault()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new WrongRow()]);
        ExpectFault(
            "Text",
            "Wrong column type for input column. Expected: Single, Double, Vector of Single or Vector of Double. Got: String. (Parameter 'srcType')");
        ExpectFault(
            "Open",
            "Wrong column type for input column. Expected: Single, Double, Vector of Single or Vector of Double. Got: Vector<Single>. " +
            "(Parameter 'srcType')");
        ExpectFault("Nowhere", "Could not find input column 'Nowhere' (Parameter 'data')");

        void ExpectFault(string column, string message)
            => Assert.AreEqual(
                message, Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.NormalizeMinMax(column).Fit(data)).Message);
    }

    private IDataView Fitted(IEstimator<ITransformer> estimator, float[][] rows)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(rows.Select(row => new VectorRow { V = row }));
        return estimator.Fit(data).Transform(data);
    }

    private static float[] Slot(IDataView data, int slot) => [.. Rows.Vectors<float>(data, "Out").Select(row => row[slot])];

    private sealed class VectorRow
    {
        [VectorType(2)]
        public float[] V { get; set; } = [];
    }

    private sealed class SparseRow
    {
        [VectorType(3)]
        public VBuffer<float> V { get; set; }
    }

    private sealed class DoubleRow
    {
        public double D { get; set; }
    }

    private sealed class WrongRow
    {
        public string Text { get; set; } = "";
        public float[] Open { get; set; } = [];
    }
}
