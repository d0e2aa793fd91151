using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Backprop.Kernels;

/// <summary>
/// The product of one row and a matrix, as in predicting row by row: C = a B by the rule of <see cref="Gemm"/>. What is read
/// of B serves no other row, so the speed is that at which B arrives: as many vectors side by side as the registers hold. A row
/// of B that is read whole is followed by the next one, as the processor expects when it fetches ahead; where rows are read in parts,
/// it fetches what is not wanted yet, and the product takes half as long again. Allocates nothing.
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
    /// <summary>The most vectors of C that are summed up side by side.</summary>
    private static int MostVectors => TLanes.Registers == 32 ? 16 : 8;

    /// <summary>Computes a product with at least a vector of columns.</summary>
    public static void Multiply(in GemmProduct<T> product)
    {
        for (var j = 0; j < product.N; j += MostVectors * TLanes.Width)
        {
            switch (Math.Min((product.N - j + TLanes.Width - 1) / TLanes.Width, MostVectors))
            {
                case 1: MultiplyColumns<One>(product, j); break;
                case 2: MultiplyColumns<Two>(product, j); break;
                case 3: MultiplyColumns<Three>(product, j); break;
                case 4: MultiplyColumns<Four>(product, j); break;
                case 5: MultiplyColumns<Five>(product, j); break;
                case 6: MultiplyColumns<Six>(product, j); break;
                case 7: MultiplyColumns<Seven>(product, j); break;
                case 8: MultiplyColumns<Eight>(product, j); break;
                case 9: MultiplyColumns<Nine>(product, j); break;
                case 10: MultiplyColumns<Ten>(product, j); break;
                case 11: MultiplyColumns<Eleven>(product, j); break;
                case 12: MultiplyColumns<Twelve>(product, j); break;
                case 13: MultiplyColumns<Thirteen>(product, j); break;
                case 14: MultiplyColumns<Fourteen>(product, j); break;
                case 15: MultiplyColumns<Fifteen>(product, j); break;
                default: MultiplyColumns<Sixteen>(product, j); break;
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

    [MethodImpl(Compiled.AtOnce)]
    private static void Run<TVectors>(nint depth, MatrixView<T> aView, MatrixView<T> bView, T* bLast, T* c, T* cLast, bool add)
        where TVectors : struct, ICount
    {
        var zero = TLanes.Broadcast(default);
        TVector c0 = zero, c1 = zero, c2 = zero, c3 = zero, c4 = zero, c5 = zero, c6 = zero, c7 = zero;
        TVector c8 = zero, c9 = zero, c10 = zero, c11 = zero, c12 = zero, c13 = zero, c14 = zero, last = zero;
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
            if (TVectors.Value > 8) c7 = TLanes.MultiplyAdd(left, TLanes.Load(b + (7 * TLanes.Width)), c7);
            if (TVectors.Value > 9) c8 = TLanes.MultiplyAdd(left, TLanes.Load(b + (8 * TLanes.Width)), c8);
            if (TVectors.Value > 10) c9 = TLanes.MultiplyAdd(left, TLanes.Load(b + (9 * TLanes.Width)), c9);
            if (TVectors.Value > 11) c10 = TLanes.MultiplyAdd(left, TLanes.Load(b + (10 * TLanes.Width)), c10);
            if (TVectors.Value > 12) c11 = TLanes.MultiplyAdd(left, TLanes.Load(b + (11 * TLanes.Width)), c11);
            if (TVectors.Value > 13) c12 = TLanes.MultiplyAdd(left, TLanes.Load(b + (12 * TLanes.Width)), c12);
            if (TVectors.Value > 14) c13 = TLanes.MultiplyAdd(left, TLanes.Load(b + (13 * TLanes.Width)), c13);
            if (TVectors.Value > 15) c14 = TLanes.MultiplyAdd(left, TLanes.Load(b + (14 * TLanes.Width)), c14);
            last = TLanes.MultiplyAdd(left, TLanes.Load(bLast), last);
            a += aNext;
            b += bNext;
            bLast += bNext;
        }

        // What it is added to is read before its neighbour is written: they may share columns.
        last = add ? TLanes.Add(TLanes.Load(cLast), last) : last;
        if (TVectors.Value > 1) Finish(c0, c, add);
        if (TVectors.Value > 2) Finish(c1, c + TLanes.Width, add);
        if (TVectors.Value > 3) Finish(c2, c + (2 * TLanes.Width), add);
        if (TVectors.Value > 4) Finish(c3, c + (3 * TLanes.Width), add);
        if (TVectors.Value > 5) Finish(c4, c + (4 * TLanes.Width), add);
        if (TVectors.Value > 6) Finish(c5, c + (5 * TLanes.Width), add);
        if (TVectors.Value > 7) Finish(c6, c + (6 * TLanes.Width), add);
        if (TVectors.Value > 8) Finish(c7, c + (7 * TLanes.Width), add);
        if (TVectors.Value > 9) Finish(c8, c + (8 * TLanes.Width), add);
        if (TVectors.Value > 10) Finish(c9, c + (9 * TLanes.Width), add);
        if (TVectors.Value > 11) Finish(c10, c + (10 * TLanes.Width), add);
        if (TVectors.Value > 12) Finish(c11, c + (11 * TLanes.Width), add);
        if (TVectors.Value > 13) Finish(c12, c + (12 * TLanes.Width), add);
        if (TVectors.Value > 14) Finish(c13, c + (13 * TLanes.Width), add);
        if (TVectors.Value > 15) Finish(c14, c + (14 * TLanes.Width), add);
        TLanes.Store(last, cLast);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(TVector sum, T* c, bool add) => TLanes.Store(add ? TLanes.Add(TLanes.Load(c), sum) : sum, c);
}
