using Backprop.Kernels;

namespace Backprop.Tests.Kernels;

[TestClass]
public sealed class SparseMatrixTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(511)]
    [DataRow(513)]
    [DataRow(3_000_000)]
    [DataRow(int.MaxValue)]
    public void Elements_are_grouped_by_column_with_the_rows_in_order(int columns)
    {
        var random = new Random(columns);
        var matrix = new SparseMatrix<float>(columns);
        for (int fill = 0; fill < 3; fill++)
        {
            matrix.Clear();
            var elements = new List<(int Row, int Column, float Value)>();
            for (int row = 0; row < 20 * fill; row++)
            {
                int[] present = [.. Enumerable.Range(0, row % 7).Select(_ => random.Next(columns)).Append(columns - 1).Distinct().Order()];
                float[] values = [.. present.Select(_ => random.NextSingle())];
                matrix.AddRow(present, values);
                elements.AddRange(present.Zip(values, (column, value) => (row, column, value)));
            }

            IGrouping<int, (int Row, int Column, float Value)>[] expected = [.. elements.GroupBy(e => e.Column).OrderBy(group => group.Key)];
            CollectionAssert.AreEqual(expected.Select(group => group.Key).ToArray(), matrix.PresentColumns.ToArray());
            SparseLists<float> lists = matrix.ByColumn;
            for (int i = 0; i < expected.Length; i++)
            {
                Range range = lists.Starts[i]..lists.Starts[i + 1];
                CollectionAssert.AreEqual(expected[i].Select(e => e.Row).ToArray(), lists.Indices[range].ToArray());
                CollectionAssert.AreEqual(expected[i].Select(e => e.Value).ToArray(), lists.Values[range].ToArray());
            }

            Assert.AreEqual(20 * fill, matrix.Rows);
            Assert.AreEqual(elements.Count, matrix.Count);
        }
    }

    [TestMethod]
    public void A_row_given_by_all_its_values_has_those_that_are_not_zero()
    {
        var matrix = new SparseMatrix<double>(4);
        matrix.AddRow([0, 3, 0, -1]);
        matrix.AddRow([0, 0, 0, 0]);
        matrix.AddRow([double.NaN, 0, 0, 2]);
        CollectionAssert.AreEqual((int[])[0, 1, 3], matrix.PresentColumns.ToArray());
        CollectionAssert.AreEqual((int[])[0, 2, 2, 4], matrix.ByRow.Starts.ToArray());
        CollectionAssert.AreEqual((int[])[1, 3, 0, 3], matrix.ByRow.Indices.ToArray());
        CollectionAssert.AreEqual((double[])[3, -1, double.NaN, 2], matrix.ByRow.Values.ToArray());
    }

    [TestMethod]
    public void A_row_that_is_refused_leaves_the_matrix_as_it_was()
    {
        var matrix = new SparseMatrix<float>(3);
        matrix.AddRow([1], [5]);
        foreach (int[] columns in new int[][] { [1, 1], [2, 1], [-1, 0], [0, 3] })
        {
            string message = Assert.ThrowsExactly<ArgumentException>(() => matrix.AddRow(columns, [1, 2])).Message;
            StringAssert.Contains(message, "must increase from 0 and be below 3");
        }

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => matrix.AddRow([1], [1, 2])).Message, "1 columns and 2 values");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => matrix.AddRow([1, 2])).Message, "2 values; the matrix has 3");
        Assert.AreEqual(1, matrix.Rows);
        Assert.AreEqual(1, matrix.Count);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SparseMatrix<float>(0));
    }

    [TestMethod]
    public void Filling_it_anew_allocates_nothing()
    {
        var matrix = new SparseMatrix<float>(1000);
        int[] columns = [.. Enumerable.Range(0, 300).Select(i => 3 * i)];
        var values = new float[300];
        Assert.AreEqual(0, Enumerable.Range(0, 3).Min(_ => Allocated()));

        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            matrix.Clear();
            for (int row = 0; row < 20; row++)
                matrix.AddRow(columns, values);
            _ = matrix.PresentColumns.Length;
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
