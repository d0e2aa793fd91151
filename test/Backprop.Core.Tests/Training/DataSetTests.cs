using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Operations;
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
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(1000)]
    public void Rows_of_both_kinds_with_labels_and_weights_survive_many_blocks(int columns)
    {
        const int rows = 600_000;
        int count = rows / columns;
        var data = new DataSet(columns, count);
        var features = new float[columns];
        for (int row = 0; row < count; row++)
        {
            features[row % columns] = row;
            if (IsSparse(row))
                data.AddSparse([row % columns], [row], row, Weight(row));
            else
                data.Add(features, row, Weight(row));
            features[row % columns] = 0;
        }

        Assert.AreEqual(count, data.Count);
        Assert.IsTrue(data.HasDifferentWeights);
        long values = 0;
        for (int row = 0; row < count; row++)
        {
            data.CopyRow(row, features);
            if (features[row % columns] != row || features.Sum() != row || data.Label(row) != row || data.Weight(row) != Weight(row))
                Assert.Fail($"Row {row} reads back as {string.Join(" ", features)}, label {data.Label(row)}, weight {data.Weight(row)}.");
            if (data.IsSparseRow(row) != IsSparse(row))
                Assert.Fail($"Row {row} is of the other kind.");
            values += IsSparse(row) ? 1 : columns;
        }

        Assert.AreEqual(values, data.ValueCount);

        // The first rows are dense and of one weight, so that what follows must make up for them.
        bool IsSparse(int row) => row > count / 2 && row % 3 == 0;
        float Weight(int row) => row > count / 3 && row % 2 == 0 ? 2 : 1;
    }

    [TestMethod]
    [DataRow(4, false)]
    [DataRow(700, false)] // Enough to share among threads.
    [DataRow(700, true)]
    public void Rows_are_gathered_in_the_order_asked_for_by_any_number_of_threads(int columns, bool withSparse)
    {
        const int count = 1000;
        var data = new DataSet(columns, count);
        var features = new float[columns];
        for (int row = 0; row < count; row++)
        {
            for (int j = 0; j < columns; j++)
                features[j] = (row * columns) + j;
            data.Add(features, row);
        }

        if (withSparse)
            data.AddSparse([1], [2], 3);
        int[] rows = [.. Enumerable.Range(0, 101).Select(i => i * 7919 % data.Count), data.Count - 1];
        using var team = new WorkerTeam(3);
        float[] expected = new float[columns], gathered = new float[rows.Length * columns], labels = new float[rows.Length];
        data.CopyTargets(rows, labels);
        foreach (WorkerTeam? threads in new[] { null, team })
        {
            Array.Fill(gathered, -1);
            data.CopyRows(rows, gathered, threads);
            for (int i = 0; i < rows.Length; i++)
            {
                data.CopyRow(rows[i], expected);
                CollectionAssert.AreEqual(expected, gathered[(i * columns)..((i + 1) * columns)], $"row {rows[i]}");
                Assert.AreEqual(data.Label(rows[i]), labels[i]);
            }
        }

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new RowList<int>(2).CopyRows([0], new int[1], null));
    }

    [TestMethod]
    public void A_sparse_row_is_read_as_it_was_given()
    {
        var data = new DataSet(10, 2);
        data.AddSparse([2, 7], [3, 0], 1);
        data.AddSparse([], [], 0);
        data.Add([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 1);
        data.SparseRow(0, out ReadOnlySpan<int> indices, out ReadOnlySpan<float> values);
        CollectionAssert.AreEqual(new[] { 2, 7 }, indices.ToArray());
        CollectionAssert.AreEqual(new float[] { 3, 0 }, values.ToArray());
        data.SparseRow(1, out indices, out values);
        Assert.AreEqual(0, indices.Length + values.Length);
        Assert.IsFalse(data.IsSparseRow(2));
        Assert.AreEqual(9, data.DenseRow(2)[9]);
        Assert.AreEqual(12, data.ValueCount);
        Assert.IsFalse(data.HasDifferentWeights);
    }

    [TestMethod]
    public void Equal_weights_count_as_none_whatever_they_are()
    {
        var data = new DataSet(1, 1);
        data.Add([1], 0, weight: 0.1f);
        data.Add([2], 0, weight: 0.1f);
        Assert.IsFalse(data.HasDifferentWeights);
        Assert.AreEqual(0.1f, data.Weight(1));
        data.Add([3], 0);
        Assert.IsTrue(data.HasDifferentWeights);
        Assert.AreEqual(0.1f, data.Weight(0));
        Assert.AreEqual(0.1f, data.Weight(1));
        Assert.AreEqual(1, data.Weight(2));
    }

    [TestMethod]
    public void A_row_that_is_not_finite_is_not_added()
    {
        var data = new DataSet(2, 1);
        Assert.IsFalse(data.TryAdd([float.NaN, 1], [0]));
        Assert.IsFalse(data.TryAddSparse([1], [float.PositiveInfinity], [0]));
        Assert.IsTrue(data.TryAdd([1, 2], [0]));
        Assert.IsTrue(data.TryAddSparse([], [], [0]));
        Assert.AreEqual(2, data.Count);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => data.Label(2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => data.Weight(-1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => data.CopyRow(2, new float[2]));
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
    public void Few_rows_take_little_memory()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var data = new DataSet(4, 3);
        for (int i = 0; i < 150; i++)
            data.Add([1, 2, 3, 4], 0);
        for (int i = 0; i < 150; i++)
            data.AddSparse([1], [2], 0);
        Assert.IsLessThan(100_000, GC.GetAllocatedBytesForCurrentThread() - before);
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

    [TestMethod]
    public void An_input_is_fed_with_rows_whether_they_or_it_are_sparse_or_not()
    {
        DataSet sparse = new(3, 1), dense = new(3, 1);
        sparse.AddSparse([1], [5], 0);
        sparse.AddSparse([0, 2], [7, 8], 0);
        dense.Add([0, 5, 0], 0);
        dense.Add([7, 0, 8], 0);
        foreach (DataSet data in new[] { sparse, dense })
        {
            foreach (bool isSparse in new[] { false, true })
            {
                var graph = new Graph();
                Variable x = isSparse ? graph.SparseInput("x", 3) : graph.Input("x", new Shape(Shape.Free, 3));
                Variable y = Op.MatMul(x, graph.Parameter("w", new Shape(3, 1)));
                using Workspace<float> workspace = new Plan<float>([y], 2).CreateWorkspace();
                data.CopyRows([1, 0], workspace, x);
                workspace.Run([1, 10, 100], [], 2);
                CollectionAssert.AreEqual((float[])[807, 50], workspace.Value(y).ToArray());
                Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => data.CopyRows([0, 2], workspace, x));
                Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => data.CopyRows([-1], workspace, x));
            }
        }

        var other = new Graph();
        Variable wide = other.Input("wide", new Shape(Shape.Free, 4));
        using Workspace<float> ofOther = new Plan<float>([Op.Relu(wide)], 2).CreateWorkspace();
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => dense.CopyRows([0], ofOther, wide)).Message, "wide [rows, 4] has not 3 columns");
    }
}
