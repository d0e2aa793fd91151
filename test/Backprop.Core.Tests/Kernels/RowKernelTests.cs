using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Tests.Kernels;

/// <summary>Kernels that go row by row: the bits of one do not depend on how many there are.</summary>
[TestClass]
public sealed class RowKernelTests
{
    private static readonly int[] s_rows = [0, 1, 2, 7, 16, 33, 200];

    [TestMethod]
    public void Sums_of_rows_are_taken_in_the_order_of_the_rows()
    {
        for (int columns = 1; columns <= 70; columns++)
        {
            foreach (int rows in s_rows)
            {
                CheckSums<float>(rows, columns);
                CheckSums<double>(rows, columns);
            }
        }
    }

    [TestMethod]
    public void A_row_has_the_same_softmax_among_any_others()
    {
        foreach (int classes in (int[])[1, 2, 3, 5, 15, 16, 17, 40, 511, 512, 600])
        {
            CheckSoftmax<float>(classes, 1e-6);
            CheckSoftmax<double>(classes, 1e-14);
        }
    }

    [TestMethod]
    public void A_logit_that_is_no_number_spoils_its_own_row_alone()
    {
        foreach (int place in (int[])[0, 1, 2])
        {
            float[] z = [1, 2, 3, 1, 2, 3], p = new float[6], losses = new float[2];
            z[place] = float.NaN;
            Softmax.Normalize<float>(z, 3, p);
            Softmax.CrossEntropy<float>(z, 3, [2, 2], losses);
            Assert.IsTrue(p[..3].All(float.IsNaN) && float.IsNaN(losses[0]), $"{place}");
            Assert.AreEqual(1, p[3..].Sum(), 1e-6f);
            Assert.AreEqual(-MathF.Log(p[5]), losses[1], 1e-6f);
        }
    }

    [TestMethod]
    public void Rows_are_gathered_whole_whatever_their_width()
    {
        using var team = new WorkerTeam(3);
        foreach (int width in (int[])[1, 2, 7, 15, 16, 17, 31, 32, 33, 64, 100, 4000, 9000])
        {
            CheckGather<float>(width, team);
            CheckGather<double>(width, team);
        }
    }

    private static void CheckGather<T>(int width, WorkerTeam team)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int shift = 2; // Four rows a block.
        T[][] blocks = [.. Enumerable.Range(0, 3).Select(block => Matrices.Random<T>(width << shift, block))];
        foreach (int count in (int[])[0, 1, 2, 9, 50])
        {
            int[] rows = [.. Enumerable.Range(0, count).Select(i => i * 7 % 12)];
            T[] expected = [.. rows.SelectMany(row => blocks[row >> shift].Skip((row & 3) * width).Take(width))];
            foreach (WorkerTeam? threads in (WorkerTeam?[])[null, team])
            {
                var gathered = new T[(count * width) + 1];
                gathered[^1] = T.One;
                Gather.Rows(blocks, shift, width, rows, gathered, threads);
                Matrices.AreSameBits<T>(expected, gathered.AsSpan(0, expected.Length), $"{count} rows of {width}");
                Assert.AreEqual(T.One, gathered[^1]);
            }
        }
    }

    private static void CheckSums<T>(int rows, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] x = Matrices.Random<T>(rows * columns, rows + columns), expected = new T[columns], sums = [.. expected.Select(_ => T.NaN)];
        for (int i = 0; i < x.Length; i++)
            expected[i % columns] += x[i];
        Reduction.SumTo<T>(x, [rows, columns], sums, [columns]);
        if (columns > 1) // All elements of one column are one vector, which is summed up in another order.
            Matrices.AreSameBits<T>(expected, sums, $"{rows} x {columns}");
        else
            Assert.AreEqual(double.CreateChecked(expected[0]), double.CreateChecked(sums[0]), typeof(T) == typeof(double) ? 1e-13 : 1e-5);
    }

    private static void CheckSoftmax<T>(int classes, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int rows = 70;
        T[] z = [.. Matrices.Random<T>(rows * classes, classes).Select(value => value * T.CreateChecked(20))];
        T[] labels = [.. Enumerable.Range(0, rows).Select(row => T.CreateChecked(row % classes))];
        T[] p = new T[z.Length], losses = new T[rows], onePs = new T[classes], oneLoss = new T[1];
        Softmax.Normalize<T>(z, classes, p);
        Softmax.CrossEntropy<T>(z, classes, labels, losses);
        for (int row = 0; row < rows; row++)
        {
            T[] logits = z[(row * classes)..((row + 1) * classes)];
            Softmax.Normalize<T>(logits, classes, onePs);
            Softmax.CrossEntropy<T>(logits, classes, labels.AsSpan(row, 1), oneLoss);
            Matrices.AreSameBits<T>(onePs, p.AsSpan(row * classes, classes), $"{classes} classes, row {row}");
            Matrices.AreSameBits<T>(oneLoss, losses.AsSpan(row, 1), $"{classes} classes, loss of row {row}");

            double[] exact = [.. logits.Select(double.CreateChecked)];
            double logSum = exact.Max() + Math.Log(exact.Sum(value => Math.Exp(value - exact.Max())));
            for (int i = 0; i < classes; i++)
                Assert.AreEqual(Math.Exp(exact[i] - logSum), double.CreateChecked(onePs[i]), tolerance);
            Assert.AreEqual(logSum - exact[row % classes], double.CreateChecked(oneLoss[0]), 40 * tolerance);
        }
    }
}
