using System.Numerics;
using System.Runtime.CompilerServices;

namespace Backprop.Kernels;

/// <summary>The product of two matrices, the work of a multilayer perceptron.</summary>
/// <remarks>
/// <para>
/// Which bits an element of C has is a rule of its own row of A, its column of B and k alone. Cut k into blocks of
/// <see cref="DepthBlock"/>. In each, start from zero and take one multiply-add after the other in the order of k:
/// <c>s = a * b + s</c>, rounded once where the machine has a fused multiply-add, else twice. The element is the first
/// block's s, plus the second's, and so on; then comes the <see cref="GemmEpilogue{T}"/>.
/// </para>
/// <para>
/// So neither m and n, nor the place in C, nor transposition, nor the number of threads, nor the width of the vectors
/// changes a bit. Every factor counts: zero times infinity is NaN.
/// </para>
/// </remarks>
internal static unsafe class Gemm
{
    /// <summary>The length of a block of k.</summary>
    public const int DepthBlock = 512;

    /// <summary>Threads share C in whole chunks of so many rows or columns.</summary>
    private const int Chunk = 32;

    /// <summary>The multiply-adds below which a product is done before another thread has woken up.</summary>
    private const long WorthATeam = 1 << 17;

    /// <summary>Computes <c>C = op(A) op(B)</c>, and an epilogue, for compact row-major matrices.</summary>
    /// <param name="transposeA">Whether A is stored as k x m, and op(A) is its transpose.</param>
    /// <param name="transposeB">Whether B is stored as n x k, and op(B) is its transpose.</param>
    /// <param name="m">The rows of C and op(A).</param>
    /// <param name="n">The columns of C and op(B).</param>
    /// <param name="k">The columns of op(A) and rows of op(B); with 0 every sum is zero.</param>
    /// <param name="a">The m * k elements of A.</param>
    /// <param name="b">The k * n elements of B.</param>
    /// <param name="c">The m * n elements of C; they must not overlap what is read.</param>
    /// <param name="epilogue">What becomes of the elements of C when their sums are complete.</param>
    /// <param name="team">Threads to share the work, used where it is large enough.</param>
    /// <exception cref="ArgumentOutOfRangeException">m, n or k is negative.</exception>
    /// <exception cref="ArgumentException">A span has another length, or C overlaps A or B.</exception>
    public static void Multiply<T>(
        bool transposeA, bool transposeB, int m, int n, int k,
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, GemmEpilogue<T> epilogue = default, WorkerTeam? team = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Multiply(GemmStrategy<T>.Chosen, transposeA, transposeB, m, n, k, a, b, c, epilogue, team);

    /// <summary>The same by a strategy of the caller's choice.</summary>
    public static void Multiply<T>(
        GemmStrategy<T> strategy, bool transposeA, bool transposeB, int m, int n, int k,
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, GemmEpilogue<T> epilogue = default, WorkerTeam? team = null)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Multiply(strategy, transposeA, transposeB, m, n, k, a, b, c, epilogue, team, part: 0, Parts(m, n, k, team?.Threads ?? 1));

    /// <summary>Computes one of several parts of C; other threads may compute the others.</summary>
    public static void Multiply<T>(
        bool transposeA, bool transposeB, int m, int n, int k,
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, GemmEpilogue<T> epilogue, int part, int parts)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Multiply(GemmStrategy<T>.Chosen, transposeA, transposeB, m, n, k, a, b, c, epilogue, team: null, part, parts);

    private static void Multiply<T>(
        GemmStrategy<T> strategy, bool transposeA, bool transposeB, int m, int n, int k,
        ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, GemmEpilogue<T> epilogue, WorkerTeam? team, int part, int parts)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        CheckLength(a.Length, m, k, "m x k", nameof(a));
        CheckLength(b.Length, k, n, "k x n", nameof(b));
        CheckLength(c.Length, m, n, "m x n", nameof(c));
        CheckApart(a, c, nameof(a));
        CheckApart(b, c, nameof(b));
        CheckApart(epilogue.Addend, c, nameof(epilogue.Addend));
        CheckApart(epilogue.Gate, c, nameof(epilogue.Gate));
        var isRow = epilogue.Addend.Length == n;
        if (!isRow && !epilogue.Addend.IsEmpty)
        {
            CheckLength(epilogue.Addend.Length, m, n, "m x n", nameof(epilogue.Addend));
        }

        if (!epilogue.Gate.IsEmpty)
        {
            CheckLength(epilogue.Gate.Length, m, n, "m x n", nameof(epilogue.Gate));
        }

        if (c.IsEmpty)
        {
            return;
        }

        fixed (T* aStart = a, bStart = b, cStart = c, addend = epilogue.Addend, gate = epilogue.Gate)
        {
            var product = new GemmProduct<T>(
                m, n, k,
                transposeA ? MatrixView<T>.RowMajor(aStart, m).Transposed : MatrixView<T>.RowMajor(aStart, k),
                transposeB ? MatrixView<T>.RowMajor(bStart, k).Transposed : MatrixView<T>.RowMajor(bStart, n),
                MatrixView<T>.RowMajor(cStart, n),
                new TileEpilogue<T>(
                    MatrixView<T>.RowMajor(addend, isRow ? 0 : n), epilogue.Scale, epilogue.Rectifies, MatrixView<T>.RowMajor(gate, n))
                {
                    Sink = epilogue.Sink,
                    RowLength = n,
                });

            if (parts == 1)
            {
                strategy.Multiply(product);
            }
            else
            {
                Share(strategy, product, team, part, parts);
            }
        }
    }

    // Apart, so that small products do not clear room for it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Share<T>(GemmStrategy<T> strategy, in GemmProduct<T> product, WorkerTeam? team, int part, int parts)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var shared = new SharedProduct<T>(strategy, product, parts);
        if (team is null)
        {
            shared.Run(part);
        }
        else
        {
            team.Run(parts, shared);
        }
    }

    /// <summary>The number of parts that a product is shared in among so many threads; 1 where it is not worth sharing.</summary>
    public static int Parts(int m, int n, int k, int threads) =>
        (long)m * n * k < WorthATeam ? 1 : Math.Min(threads, (Math.Max(m, n) + Chunk - 1) / Chunk);

    private static void CheckLength(int length, int rows, int columns, string shape, string name)
    {
        if (length != (long)rows * columns)
        {
            throw new ArgumentException(
                $"The length is {length}; a matrix {shape}, {rows} x {columns}, has {(long)rows * columns} elements.", name);
        }
    }

    private static void CheckApart<T>(ReadOnlySpan<T> operand, Span<T> c, string name)
    {
        if (operand.Overlaps(c))
        {
            throw new ArgumentException("C, which is written, overlaps this operand, which is read.", name);
        }
    }

    /// <summary>A product in parts: runs of chunks of rows or columns of C, whichever there are more of.</summary>
    private readonly struct SharedProduct<T>(GemmStrategy<T> strategy, GemmProduct<T> product, int parts) : IWorkerJob
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private bool SplitsRows => product.M >= product.N;

        private int Lines => SplitsRows ? product.M : product.N;

        private int Chunks => (Lines + Chunk - 1) / Chunk;

        public void Run(int part)
        {
            var first = ChunksBefore(part) * Chunk;
            var count = Math.Min(ChunksBefore(part + 1) * Chunk, Lines) - first;
            strategy.Multiply(SplitsRows ? product.RowRange(first, count) : product.ColumnRange(first, count));
        }

        private int ChunksBefore(int part) => (int)((long)Chunks * part / parts);
    }
}
