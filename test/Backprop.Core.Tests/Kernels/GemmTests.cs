using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Tests.Kernels;

[TestClass]
public sealed class GemmTests
{
    private static readonly int[] Sizes = [1, 2, 3, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 300];

    [TestMethod]
    public void Products_of_all_sizes_equal_the_triple_loop()
    {
        foreach (var size in Sizes)
        {
            CheckEverywhere(size, 9, 5);
            CheckEverywhere(7, size, 5);
            CheckEverywhere(7, 9, size);
        }
    }

    [TestMethod]
    public void Tiles_of_every_height_and_width_equal_the_triple_loop()
    {
        // Up to two whole tiles and a row, and up to two whole tiles and a column, of the widest vectors.
        for (var m = 1; m <= 25; m++)
        {
            foreach (var n in (int[])[4, 8, 12, 16, 17, 24, 32, 33, 47, 48, 64, 65])
            {
                CheckEverywhere(m, n, 3);
            }
        }
    }

    [TestMethod]
    public void Products_larger_than_the_blocks_equal_the_triple_loop()
    {
        foreach (var k in (int[])[Gemm.DepthBlock - 1, Gemm.DepthBlock, Gemm.DepthBlock + 1, (2 * Gemm.DepthBlock) + 3])
        {
            CheckEverywhere(3, 5, k);
        }

        CheckEverywhere(3, 1023, 3);
        CheckEverywhere(3, 1025, 3);
        CheckEverywhere(2, 2051, 2);
        CheckEverywhere(65, 129, 300);
    }

    [TestMethod]
    public void Products_whose_rows_of_B_lie_a_page_apart_equal_the_triple_loop()
    {
        // Few rows, which read B where it lies, and so many that it is packed.
        CheckEverywhere(13, 1030, 3);
        CheckEverywhere(450, 1030, 3);
        CheckEverywhere(450, 1053, 2);
    }

    [TestMethod]
    public void An_empty_sum_is_zero_and_has_an_epilogue()
    {
        float[] c = [1, 2, 3, 4, 5, 6];
        Gemm.Multiply<float>(false, true, 2, 3, 0, [], [], c);
        CollectionAssert.AreEqual(new float[6], c);

        Gemm.Multiply<float>(false, true, 2, 3, 0, [], [], c, new() { Addend = [1, -2, 3], Scale = 2, Rectifies = true });
        CollectionAssert.AreEqual((float[])[2, 0, 6, 2, 0, 6], c);
    }

    [TestMethod]
    public void An_epilogue_has_the_bits_of_the_operations_by_themselves()
    {
        foreach (var (m, n, k) in ((int, int, int)[])[(1, 1, 3), (7, 37, 5), (64, 10, 300), (13, 64, 257), (70, 130, 600)])
        {
            CheckEpilogue<float>(m, n, k);
            CheckEpilogue<double>(m, n, k);
        }
    }

    [TestMethod]
    public void A_sink_is_given_every_element_once_when_it_is_complete()
    {
        using var team = new WorkerTeam(3);
        foreach (var (m, n, k) in ((int, int, int)[])
            [(1, 1, 1), (1, 40, 3), (1, 700, 300), (5, 3, 2), (70, 10, 300), (13, 64, 257), (25, 33, 0), (300, 40, 64), (65, 1100, 300)])
        {
            foreach (var strategy in Matrices.Strategies<float>())
            {
                CheckSink(strategy, m, n, k, team: null);
                CheckSink(strategy, m, n, k, team);
            }
        }
    }

    [TestMethod]
    public void A_product_without_rows_or_columns_is_empty()
    {
        Gemm.Multiply<float>(false, false, 0, 3, 2, [], new float[6], []);
        Gemm.Multiply<float>(true, false, 2, 0, 3, new float[6], [], []);
        Gemm.Multiply<double>(false, true, 0, 0, 0, [], [], []);
    }

    [TestMethod]
    public void Infinity_times_zero_is_NaN_in_its_row_and_column_and_nowhere_else()
    {
        CheckSpecialValues<float>();
        CheckSpecialValues<double>();
    }

    [TestMethod]
    public void Other_floating_point_types_are_multiplied_too()
    {
        // [1 2 3; 4 5 6] [7 8; 9 10; 11 12] = [7+18+33 8+20+36; 28+45+66 32+50+72], exact in half precision.
        Half[] a = [.. new float[] { 1, 2, 3, 4, 5, 6 }.Select(x => (Half)x)];
        Half[] b = [.. new float[] { 7, 8, 9, 10, 11, 12 }.Select(x => (Half)x)];
        var c = new Half[4];

        Gemm.Multiply<Half>(false, false, 2, 2, 3, a, b, c);

        CollectionAssert.AreEqual((Half[])[(Half)58, (Half)64, (Half)139, (Half)154], c);
    }

    [TestMethod]
    public void Wrong_lengths_are_refused_before_anything_is_written()
    {
        float[] c = [1, 2, 3, 4];
        AssertRefused("a", () => Gemm.Multiply<float>(false, false, 2, 2, 3, new float[5], new float[6], c));
        AssertRefused("b", () => Gemm.Multiply<float>(false, false, 2, 2, 3, new float[6], new float[7], c));
        AssertRefused("c", () => Gemm.Multiply<float>(false, false, 2, 3, 2, new float[4], new float[6], c));
        AssertRefused("c", () => Gemm.Multiply<float>(false, false, 1 << 16, 1 << 16, 0, [], [], c));
        AssertRefused("m", () => Gemm.Multiply<float>(false, false, -2, -2, 3, new float[6], new float[6], c));
        CollectionAssert.AreEqual((float[])[1, 2, 3, 4], c);
    }

    [TestMethod]
    public void A_result_that_overlaps_an_operand_is_refused()
    {
        var (memory, other) = (new float[8], new float[4]);
        AssertRefused("a", () => Gemm.Multiply<float>(false, false, 2, 2, 2, memory.AsSpan(0, 4), other, memory.AsSpan(3, 4)));
        AssertRefused("b", () => Gemm.Multiply<float>(false, false, 2, 2, 2, other, memory.AsSpan(1, 4), memory.AsSpan(0, 4)));
        Gemm.Multiply<float>(false, false, 2, 2, 2, memory.AsSpan(0, 4), memory.AsSpan(0, 4), memory.AsSpan(4, 4));
    }

    [TestMethod]
    public void A_product_allocates_nothing_once_warm()
    {
        using var team = new WorkerTeam(2);
        CheckAllocations<float>(null);
        CheckAllocations<double>(null);
        CheckAllocations<float>(team);
    }

    private static void CheckSink(GemmStrategy<float> strategy, int m, int n, int k, WorkerTeam? team)
    {
        float[] a = Matrices.Random<float>(m * k, 1), b = Matrices.Random<float>(k * n, 2), addend = Matrices.Random<float>(m * n, 3);
        float[] expected = new float[m * n], c = new float[m * n];
        Gemm.Multiply<float>(strategy, false, false, m, n, k, a, b, expected, new() { Addend = addend, Scale = 2 });
        var sink = new Copies(c);
        Gemm.Multiply<float>(strategy, false, false, m, n, k, a, b, c, new() { Addend = addend, Scale = 2, Sink = sink }, team);
        CollectionAssert.AreEqual(expected, sink.Taken, $"{strategy}, {m} x {n} x {k}");
        Assert.IsTrue(sink.Times.All(times => times == 1), $"{strategy}, {m} x {n} x {k}");
    }

    /// <summary>All strategies, both types, every transposition, with and without an addend.</summary>
    private static void CheckEverywhere(int m, int n, int k)
    {
        Check<float>(m, n, k, MathF.BitIncrement(1) - 1);
        Check<double>(m, n, k, Math.BitIncrement(1) - 1);
    }

    private static void Check<T>(int m, int n, int k, double epsilon)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (a, b, c) = (Matrices.Random<T>(m * k, 1), Matrices.Random<T>(k * n, 2), Matrices.Random<T>(m * n, 3));
        var (sums, magnitudes) = TripleLoop(m, n, k, a, b);
        foreach (var strategy in Matrices.Strategies<T>())
        {
            for (var options = 0; options < 8; options++)
            {
                var (transposeA, transposeB, adds) = ((options & 1) != 0, (options & 2) != 0, (options & 4) != 0);
                var actual = Matrices.Multiply(strategy, m, n, k, a, b, transposeA, transposeB, adds ? c : null);
                for (var i = 0; i < actual.Length; i++)
                {
                    var before = adds ? double.CreateChecked(c[i]) : 0;
                    var error = Math.Abs(double.CreateChecked(actual[i]) - (before + sums[i]));
                    var bound = 2 * (k + 2) * epsilon * (magnitudes[i] + Math.Abs(before));
                    if (!(error <= bound))
                    {
                        var product = $"{strategy} {m}x{n}x{k} {transposeA} {transposeB} {adds}";
                        Assert.Fail($"{product}: element {i} is off by {error}, more than {bound}.");
                    }
                }
            }
        }
    }

    /// <summary>The product in double, and the sums of the factors' magnitudes, which bound its error.</summary>
    private static (double[] Sums, double[] Magnitudes) TripleLoop<T>(int m, int n, int k, T[] a, T[] b)
        where T : INumberBase<T>
    {
        var (sums, magnitudes) = (new double[m * n], new double[m * n]);
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                for (var p = 0; p < k; p++)
                {
                    var product = double.CreateChecked(a[(i * k) + p]) * double.CreateChecked(b[(p * n) + j]);
                    sums[(i * n) + j] += product;
                    magnitudes[(i * n) + j] += Math.Abs(product);
                }
            }
        }

        return (sums, magnitudes);
    }

    private static void CheckEpilogue<T>(int m, int n, int k)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (a, b) = (Matrices.Random<T>(m * k, 11), Matrices.Random<T>(k * n, 12));
        var (row, matrix, gate) = (Matrices.Random<T>(n, 13), Matrices.Random<T>(m * n, 14), Matrices.Random<T>(m * n, 15));
        (matrix[0], gate[m * n / 2], gate[^1]) = (T.NaN, T.NaN, T.Zero);
        var scale = T.CreateChecked(0.3);
        using var team = new WorkerTeam(3);
        foreach (var strategy in Matrices.Strategies<T>())
        {
            var plain = Matrices.Multiply(strategy, m, n, k, a, b);
            for (var options = 0; options < 12; options++)
            {
                var (addend, rectifies, gated) = (((T[][])[[], row, matrix])[options % 3], options / 3 % 2 == 1, options >= 6);
                var expected = new T[m * n];
                for (var i = 0; i < expected.Length; i++)
                {
                    var sum = addend.Length == 0 ? plain[i] : plain[i] + (scale * addend[i % addend.Length]);
                    sum = rectifies ? T.Max(sum, T.Zero) : sum;
                    expected[i] = !gated || gate[i] > T.Zero ? sum : T.Zero;
                }

                foreach (var threads in (WorkerTeam?[])[null, team])
                {
                    var c = new T[m * n];
                    Gemm.Multiply(
                        strategy, false, false, m, n, k, a, b, c,
                        new GemmEpilogue<T> { Addend = addend, Scale = scale, Rectifies = rectifies, Gate = gated ? gate : [] }, threads);
                    Matrices.AreSameBits<T>(expected, c, $"{strategy} {m} x {n} x {k}, options {options}");
                }
            }
        }
    }

    private static void CheckSpecialValues<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int M = 13, N = 37, K = 21, Row = 8, Column = 35;
        var (a, b) = (Matrices.Random<T>(M * K, 4), Matrices.Random<T>(K * N, 5));
        a[Row * K] = T.PositiveInfinity;
        Array.Clear(b, 0, N);
        b[((K - 1) * N) + Column] = T.NaN;

        foreach (var strategy in Matrices.Strategies<T>())
        {
            var c = Matrices.Multiply(strategy, M, N, K, a, b);
            for (var i = 0; i < M; i++)
            {
                for (var j = 0; j < N; j++)
                {
                    Assert.AreEqual(i == Row || j == Column, T.IsNaN(c[(i * N) + j]), $"{strategy} row {i}, column {j}");
                }
            }
        }
    }

    private static void AssertRefused(string parameter, Action multiply) =>
        Assert.AreEqual(parameter, Assert.Throws<ArgumentException>(multiply).ParamName);

    private static void CheckAllocations<T>(WorkerTeam? team)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int M = 130, N = 70, K = 90;
        var (a, b, c) = (Matrices.Random<T>(M * K, 6), Matrices.Random<T>(K * N, 7), new T[M * N]);
        long before = 0;
        for (var run = 0; run < 10; run++)
        {
            // The first runs make the scratch memory, and whatever the runtime makes on a first call.
            before = run == 3 ? GC.GetAllocatedBytesForCurrentThread() : before;
            Gemm.Multiply<T>(false, true, M, N, K, a, b, c, default, team);
        }

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Takes what is there when it is told to.</summary>
    private sealed class Copies(float[] c) : IProductSink
    {
        public float[] Taken { get; } = new float[c.Length];

        public int[] Times { get; } = new int[c.Length];

        public void Take(int first, int count)
        {
            for (var i = first; i < first + count; i++)
            {
                Taken[i] = c[i];
                Interlocked.Increment(ref Times[i]);
            }
        }
    }
}
