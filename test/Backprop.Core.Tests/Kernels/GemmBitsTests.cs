using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Tests.Kernels;

/// <summary>What the bits of an element depend on: its row, its column, k, and nothing else.</summary>
[TestClass]
public sealed class GemmBitsTests
{
    private const int Many = 300;

    // A block of k and a remainder.
    private const int K = Gemm.DepthBlock + 45;

    [TestMethod]
    public void An_element_is_the_documented_chain_of_multiply_adds()
    {
        CheckChain<float>();
        CheckChain<double>();
    }

    [TestMethod]
    public void A_row_of_a_product_has_the_same_bits_alone_and_among_many()
    {
        foreach (var columns in (int[])[3, 7, 10, 41, 300])
        {
            CheckRows<float>(Many, columns);
            CheckRows<double>(Many, columns);
        }
    }

    [TestMethod]
    public void One_row_has_the_same_bits_by_any_number_of_vectors()
    {
        // Up to sixteen vectors of up to sixteen elements side by side, and more than that; the last begins earlier where it would not be full.
        for (var columns = 13; columns < 300; columns += 13)
        {
            CheckRows<float>(2, columns);
            CheckRows<double>(2, columns);
        }
    }

    [TestMethod]
    public void A_column_of_a_product_has_the_same_bits_alone_and_among_many()
    {
        CheckColumns<float>();
        CheckColumns<double>();
    }

    [TestMethod]
    public void Transposed_operands_give_the_same_bits()
    {
        CheckTranspositions<float>(150);
        CheckTranspositions<double>(9);
    }

    [TestMethod]
    public void Operands_whose_rows_or_columns_lie_a_page_apart_give_the_same_bits_copied_and_in_place()
    {
        // A plain B is packed row by row, a transposed one column by column.
        CheckCopies<float>(450, 1053, transposeA: false);

        // A is copied where it is transposed, in whole copies and a part of one, for each block of columns but a narrow last one.
        CheckCopies<float>(1030, 400, transposeA: true);
        CheckCopies<double>(515, 520, transposeA: true);
    }

    [TestMethod]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        CheckThreads<float>(200, 41);
        CheckThreads<float>(41, 200);
        CheckThreads<double>(200, 41);
    }

    [TestMethod]
    public void All_widths_of_vectors_give_the_same_bits()
    {
        CheckStrategies<float>();
        CheckStrategies<double>();
    }

    private static void CheckChain<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int M = 7, N = 35, LongK = (2 * Gemm.DepthBlock) + 45;
        var (a, b, before) = (Matrices.Random<T>(M * LongK, 1), Matrices.Random<T>(LongK * N, 2), Matrices.Random<T>(M * N, 3));
        var (replaced, added) = (new T[M * N], new T[M * N]);
        for (var i = 0; i < M * N; i++)
        {
            var blocks = Blocks(a.AsSpan(i / N * LongK, LongK), Matrices.Column(b, N, i % N));
            replaced[i] = blocks.Skip(1).Aggregate(blocks[0], (sum, block) => sum + block);
            added[i] = replaced[i] + before[i];
        }

        foreach (var strategy in Matrices.Strategies<T>())
        {
            Matrices.AreSameBits<T>(replaced, Matrices.Multiply(strategy, M, N, LongK, a, b), $"{strategy}");
            Matrices.AreSameBits<T>(added, Matrices.Multiply(strategy, M, N, LongK, a, b, addTo: before), $"{strategy}, added");
        }
    }

    /// <summary>The sum of each block of k by itself.</summary>
    private static List<T> Blocks<T>(ReadOnlySpan<T> row, ReadOnlySpan<T> column)
        where T : IFloatingPointIeee754<T>
    {
        var blocks = new List<T>();
        for (var p = 0; p < row.Length; p++)
        {
            if (p % Gemm.DepthBlock == 0)
            {
                blocks.Add(T.Zero);
            }

            blocks[^1] = FusedMultiplyAdd.IsHardwareAccelerated
                ? T.FusedMultiplyAdd(row[p], column[p], blocks[^1])
                : (row[p] * column[p]) + blocks[^1];
        }

        return blocks;
    }

    private static void CheckRows<T>(int m, int n)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (a, b) = (Matrices.Random<T>(m * K, 4), Matrices.Random<T>(K * n, 5));
        foreach (var strategy in Matrices.Strategies<T>())
        {
            var whole = Matrices.Multiply(strategy, m, n, K, a, b);
            foreach (var (first, count) in Enumerable.Range(1, 25).Select(count => (11 * (count - 1), count)).Append((m - 1, 1)))
            {
                if (first + count > m)
                {
                    continue;
                }

                var alone = Matrices.Multiply(strategy, count, n, K, a.AsSpan(first * K, count * K).ToArray(), b);
                Matrices.AreSameBits<T>(whole.AsSpan(first * n, count * n), alone, $"{strategy} row {first}");
            }
        }
    }

    private static void CheckColumns<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int M = 8;
        var (a, b) = (Matrices.Random<T>(M * K, 6), Matrices.Random<T>(K * Many, 7));
        foreach (var strategy in Matrices.Strategies<T>())
        {
            var whole = Matrices.Multiply(strategy, M, Many, K, a, b);
            foreach (var j in (int[])[0, 1, 7, 15, 16, 33, 287, 288, 299])
            {
                var alone = Matrices.Multiply(strategy, M, 1, K, a, Matrices.Column(b, Many, j));
                Matrices.AreSameBits<T>(Matrices.Column(whole, Many, j), alone, $"{strategy} column {j}");
            }
        }
    }

    private static void CheckTranspositions<T>(int m)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int N = 43;
        var (a, b) = (Matrices.Random<T>(m * K, 8), Matrices.Random<T>(K * N, 9));
        foreach (var strategy in Matrices.Strategies<T>())
        {
            var plain = Matrices.Multiply(strategy, m, N, K, a, b);
            Matrices.AreSameBits<T>(plain, Matrices.Multiply(strategy, m, N, K, a, b, true, false), $"{strategy} A");
            Matrices.AreSameBits<T>(plain, Matrices.Multiply(strategy, m, N, K, a, b, false, true), $"{strategy} B");
            Matrices.AreSameBits<T>(plain, Matrices.Multiply(strategy, m, N, K, a, b, true, true), $"{strategy} both");
        }
    }

    private static void CheckCopies<T>(int m, int n, bool transposeA)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (a, b) = (Matrices.Random<T>(m * K, 15), Matrices.Random<T>(K * n, 16));
        var plain = Matrices.Multiply(GemmStrategy<T>.Chosen, m, n, K, a, b);
        Matrices.AreSameBits<T>(plain, Matrices.Multiply(GemmStrategy<T>.Chosen, m, n, K, a, b, transposeA, true), "both");
        if (transposeA)
        {
            Matrices.AreSameBits<T>(plain, Matrices.Multiply(GemmStrategy<T>.Chosen, m, n, K, a, b, true, false), "A");
        }
    }

    private static void CheckThreads<T>(int m, int n)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (a, b, c) = (Matrices.Random<T>(m * K, 10), Matrices.Random<T>(K * n, 11), Matrices.Random<T>(m * n, 12));
        foreach (var strategy in Matrices.Strategies<T>())
        {
            var alone = Matrices.Multiply(strategy, m, n, K, a, b, addTo: c);
            foreach (var threads in (int[])[1, 2, 3])
            {
                using var team = new WorkerTeam(threads);
                var together = Matrices.Multiply(strategy, m, n, K, a, b, addTo: c, team: team);
                Matrices.AreSameBits<T>(alone, together, $"{strategy}, {threads} threads");
            }
        }
    }

    private static void CheckStrategies<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int M = 131, N = 77;
        var (a, b) = (Matrices.Random<T>(M * K, 13), Matrices.Random<T>(K * N, 14));
        var scalar = Matrices.Multiply(GemmStrategy<T>.Create(KernelSet.Scalar), M, N, K, a, b);
        foreach (var strategy in Matrices.Strategies<T>())
        {
            Matrices.AreSameBits<T>(scalar, Matrices.Multiply(strategy, M, N, K, a, b), $"{strategy}");
        }
    }
}
