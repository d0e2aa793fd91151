using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Backprop.Kernels;

/// <summary>
/// The product of one row and a matrix, as in predicting row by row: C = a B by the rule of <see cref="Gemm"/>. What is read
/// of B serves no other row, so the speed is that at which B arrives; eight vectors side by side ask for all that the second
/// cache gives, where the two of a tile wait for each other's multiply-adds. Allocates nothing.
/// </summary>
internal static class RowProduct
{
    /// <summary>
    /// Computes a product with one row, whose columns are contiguous in B and C, by the widest vectors that a row of C fills,
    /// up to those of <typeparamref name="TLanes"/>.
    /// </summary>
    public static void Multiply<T, TVector, TLanes>(in GemmProduct<T> product)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVector : unmanaged
        where TLanes : struct, IVectorLanes<T, TVector>
    {
        if (product.N >= TLanes.Width)
        {
            RowProduct<T, TVector, TLanes>.Multiply(product);
        }
        else if (TLanes.Width > Vector256<T>.Count && product.N >= Vector256<T>.Count)
        {
            RowProduct<T, Vector256<T>, Vector256Lanes<T>>.Multiply(product);
        }
        else if (TLanes.Width > Vector128<T>.Count && product.N >= Vector128<T>.Count)
        {
            RowProduct<T, Vector128<T>, Vector128Lanes<T>>.Multiply(product);
        }
        else
        {
            RowProduct<T, T, ScalarLanes<T>>.Multiply(product);
        }
    }
}

/// <summary>The product of one row and a matrix by vectors of one width.</summary>
internal static unsafe class RowProduct<T, TVector, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    private const int MostVectors = 8;

    /// <summary>Computes a product with at least a vector of columns.</summary>
    public static void Multiply(in GemmProduct<T> product)
    {
        for (var j = 0; j < product.N; j += MostVectors * TLanes.Width)
        {
            var vectors = (product.N - j + TLanes.Width - 1) / TLanes.Width;
            switch (vectors)
            {
                case 1: MultiplyColumns<One>(product, j); break;
                case 2: MultiplyColumns<Two>(product, j); break;
                case 3: MultiplyColumns<Three>(product, j); break;
                case 4: MultiplyColumns<Four>(product, j); break;
                case 5: MultiplyColumns<Five>(product, j); break;
                case 6: MultiplyColumns<Six>(product, j); break;
                case 7: MultiplyColumns<Seven>(product, j); break;
                default: MultiplyColumns<Eight>(product, j); break;
            }
        }

        product.Epilogue.Apply<TVector, TLanes, ScalarLanes<T>>(1, product.N, product.C);
    }

    /// <summary>
    /// So many vectors of C. The last of a row that is no multiple of a vector begins a little earlier, and computes some
    /// columns twice.
    /// </summary>
    private static void MultiplyColumns<TVectors>(in GemmProduct<T> product, int first)
        where TVectors : struct, ICount
    {
        var last = Math.Min(first + ((TVectors.Value - 1) * TLanes.Width), product.N - TLanes.Width);
        var p = 0;
        do
        {
            var depth = Math.Min(product.K - p, Gemm.DepthBlock);
            Run<TVectors>(
                depth, product.A.From(0, p), product.B.From(p, first), product.B.At(p, last),
                product.C.At(0, first), product.C.At(0, last), add: p > 0);
            p += depth;
        }
        while (p < product.K);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TVectors>(nint depth, MatrixView<T> aView, MatrixView<T> bView, T* bLast, T* c, T* cLast, bool add)
        where TVectors : struct, ICount
    {
        TVector last = TLanes.Broadcast(default), c0 = last, c1 = last, c2 = last, c3 = last, c4 = last, c5 = last, c6 = last;
        T* a = aView.Data, b = bView.Data;
        nint aNext = aView.ColumnStep, bNext = bView.RowStep;
        for (; depth > 0; depth--)
        {
            var left = TLanes.Broadcast(*a);
            if (TVectors.Value > 1) c0 = TLanes.MultiplyAdd(left, TLanes.Load(b), c0);
            if (TVectors.Value > 2) c1 = TLanes.MultiplyAdd(left, TLanes.Load(b + TLanes.Width), c1);
            if (TVectors.Value > 3) c2 = TLanes.MultiplyAdd(left, TLanes.Load(b + (2 * TLanes.Width)), c2);
            if (TVectors.Value > 4) c3 = TLanes.MultiplyAdd(left, TLanes.Load(b + (3 * TLanes.Width)), c3);
            if (TVectors.Value > 5) c4 = TLanes.MultiplyAdd(left, TLanes.Load(b + (4 * TLanes.Width)), c4);
            if (TVectors.Value > 6) c5 = TLanes.MultiplyAdd(left, TLanes.Load(b + (5 * TLanes.Width)), c5);
            if (TVectors.Value > 7) c6 = TLanes.MultiplyAdd(left, TLanes.Load(b + (6 * TLanes.Width)), c6);
            last = TLanes.MultiplyAdd(left, TLanes.Load(bLast), last);
            a += aNext;
            b += bNext;
            bLast += bNext;
        }

        if (add)
        {
            // All are read before one is written: the last may share columns with its neighbour.
            last = TLanes.Add(TLanes.Load(cLast), last);
            if (TVectors.Value > 1) c0 = TLanes.Add(TLanes.Load(c), c0);
            if (TVectors.Value > 2) c1 = TLanes.Add(TLanes.Load(c + TLanes.Width), c1);
            if (TVectors.Value > 3) c2 = TLanes.Add(TLanes.Load(c + (2 * TLanes.Width)), c2);
            if (TVectors.Value > 4) c3 = TLanes.Add(TLanes.Load(c + (3 * TLanes.Width)), c3);
            if (TVectors.Value > 5) c4 = TLanes.Add(TLanes.Load(c + (4 * TLanes.Width)), c4);
            if (TVectors.Value > 6) c5 = TLanes.Add(TLanes.Load(c + (5 * TLanes.Width)), c5);
            if (TVectors.Value > 7) c6 = TLanes.Add(TLanes.Load(c + (6 * TLanes.Width)), c6);
        }

        if (TVectors.Value > 1) TLanes.Store(c0, c);
        if (TVectors.Value > 2) TLanes.Store(c1, c + TLanes.Width);
        if (TVectors.Value > 3) TLanes.Store(c2, c + (2 * TLanes.Width));
        if (TVectors.Value > 4) TLanes.Store(c3, c + (3 * TLanes.Width));
        if (TVectors.Value > 5) TLanes.Store(c4, c + (4 * TLanes.Width));
        if (TVectors.Value > 6) TLanes.Store(c5, c + (5 * TLanes.Width));
        if (TVectors.Value > 7) TLanes.Store(c6, c + (6 * TLanes.Width));
        TLanes.Store(last, cLast);
    }
}
