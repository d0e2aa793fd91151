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

    [TestMethod]
    public void Rows_that_lag_behind_are_read_and_step_as_if_each_had_taken_every_step()
    {
        for (int n = 1; n <= 70; n++)
        {
            CheckLag<float>(n, hasState: true, 2e-6);
            CheckLag<float>(n, hasState: false, 2e-6);
        }

        foreach (int n in (int[])[1, 7, 13, 200])
        {
            CheckLag<double>(n, hasState: true, 1e-14);
            CheckLag<double>(n, hasState: false, 1e-14);
        }
    }

    /// <summary>Beside a simulation in double, step by step: four steps, all different, of which some rows have taken two before.</summary>
    private static void CheckLag<T>(int n, bool hasState, double precision)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SparseMatrix<T> a = Random(out T[] dense);
        T[] w = Matrices.Random<T>(Columns * n, 2), v = hasState ? Matrices.Random<T>(Columns * n, 3) : [], g = Matrices.Random<T>(Rows * n, 4);
        double[] expectedW = Doubles(w), expectedV = Doubles(v), gradient = new double[Columns * n], products = new double[Rows * n];
        var absent = new AbsentRows<T>(Columns, n, v);
        for (int step = 0; step < 4; step++)
        {
            var map = hasState
                ? new AbsentRowStep(1 - (0.01 * step), -0.1 - (0.02 * step), 0.03 * step, 0.9 - (0.1 * step))
                : new AbsentRowStep(0.99 - (0.01 * step));
            absent.Add(map);
            for (int i = 0; i < w.Length; i++)
            {
                double state = hasState ? expectedV[i] : 0;
                if (hasState)
                    expectedV[i] = (map.StateW * expectedW[i]) + (map.StateV * state);
                expectedW[i] = (map.W * expectedW[i]) + (map.V * state);
            }

            for (int row = 0; step == 1 && row < Columns; row += 3)
                absent.CatchUp(row, w.AsSpan(row * n, n));
        }

        for (int i = 0; i < dense.Length; i++)
        {
            for (int j = 0; double.CreateChecked(dense[i]) is var value and not 0 && j < n; j++)
            {
                products[(i / Columns * n) + j] += value * expectedW[(i % Columns * n) + j];
                gradient[(i % Columns * n) + j] += value * double.CreateChecked(g[(i / Columns * n) + j]);
            }
        }

        var actual = new T[Rows * n];
        SparseGemm.Multiply(a.ByRow, Columns, n, w, actual.AsSpan(), default, absent);
        AssertClose(products, actual, 40 * precision);

        (T[] wBefore, T[] vBefore) = ([.. w], [.. v]);
        SparseGemm.Step(a.ByColumn, a.PresentColumns, n, g, w.AsSpan(), absent, T.CreateChecked(-0.5), T.CreateChecked(0.25));
        var present = new HashSet<int>(a.PresentColumns.ToArray());
        Assert.IsLessThan(Columns, present.Count);
        for (int row = 0; row < Columns; row++)
        {
            Range its = (row * n)..((row + 1) * n), ofState = hasState ? its : 0..0;
            if (!present.Contains(row))
            {
                Matrices.AreSameBits<T>(wBefore[its], w[its], "an absent row");
                Matrices.AreSameBits<T>(vBefore[ofState], v[ofState], "an absent row's state");
                absent.CatchUp(row, w.AsSpan(its));
            }

            T[] now = w[its];
            absent.CatchUp(row, w.AsSpan(its));
            Matrices.AreSameBits<T>(now, w[its], "a row that has nothing left to catch up with");
        }

        AssertClose([.. expectedW.Zip(gradient, (x, its) => x - (0.5 * its))], w, 20 * precision);
        if (hasState)
            AssertClose([.. expectedV.Zip(gradient, (x, its) => x + (0.25 * its))], v, 20 * precision);

        static double[] Doubles(T[] values) => [.. values.Select(value => double.CreateChecked(value))];

        void AssertClose(double[] expected, T[] actual, double most)
        {
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], double.CreateChecked(actual[i]), most, $"{i} of {n} columns of {typeof(T).Name}, state: {hasState}");
        }
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
