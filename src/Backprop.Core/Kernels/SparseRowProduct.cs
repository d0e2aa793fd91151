using System.Numerics;
using System.Runtime.CompilerServices;

namespace Backprop.Kernels;

/// <summary>
/// The product of sparse rows and a dense matrix by vectors of one width: for each element that is present, its row of B times
/// its value is added to a row of C that stays in registers. Rows of B lie anywhere, so they are asked for some elements ahead.
/// </summary>
internal sealed unsafe partial class SparseRowProduct<T, TVector, TLanes> : SparseStrategy<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    private const int MostVectors = 4;

    /// <summary>The rows after which what is in the first cache is finished.</summary>
    private const int RowChunk = 16;

    /// <inheritdoc/>
    public override int Width => TLanes.Width;

    /// <inheritdoc/>
    public override void Multiply(in SparseProduct<T> product)
    {
        if (product.Lag.Taken is null)
            Multiply<One>(product);
        else if (product.Lag.State is null)
            Multiply<Two>(product);
        else
            Multiply<Three>(product);
    }

    /// <typeparam name="TFactors">
    /// What an element of A is multiplied by: 1, a row of B; 2, that as its map leaves it; 3, and as much of its state as the map says.
    /// </typeparam>
    private static void Multiply<TFactors>(in SparseProduct<T> product)
        where TFactors : struct, ICount
    {
        for (int i = 0; i < product.M; i += RowChunk)
        {
            int end = Math.Min(i + RowChunk, product.M);
            for (int j = 0; j < product.N; j += MostVectors * TLanes.Width)
            {
                switch ((product.N - j + TLanes.Width - 1) / TLanes.Width)
                {
                    case 1: MultiplyColumns<One, TFactors>(product, i, end, j); break;
                    case 2: MultiplyColumns<Two, TFactors>(product, i, end, j); break;
                    case 3: MultiplyColumns<Three, TFactors>(product, i, end, j); break;
                    default: MultiplyColumns<Four, TFactors>(product, i, end, j); break;
                }
            }

            product.Epilogue.From(i, 0).Apply<TVector, TLanes, ScalarLanes<T>>(
                end - i, product.N, MatrixView<T>.RowMajor(product.C, product.N).From(i, 0));
        }
    }

    /// <summary>
    /// So many vectors of some rows of C, from a column on. The last of a row that is no multiple of a vector begins a little
    /// earlier, and computes some columns twice.
    /// </summary>
    [MethodImpl(Compiled.AtOnce)]
    private static void MultiplyColumns<TVectors, TFactors>(in SparseProduct<T> product, int i, int rowsEnd, int column)
        where TVectors : struct, ICount
        where TFactors : struct, ICount
    {
        nint n = product.N, toLast = Math.Min((TVectors.Value - 1) * TLanes.Width, product.N - TLanes.Width - column);
        for (T* c = product.C + (i * n) + column; i < rowsEnd; i++, c += n)
        {
            Sum<TVectors, TFactors>(product, i, column, toLast, out TVector c0, out TVector c1, out TVector c2, out TVector last);
            if (TVectors.Value > 1) TLanes.Store(c0, c);
            if (TVectors.Value > 2) TLanes.Store(c1, c + TLanes.Width);
            if (TVectors.Value > 3) TLanes.Store(c2, c + (2 * TLanes.Width));
            TLanes.Store(last, c + toLast);
        }
    }

    /// <summary>So many vectors of a row of C, from a column on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sum<TVectors, TFactors>(
        in SparseProduct<T> product, int i, int column, nint toLast, out TVector c0, out TVector c1, out TVector c2, out TVector last)
        where TVectors : struct, ICount
        where TFactors : struct, ICount
    {
        int* starts = product.Starts, indices = product.Indices;
        T* values = product.Values, b = product.B + column, state = product.Lag.State + column;
        nint n = product.N, bytes = TVectors.Value * TLanes.Width * sizeof(T);
        int end = starts[product.M], ahead = CacheHint.RowsAhead(bytes); // What is asked for may be of a later row.
        last = c0 = c1 = c2 = TLanes.Broadcast(default); // The sums of the blocks of k before.
        int e = starts[i], rowEnd = starts[i + 1];
        while (e < rowEnd)
        {
            TVector sumLast = TLanes.Broadcast(default), s0 = sumLast, s1 = sumLast, s2 = sumLast; // That of this block.
            int blockEnd = (indices[e] / Gemm.DepthBlock * Gemm.DepthBlock) + Gemm.DepthBlock - 1;
            for (; e < rowEnd && indices[e] <= blockEnd; e++)
            {
                if (e + ahead < end)
                {
                    CacheHint.Prefetch(b + (indices[e + ahead] * n), bytes);
                    if (TFactors.Value > 1) CacheHint.Prefetch(product.Lag.Taken + indices[e + ahead]);
                    if (TFactors.Value > 2) CacheHint.Prefetch(state + (indices[e + ahead] * n), bytes);
                }

                RowMap<T>* map = TFactors.Value > 1 ? product.Lag.Maps + product.Lag.Taken[indices[e]] : null;
                TVector value = TLanes.Broadcast(values[e]);
                TVector left = TFactors.Value > 1 ? TLanes.Multiply(value, TLanes.Broadcast(map->ToW)) : value;
                Add<TVectors>(left, b + (indices[e] * n), toLast, ref s0, ref s1, ref s2, ref sumLast);
                if (TFactors.Value > 2)
                {
                    left = TLanes.Multiply(value, TLanes.Broadcast(map->StateToW));
                    Add<TVectors>(left, state + (indices[e] * n), toLast, ref s0, ref s1, ref s2, ref sumLast);
                }
            }

            if (TVectors.Value > 1) c0 = TLanes.Add(c0, s0);
            if (TVectors.Value > 2) c1 = TLanes.Add(c1, s1);
            if (TVectors.Value > 3) c2 = TLanes.Add(c2, s2);
            last = TLanes.Add(last, sumLast);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TVectors>(TVector left, T* right, nint toLast, ref TVector s0, ref TVector s1, ref TVector s2, ref TVector last)
        where TVectors : struct, ICount
    {
        if (TVectors.Value > 1) s0 = TLanes.MultiplyAdd(left, TLanes.Load(right), s0);
        if (TVectors.Value > 2) s1 = TLanes.MultiplyAdd(left, TLanes.Load(right + TLanes.Width), s1);
        if (TVectors.Value > 3) s2 = TLanes.MultiplyAdd(left, TLanes.Load(right + (2 * TLanes.Width)), s2);
        last = TLanes.MultiplyAdd(left, TLanes.Load(right + toLast), last);
    }
}
