using System.Numerics;
using System.Runtime.Intrinsics;

namespace Backprop.Kernels;

/// <summary>
/// Products of a sparse matrix and a dense one. An element of the result has the bits that <see cref="Gemm"/> gives it when
/// the absent elements are zeros, and B is finite: they are left out of the same sums in the same order. Allocates nothing.
/// </summary>
internal static unsafe class SparseGemm
{
    /// <summary>C = A B, and an epilogue.</summary>
    /// <param name="a">The rows of A.</param>
    /// <param name="k">The columns of A and rows of B.</param>
    /// <param name="n">The columns of B and C.</param>
    /// <param name="b">The k * n elements of B.</param>
    /// <param name="c">Takes a row for each of A.</param>
    /// <param name="epilogue">What becomes of the elements of C when their sums are complete.</param>
    /// <param name="absent">How far the rows of B lag behind; null where they do not.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public static void Multiply<T>(
        SparseLists<T> a, int k, int n, ReadOnlySpan<T> b, Span<T> c, GemmEpilogue<T> epilogue = default, AbsentRows<T>? absent = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (b.Length != (long)k * n || c.Length != (long)a.Count * n)
            throw new ArgumentException($"B has {b.Length} elements and C {c.Length}; they must have {k} x {n} and {a.Count} x {n}.", nameof(b));
        if (c.IsEmpty)
            return;

        bool lags = absent is { Count: > 0 };
        fixed (int* starts = a.Starts, indices = a.Indices, taken = lags ? absent!.Taken : [])
        fixed (RowMap<T>* maps = lags ? absent!.Maps : [])
        fixed (T* values = a.Values, bStart = b, state = lags ? absent!.State : [], cStart = c, addend = epilogue.Addend, gate = epilogue.Gate)
        {
            var product = new SparseProduct<T>(
                a.Count, n, starts, indices, values, bStart, new LaggingRows<T>(taken, maps, state), cStart,
                new TileEpilogue<T>(
                    MatrixView<T>.RowMajor(addend, epilogue.Addend.Length == n ? 0 : n), epilogue.Scale, epilogue.Rectifies,
                    MatrixView<T>.RowMajor(gate, n)));
            SparseStrategy<T>.For(n).Multiply(product);
        }
    }

    /// <summary>
    /// Takes a step of some rows of a parameter, each by the product of a row of A and B: they make up for the steps that they have missed,
    /// and in the last of these their gradient counts. A row's products and its step share one pass over memory.
    /// </summary>
    /// <param name="a">The rows of A.</param>
    /// <param name="rows">Which row of the parameter each belongs to.</param>
    /// <param name="n">The columns of B and of the parameter.</param>
    /// <param name="b">B, with n columns.</param>
    /// <param name="w">The parameter; changed in place, and its state.</param>
    /// <param name="absent">How far its rows lag behind; these catch up.</param>
    /// <param name="gradientToW">What of the gradient there is in the new w.</param>
    /// <param name="gradientToState">What of it there is in the new state.</param>
    public static void Step<T>(
        SparseLists<T> a, ReadOnlySpan<int> rows, int n, ReadOnlySpan<T> b, Span<T> w, AbsentRows<T> absent, T gradientToW, T gradientToState)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int Chunk = 16; // Rows that one width of vectors is done with before a narrower one takes what is left of each.
        fixed (int* starts = a.Starts, indices = a.Indices, taken = absent.Taken, rowsStart = rows)
        fixed (RowMap<T>* maps = absent.Maps)
        fixed (T* values = a.Values, bStart = b, wStart = w, state = absent.State)
        {
            var step = new SparseStep<T>(
                new SparseProduct<T>(rows.Length, n, starts, indices, values, bStart, default, null, default),
                rowsStart, wStart, new LaggingRows<T>(taken, maps, state), gradientToW, gradientToState);
            for (int first = 0; first < rows.Length; first += Chunk)
            {
                int end = Math.Min(first + Chunk, rows.Length);
                for (int column = 0, columns; column < n; column += columns)
                {
                    SparseStrategy<T> strategy = SparseStrategy<T>.For(n - column);
                    columns = (n - column) / strategy.Width * strategy.Width;
                    strategy.Step(step, first, end, column, columns);
                }

                absent.HaveCaughtUp(rows[first..end]);
            }
        }
    }

    /// <summary>C = A' B, all of it, and an epilogue.</summary>
    /// <param name="a">A.</param>
    /// <param name="n">The columns of B and C.</param>
    /// <param name="b">A row for each of A.</param>
    /// <param name="c">Takes a row for each column of A.</param>
    /// <param name="epilogue">What becomes of the elements of C when their sums are complete.</param>
    /// <param name="part">Which of several parts to compute.</param>
    /// <param name="parts">Their number.</param>
    public static void MultiplyTransposed<T>(
        SparseMatrix<T> a, int n, ReadOnlySpan<T> b, Span<T> c, GemmEpilogue<T> epilogue, int part, int parts)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var share = new Share(a.Columns, parts);
        (int first, int end) = (share.Start(part), share.Start(part + 1));
        Gemm.Multiply(false, false, end - first, n, 0, [], [], c[(first * n)..(end * n)], epilogue.Rows(first, end - first, n));
        ReadOnlySpan<int> present = a.PresentColumns;
        for (int i = 0; i < present.Length; i++)
        {
            int row = present[i];
            if (row >= first && row < end)
                Multiply(a.ByColumn.Slice(i, 1), a.Rows, n, b, c.Slice(row * n, n), epilogue.Rows(row, 1, n));
        }
    }
}

/// <summary>A product of a sparse matrix, by rows, and a dense one, whose memory is held still.</summary>
/// <param name="m">The rows of A and C.</param>
/// <param name="n">The columns of B and C.</param>
/// <param name="starts">Where each row of A starts, and where the last one ends.</param>
/// <param name="indices">The columns of the elements of A.</param>
/// <param name="values">Their values.</param>
/// <param name="b">B, compact and row-major.</param>
/// <param name="lag">How far the rows of B lag behind.</param>
/// <param name="c">C, compact and row-major.</param>
/// <param name="epilogue">What becomes of the elements of C.</param>
internal readonly unsafe struct SparseProduct<T>(
    int m, int n, int* starts, int* indices, T* values, T* b, LaggingRows<T> lag, T* c, TileEpilogue<T> epilogue)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public readonly int M = m, N = n;
    public readonly int* Starts = starts, Indices = indices;
    public readonly T* Values = values, B = b, C = c;
    public readonly LaggingRows<T> Lag = lag;
    public readonly TileEpilogue<T> Epilogue = epilogue;
}

/// <summary>An <see cref="AbsentRows{T}"/> whose memory is held still.</summary>
/// <param name="taken">For each row, which map is its own; null where rows do not lag behind.</param>
/// <param name="maps">The maps.</param>
/// <param name="state">v of all rows; null where there is none.</param>
internal readonly unsafe struct LaggingRows<T>(int* taken, RowMap<T>* maps, T* state)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public readonly int* Taken = taken;
    public readonly RowMap<T>* Maps = maps;
    public readonly T* State = state;
}

/// <summary>A step of some rows of a parameter, whose gradients are rows of a sparse product.</summary>
/// <param name="gradient">The product, without C: a row for each of them.</param>
/// <param name="rows">Which rows of the parameter they are.</param>
/// <param name="w">The parameter, compact and row-major.</param>
/// <param name="lag">How far its rows lag behind.</param>
/// <param name="gradientToW">What of the gradient there is in the new w.</param>
/// <param name="gradientToState">What of it there is in the new v.</param>
internal readonly unsafe struct SparseStep<T>(
    SparseProduct<T> gradient, int* rows, T* w, LaggingRows<T> lag, T gradientToW, T gradientToState)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public readonly SparseProduct<T> Gradient = gradient;
    public readonly int* Rows = rows;
    public readonly T* W = w;
    public readonly LaggingRows<T> Lag = lag;
    public readonly T GradientToW = gradientToW, GradientToState = gradientToState;
}

/// <summary>The products by vectors of one width.</summary>
internal abstract class SparseStrategy<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // The narrowest first.
    private static readonly SparseStrategy<T>[] s_all = [.. KernelSets.Supported.Where(set => set <= KernelSets.Chosen).Select(Create)];

    /// <summary>The elements of a vector.</summary>
    public abstract int Width { get; }

    /// <summary>The widest vectors of the chosen kernels that so many columns fill.</summary>
    public static SparseStrategy<T> For(int columns)
    {
        int i = s_all.Length - 1;
        while (s_all[i].Width > columns)
            i--;
        return s_all[i];
    }

    /// <summary>The strategy for a set of kernels; scalar where T has no vectors.</summary>
    public static SparseStrategy<T> Create(KernelSet set)
    {
        bool hasVectors = typeof(T) == typeof(float) || typeof(T) == typeof(double);
        return (hasVectors ? set : KernelSet.Scalar) switch
        {
            KernelSet.Vector512 => new SparseRowProduct<T, Vector512<T>, Vector512Lanes<T>>(),
            KernelSet.Vector256 => new SparseRowProduct<T, Vector256<T>, Vector256Lanes<T>>(),
            KernelSet.Vector128 => new SparseRowProduct<T, Vector128<T>, Vector128Lanes<T>>(),
            _ => new SparseRowProduct<T, T, ScalarLanes<T>>(),
        };
    }

    /// <summary>Computes a product whose rows have at least a vector of columns.</summary>
    public abstract void Multiply(in SparseProduct<T> product);

    /// <summary>Takes a step, of some rows and columns.</summary>
    /// <param name="step">The step.</param>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row after the last.</param>
    /// <param name="column">The first column.</param>
    /// <param name="columns">Their number, a multiple of <see cref="Width"/>.</param>
    public abstract void Step(in SparseStep<T> step, int first, int end, int column, int columns);
}
