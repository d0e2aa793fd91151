using System.Runtime.CompilerServices;

namespace Backprop.Kernels;

/// <summary>
/// The micro-kernel of the matrix product: a tile of C of 1 to 6 rows by 1 or 2 vectors, held in registers while one block
/// of k runs through it.
/// </summary>
/// <remarks>
/// Six rows by two vectors are twelve independent chains, enough to hide the latency of a multiply-add, and with two
/// vectors of B and one element of A they fit the sixteen registers of AVX2. Smaller tiles are the same source with the
/// surplus folded away by the JIT, so a tile's shape never touches the arithmetic of an element.
/// </remarks>
internal static unsafe class GemmTile<T, TVector, TLanes>
    where T : unmanaged
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    /// <summary>The most rows of a tile.</summary>
    public const int Rows = 6;

    /// <summary>The most columns of a tile.</summary>
    public static int Columns => 2 * TLanes.Width;

    /// <summary>
    /// <c>C (+)= A B</c> on one tile. The rows of B are read as vectors, so its column step must be 1, and so must C's.
    /// </summary>
    /// <param name="rows">The rows of the tile, 1 to <see cref="Rows"/>.</param>
    /// <param name="vectors">The vectors in a row of it, 1 or 2.</param>
    /// <param name="depth">The length of this block of k.</param>
    /// <param name="a">rows x depth.</param>
    /// <param name="b">depth x (vectors * width); every column is read.</param>
    /// <param name="c">rows x (vectors * width); every column is written.</param>
    /// <param name="add">Whether the block is added to C or replaces it.</param>
    public static void Multiply(int rows, int vectors, nint depth, MatrixView<T> a, MatrixView<T> b, MatrixView<T> c, bool add)
    {
        if (vectors == 1)
        {
            Multiply<One>(rows, depth, a, b, c, add);
        }
        else
        {
            Multiply<Two>(rows, depth, a, b, c, add);
        }
    }

    private static void Multiply<TVectors>(
        int rows, nint depth, MatrixView<T> a, MatrixView<T> b, MatrixView<T> c, bool add)
        where TVectors : struct, ICount
    {
        switch (rows)
        {
            case 1: Run<One, TVectors>(depth, a, b, c, add); break;
            case 2: Run<Two, TVectors>(depth, a, b, c, add); break;
            case 3: Run<Three, TVectors>(depth, a, b, c, add); break;
            case 4: Run<Four, TVectors>(depth, a, b, c, add); break;
            case 5: Run<Five, TVectors>(depth, a, b, c, add); break;
            default: Run<Six, TVectors>(depth, a, b, c, add); break;
        }
    }

    // Compiled fully at once: in the first tier a loop over vectors is some hundred times slower than it should be.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TRows, TVectors>(nint depth, MatrixView<T> aView, MatrixView<T> bView, MatrixView<T> cView, bool add)
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        TVector c00 = TLanes.Broadcast(default), c01 = c00;
        TVector c10 = c00, c11 = c00;
        TVector c20 = c00, c21 = c00;
        TVector c30 = c00, c31 = c00;
        TVector c40 = c00, c41 = c00;
        TVector c50 = c00, c51 = c00;
        T* a = aView.Data, b = bView.Data, c = cView.Data;
        nint aRow = aView.RowStep, cRow = cView.RowStep, aNext = aView.ColumnStep, bNext = bView.RowStep;
        var a3 = a + (3 * aRow);

        if (add)
        {
            // Else all would wait at the end for what earlier blocks of k have left there.
            for (var row = 0; row < TRows.Value; row++)
            {
                CacheHint.Prefetch(c + (row * cRow), TVectors.Value * TLanes.Width * sizeof(T));
            }
        }

        for (; depth > 0; depth--)
        {
            var b0 = TLanes.Load(b);
            var b1 = TVectors.Value > 1 ? TLanes.Load(b + TLanes.Width) : b0;

            Step<TVectors>(a, b0, b1, ref c00, ref c01);
            if (TRows.Value > 1) Step<TVectors>(a + aRow, b0, b1, ref c10, ref c11);
            if (TRows.Value > 2) Step<TVectors>(a + (2 * aRow), b0, b1, ref c20, ref c21);
            if (TRows.Value > 3) Step<TVectors>(a3, b0, b1, ref c30, ref c31);
            if (TRows.Value > 4) Step<TVectors>(a3 + aRow, b0, b1, ref c40, ref c41);
            if (TRows.Value > 5) Step<TVectors>(a3 + (2 * aRow), b0, b1, ref c50, ref c51);

            a += aNext;
            a3 += aNext;
            b += bNext;
        }

        Finish<TVectors>(c00, c01, c, add);
        if (TRows.Value > 1) Finish<TVectors>(c10, c11, c + cRow, add);
        if (TRows.Value > 2) Finish<TVectors>(c20, c21, c + (2 * cRow), add);
        if (TRows.Value > 3) Finish<TVectors>(c30, c31, c + (3 * cRow), add);
        if (TRows.Value > 4) Finish<TVectors>(c40, c41, c + (4 * cRow), add);
        if (TRows.Value > 5) Finish<TVectors>(c50, c51, c + (5 * cRow), add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TVectors>(T* a, TVector b0, TVector b1, ref TVector c0, ref TVector c1)
        where TVectors : struct, ICount
    {
        var left = TLanes.Broadcast(*a);
        c0 = TLanes.MultiplyAdd(left, b0, c0);
        if (TVectors.Value > 1)
        {
            c1 = TLanes.MultiplyAdd(left, b1, c1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TVectors>(TVector sum0, TVector sum1, T* c, bool add)
        where TVectors : struct, ICount
    {
        TLanes.Store(add ? TLanes.Add(TLanes.Load(c), sum0) : sum0, c);
        if (TVectors.Value > 1)
        {
            c += TLanes.Width;
            TLanes.Store(add ? TLanes.Add(TLanes.Load(c), sum1) : sum1, c);
        }
    }
}
