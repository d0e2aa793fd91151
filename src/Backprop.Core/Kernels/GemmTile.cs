using System.Runtime.CompilerServices;

namespace Backprop.Kernels;

/// <summary>
/// The micro-kernel of the matrix product: a tile of C of some rows by 1 or 2 vectors, held in registers while one block of
/// k runs through it.
/// </summary>
/// <remarks>
/// Six rows by two vectors are twelve independent chains, enough to hide the latency of a multiply-add, and with two
/// vectors of B and one element of A they fit the sixteen registers of AVX2. Where there are thirty-two, twelve rows read
/// B half as often, and where A is transposed they use more of each of its lines. Fourteen would fit, but rows that lie a
/// page apart share one set of the first cache, which has twelve ways or fewer. Smaller tiles are the same source with the
/// surplus folded away by the JIT, so a tile's shape never touches the arithmetic of an element.
/// <para>
/// Views are handed on by reference. A copy is read in other pieces than it was written in, and so must wait until all
/// that was stored before it, a tile of C, has reached the cache: as long as eight steps of k.
/// </para>
/// </remarks>
internal static unsafe class GemmTile<T, TVector, TLanes>
    where T : unmanaged
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    /// <summary>The most rows of a tile.</summary>
    public static int Rows => TLanes.Registers == 32 ? 12 : 6;

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
    public static void Multiply(int rows, int vectors, nint depth, in MatrixView<T> a, in MatrixView<T> b, in MatrixView<T> c, bool add)
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

    [MethodImpl(Compiled.AtOnce)]
    private static void Multiply<TVectors>(
        int rows, nint depth, in MatrixView<T> a, in MatrixView<T> b, in MatrixView<T> c, bool add)
        where TVectors : struct, ICount
    {
        switch (rows)
        {
            case 1: Run<One, TVectors>(depth, a, b, c, add); break;
            case 2: Run<Two, TVectors>(depth, a, b, c, add); break;
            case 3: Run<Three, TVectors>(depth, a, b, c, add); break;
            case 4: Run<Four, TVectors>(depth, a, b, c, add); break;
            case 5: Run<Five, TVectors>(depth, a, b, c, add); break;
            case 6: Run<Six, TVectors>(depth, a, b, c, add); break;
            case 7: Run<Seven, TVectors>(depth, a, b, c, add); break;
            case 8: Run<Eight, TVectors>(depth, a, b, c, add); break;
            case 9: Run<Nine, TVectors>(depth, a, b, c, add); break;
            case 10: Run<Ten, TVectors>(depth, a, b, c, add); break;
            case 11: Run<Eleven, TVectors>(depth, a, b, c, add); break;
            default: Run<Twelve, TVectors>(depth, a, b, c, add); break;
        }
    }

    [MethodImpl(Compiled.AtOnce)]
    private static void Run<TRows, TVectors>(nint depth, in MatrixView<T> aView, in MatrixView<T> bView, in MatrixView<T> cView, bool add)
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        var zero = TLanes.Broadcast(default);
        TVector x0 = zero, y0 = zero, x1 = zero, y1 = zero;
        TVector x2 = zero, y2 = zero, x3 = zero, y3 = zero;
        TVector x4 = zero, y4 = zero, x5 = zero, y5 = zero;
        TVector x6 = zero, y6 = zero, x7 = zero, y7 = zero;
        TVector x8 = zero, y8 = zero, x9 = zero, y9 = zero;
        TVector x10 = zero, y10 = zero, x11 = zero, y11 = zero;
        T* a = aView.Data, b = bView.Data, c = cView.Data;
        nint aRow = aView.RowStep, aThreeRows = 3 * aRow, cRow = cView.RowStep, aNext = aView.ColumnStep, bNext = bView.RowStep;

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
            T* a3 = a + aThreeRows, a6 = a3 + aThreeRows, a9 = a6 + aThreeRows;

            Step<TVectors>(a, b0, b1, ref x0, ref y0);
            if (TRows.Value > 1) Step<TVectors>(a + aRow, b0, b1, ref x1, ref y1);
            if (TRows.Value > 2) Step<TVectors>(a + (2 * aRow), b0, b1, ref x2, ref y2);
            if (TRows.Value > 3) Step<TVectors>(a3, b0, b1, ref x3, ref y3);
            if (TRows.Value > 4) Step<TVectors>(a3 + aRow, b0, b1, ref x4, ref y4);
            if (TRows.Value > 5) Step<TVectors>(a3 + (2 * aRow), b0, b1, ref x5, ref y5);
            if (TRows.Value > 6) Step<TVectors>(a6, b0, b1, ref x6, ref y6);
            if (TRows.Value > 7) Step<TVectors>(a6 + aRow, b0, b1, ref x7, ref y7);
            if (TRows.Value > 8) Step<TVectors>(a6 + (2 * aRow), b0, b1, ref x8, ref y8);
            if (TRows.Value > 9) Step<TVectors>(a9, b0, b1, ref x9, ref y9);
            if (TRows.Value > 10) Step<TVectors>(a9 + aRow, b0, b1, ref x10, ref y10);
            if (TRows.Value > 11) Step<TVectors>(a9 + (2 * aRow), b0, b1, ref x11, ref y11);

            a += aNext;
            b += bNext;
        }

        Finish<TVectors>(x0, y0, c, add);
        if (TRows.Value > 1) Finish<TVectors>(x1, y1, c + cRow, add);
        if (TRows.Value > 2) Finish<TVectors>(x2, y2, c + (2 * cRow), add);
        if (TRows.Value > 3) Finish<TVectors>(x3, y3, c + (3 * cRow), add);
        if (TRows.Value > 4) Finish<TVectors>(x4, y4, c + (4 * cRow), add);
        if (TRows.Value > 5) Finish<TVectors>(x5, y5, c + (5 * cRow), add);
        if (TRows.Value > 6) Finish<TVectors>(x6, y6, c + (6 * cRow), add);
        if (TRows.Value > 7) Finish<TVectors>(x7, y7, c + (7 * cRow), add);
        if (TRows.Value > 8) Finish<TVectors>(x8, y8, c + (8 * cRow), add);
        if (TRows.Value > 9) Finish<TVectors>(x9, y9, c + (9 * cRow), add);
        if (TRows.Value > 10) Finish<TVectors>(x10, y10, c + (10 * cRow), add);
        if (TRows.Value > 11) Finish<TVectors>(x11, y11, c + (11 * cRow), add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TVectors>(T* a, TVector b0, TVector b1, ref TVector x, ref TVector y)
        where TVectors : struct, ICount
    {
        var left = TLanes.Broadcast(*a);
        x = TLanes.MultiplyAdd(left, b0, x);
        if (TVectors.Value > 1)
        {
            y = TLanes.MultiplyAdd(left, b1, y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TVectors>(TVector x, TVector y, T* c, bool add)
        where TVectors : struct, ICount
    {
        if (add)
        {
            x = TLanes.Add(TLanes.Load(c), x);
            y = TVectors.Value > 1 ? TLanes.Add(TLanes.Load(c + TLanes.Width), y) : y;
        }

        TLanes.Store(x, c);
        if (TVectors.Value > 1)
        {
            TLanes.Store(y, c + TLanes.Width);
        }
    }
}
