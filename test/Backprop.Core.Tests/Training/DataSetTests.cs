using Backprop.Training;

namespace Backprop.Tests.Training;

[TestClass]
public class DataSetTests
{
    [TestMethod]
    public void Dense_and_sparse_rows_lie_side_by_side_and_read_back_whole()
    {
        var data = new DataSet(4, 3);
        data.Add([1, 2, 3, 4], 0);
        data.AddSparse([1, 3], [5, 6], 2, weight: 2);
        data.AddSparse([], [], 1);
        float[] row = [9, 9, 9, 9];
        data.CopyRow(1, row);
        CollectionAssert.AreEqual(new float[] { 0, 5, 0, 6 }, row);
        data.CopyRow(0, row);
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4 }, row);
        data.CopyRow(2, row);
        CollectionAssert.AreEqual(new float[4], row);
        Assert.AreEqual(3, data.Count);
        Assert.AreEqual(2, data.Label(1));
        Assert.AreEqual(4, data.TotalWeight);
    }

    [TestMethod]
    public void Rows_survive_many_blocks_and_rows_wider_than_a_block()
    {
        const int wide = 300_000;
        var data = new DataSet(wide, 1);
        var row = new float[wide];
        for (int i = 0; i < 3; i++)
        {
            row[i * 100_000] = i + 1;
            data.Add(row, 0);
            data.AddSparse([i], [i + 7], 0);
        }

        for (int i = 0; i < 3; i++)
        {
            data.CopyRow(2 * i, row);
            Assert.AreEqual(i + 1, row[i * 100_000]);
            data.CopyRow((2 * i) + 1, row);
            Assert.AreEqual(i + 7, row[i]);
            Assert.AreEqual(i + 7, row.Sum());
        }
    }

    [TestMethod]
    public void Sparse_rows_take_memory_in_proportion_to_what_is_present()
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var data = new DataSet(1_000_000, 2);
        for (int i = 0; i < 10_000; i++)
            data.AddSparse([i, 500_000 + i], [1, 2], i % 2);
        long used = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(data);
        Assert.IsLessThan(4_000_000, used); // Dense, they would take 40 GB.
    }

    [TestMethod]
    public void Rows_that_do_not_fit_are_refused()
    {
        var data = new DataSet(2, 2);
        Assert.ThrowsExactly<ArgumentException>(() => data.Add([1], 0));
        Assert.ThrowsExactly<ArgumentException>(() => data.Add([1, float.NaN], 0));
        Assert.ThrowsExactly<ArgumentException>(() => data.Add([1, float.NegativeInfinity], 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => data.Add([1, 2], 2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => data.Add([1, 2], -1));
        foreach (float weight in new[] { 0, -1, float.NaN, float.PositiveInfinity })
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => data.Add([1, 2], 0, weight));
        Assert.ThrowsExactly<ArgumentException>(() => data.AddSparse([1, 1], [1, 2], 0));
        Assert.ThrowsExactly<ArgumentException>(() => data.AddSparse([2], [1], 0));
        Assert.ThrowsExactly<ArgumentException>(() => data.AddSparse([-1], [1], 0));
        Assert.ThrowsExactly<ArgumentException>(() => data.AddSparse([0], [1, 2], 0));
        Assert.ThrowsExactly<ArgumentException>(() => DataSet.FromRows([1, 2, 3], 2, [0]));
        Assert.ThrowsExactly<ArgumentException>(() => DataSet.FromRows([], 2, []));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => DataSet.FromRows([1], 1, [int.MaxValue]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => DataSet.FromRows([1], 1, [-1]));
        Assert.AreEqual(0, data.Count);
    }
}
