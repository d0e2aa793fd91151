using System.Numerics;
using System.Runtime.CompilerServices;

namespace Backprop.Kernels;

/// <summary>
/// The product of sparse rows and a dense matrix by vectors of one width: for each element that is present, its row of B times
/// its value is added to a row of C that stays in registers. Rows of B lie anywhere, so they are asked for some elements ahead.
/// </summary>
internal sealed unsafe class SparseRowProduct<T, TVector, TLanes> : SparseStrategy<T>
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
        for (int i = 0; i < product.M; i += RowChunk)
        {
            int end = Math.Min(i + RowChunk, product.M);
            for (int j = 0; j < product.N; j += MostVectors * TLanes.Width)
            {
                switch ((product.N - j + TLanes.Width - 1) / TLanes.Width)
                {
                    case 1: MultiplyColumns<One>(product, i, end, j); break;
                    case 2: MultiplyColumns<Two>(product, i, end, j); break;
                    case 3: MultiplyColumns<Three>(product, i, end, j); break;
                    default: MultiplyColumns<Four>(product, i, end, j); break;
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyColumns<TVectors>(in SparseProduct<T> product, int i, int rowsEnd, int column)
        where TVectors : struct, ICount
    {
        nint n = product.N, toLast = Math.Min((TVectors.Value - 1) * TLanes.Width, product.N - TLanes.Width - column);
        int* starts = product.Starts, indices = product.Indices;
        T* values = product.Values, b = product.B + column, c = product.C + (i * n) + column;
        int end = starts[product.M], ahead = CacheHint.RowsAhead(TVectors.Value * TLanes.Width * sizeof(T)); // May be of a later row.
        TVector zero = TLanes.Broadcast(default);
        for (; i < rowsEnd; i++, c += n)
        {
            TVector last = zero, c0 = zero, c1 = zero, c2 = zero; // The sums of the blocks of k before.
            int e = starts[i], rowEnd = starts[i + 1];
            while (e < rowEnd)
            {
                TVector sumLast = zero, s0 = zero, s1 = zero, s2 = zero; // That of this block.
                int blockEnd = (indices[e] / Gemm.DepthBlock * Gemm.DepthBlock) + Gemm.DepthBlock - 1;
                for (; e < rowEnd && indices[e] <= blockEnd; e++)
                {
                    if (e + ahead < end)
                        CacheHint.Prefetch(b + (indices[e + ahead] * n), TVectors.Value * TLanes.Width * sizeof(T));
                    TVector left = TLanes.Broadcast(values[e]);
                    T* right = b + (indices[e] * n);
                    if (TVectors.Value > 1) s0 = TLanes.MultiplyAdd(left, TLanes.Load(right), s0);
                    if (TVectors.Value > 2) s1 = TLanes.MultiplyAdd(left, TLanes.Load(right + TLanes.Width), s1);
                    if (TVectors.Value > 3) s2 = TLanes.MultiplyAdd(left, TLanes.Load(right + (2 * TLanes.Width)), s2);
                    sumLast = TLanes.MultiplyAdd(left, TLanes.Load(right + toLast), sumLast);
                }

                if (TVectors.Value > 1) c0 = TLanes.Add(c0, s0);
                if (TVectors.Value > 2) c1 = TLanes.Add(c1, s1);
                if (TVectors.Value > 3) c2 = TLanes.Add(c2, s2);
                last = TLanes.Add(last, sumLast);
            }

            if (TVectors.Value > 1) TLanes.Store(c0, c);
            if (TVectors.Value > 2) TLanes.Store(c1, c + TLanes.Width);
            if (TVectors.Value > 3) TLanes.Store(c2, c + (2 * TLanes.Width));
            TLanes.Store(last, c + toLast);
        }
    }
}
