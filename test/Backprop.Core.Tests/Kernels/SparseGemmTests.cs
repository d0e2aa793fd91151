using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Tests.Kernels;

[TestClass]
public sealed class SparseGemmTests
{
    private const int Rows = 37, Columns = (2 * Gemm.DepthBlock) + 45;

    [TestMethod]
    public void A_sparse_product_has_the_bits_of_the_dense_one_at_every_width()
    {
        for (int n = 1; n <= 70; n++)
            CheckProduct<float>(n);
        foreach (int n in (int[])[1, 3, 8, 33])
            CheckProduct<double>(n);
    }

    [TestMethod]
    public void The_product_with_the_transpose_has_the_bits_of_the_dense_one_in_any_parts()
    {
        foreach (int n in (int[])[1, 10, 64])
        {
            CheckTransposed<float>(n);
            CheckTransposed<double>(n);
        }
    }

    [TestMethod]
    public void Lengths_that_do_not_fit_are_refused()
    {
        SparseMatrix<float> a = Random<float>(out _);
        Assert.ThrowsExactly<ArgumentException>(
            () => SparseGemm.Multiply<float>(a.ByRow, Columns, 2, new float[2 * Columns], new float[(2 * Rows) + 1]));
        Assert.ThrowsExactly<ArgumentException>(() => SparseGemm.Multiply<float>(a.ByRow, Columns, 2, new float[2], new float[2 * Rows]));
    }

    private static void CheckProduct<T>(int n)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SparseMatrix<T> a = Random(out T[] dense);
        T[] b = Matrices.Random<T>(Columns * n, 2), addend = Matrices.Random<T>(n, 3), gate = Matrices.Random<T>(Rows * n, 4);
        T[] expected = new T[Rows * n], actual = new T[Rows * n];
        var epilogue = new GemmEpilogue<T> { Addend = addend, Scale = T.CreateChecked(0.5), Rectifies = true, Gate = gate };
        Gemm.Multiply(false, false, Rows, n, Columns, dense, b, expected.AsSpan(), epilogue);
        SparseGemm.Multiply(a.ByRow, Columns, n, b, actual.AsSpan(), epilogue);
        Matrices.AreSameBits<T>(expected, actual, $"{n} columns of {typeof(T).Name}");
    }

    private static void CheckTransposed<T>(int n)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SparseMatrix<T> a = Random(out T[] dense);
        T[] b = Matrices.Random<T>(Rows * n, 2), addend = Matrices.Random<T>(Columns * n, 3);
        var expected = new T[Columns * n];
        Gemm.Multiply(
            true, false, Columns, n, Rows, dense, b, expected.AsSpan(), new GemmEpilogue<T> { Addend = addend, Scale = T.One });
        foreach (int parts in (int[])[1, 2, 5])
        {
            T[] actual = [.. Enumerable.Repeat(T.NaN, Columns * n)];
            for (int part = 0; part < parts; part++)
                SparseGemm.MultiplyTransposed(a, n, b, actual.AsSpan(), new GemmEpilogue<T> { Addend = addend, Scale = T.One }, part, parts);
            Matrices.AreSameBits<T>(expected, actual, $"{n} columns of {typeof(T).Name} in {parts} parts");
        }
    }

    /// <summary>Rows of none to some forty elements, and the same as a dense matrix.</summary>
    private static SparseMatrix<T> Random<T>(out T[] dense)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(1);
        var matrix = new SparseMatrix<T>(Columns);
        dense = new T[Rows * Columns];
        for (int row = 0; row < Rows; row++)
        {
            int[] columns = [.. Enumerable.Range(0, row).Select(_ => random.Next(Columns)).Distinct().Order()];
            T[] values = [.. columns.Select(_ => T.CreateChecked((2 * random.NextDouble()) - 1))];
            matrix.AddRow(columns, values);
            for (int i = 0; i < columns.Length; i++)
                dense[(row * Columns) + columns[i]] = values[i];
        }

        return matrix;
    }
}
