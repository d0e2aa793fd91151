using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Backprop.Kernels;

/// <summary>What a reduction does with the elements that fall together.</summary>
internal interface IReducer<T>
{
    static abstract void Fold(ReadOnlySpan<T> x, Span<T> result);

    static abstract T Fold(ReadOnlySpan<T> x, T result);
}

/// <summary>Broadcasting a tensor to a larger shape, its adjoint (summing the larger one down), and the maximum.</summary>
internal static class Reduction
{
    /// <summary>sum[i] = the sum of all elements of x that broadcasting would make from sum[i], row by row in order.</summary>
    public static void SumTo<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> xSizes, Span<T> sum, ReadOnlySpan<int> sumSizes)
        where T : unmanaged, INumberBase<T>
    {
        if (sum.Length > 1 && xSizes.EndsWith(sumSizes.TrimStart(1)))
        {
            SumRows(x, sum);
            return;
        }

        sum.Clear();
        Reduce<T, Adder<T>>(x, xSizes, sum, sumSizes);
    }

    /// <summary>Sums rows up, some columns at a time, whose sums stay in registers while all rows go by.</summary>
    [MethodImpl(Compiled.AtOnce)]
    private static void SumRows<T>(ReadOnlySpan<T> x, Span<T> sum)
        where T : unmanaged, INumberBase<T>
    {
        ref T from = ref MemoryMarshal.GetReference(x), to = ref MemoryMarshal.GetReference(sum);
        nuint columns = (nuint)sum.Length, width = (nuint)Vector<T>.Count, end = (nuint)x.Length, column = 0;
        for (; column + (4 * width) <= columns; column += 4 * width)
        {
            Vector<T> s0 = Vector<T>.Zero, s1 = s0, s2 = s0, s3 = s0;
            for (nuint at = column; at < end; at += columns)
            {
                s0 += Vector.LoadUnsafe(ref from, at);
                s1 += Vector.LoadUnsafe(ref from, at + width);
                s2 += Vector.LoadUnsafe(ref from, at + (2 * width));
                s3 += Vector.LoadUnsafe(ref from, at + (3 * width));
            }

            s0.StoreUnsafe(ref to, column);
            s1.StoreUnsafe(ref to, column + width);
            s2.StoreUnsafe(ref to, column + (2 * width));
            s3.StoreUnsafe(ref to, column + (3 * width));
        }

        for (; column + width <= columns; column += width)
        {
            Vector<T> s = Vector<T>.Zero;
            for (nuint at = column; at < end; at += columns)
                s += Vector.LoadUnsafe(ref from, at);
            s.StoreUnsafe(ref to, column);
        }

        for (; column < columns; column++)
        {
            T s = T.Zero;
            for (nuint at = column; at < end; at += columns)
                s += Unsafe.Add(ref from, at);
            Unsafe.Add(ref to, column) = s;
        }
    }

    /// <summary>
    /// max[i] = the largest of the elements of x that broadcasting would make from max[i]; -infinity of none, NaN where one is.
    /// </summary>
    public static void MaxTo<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> xSizes, Span<T> max, ReadOnlySpan<int> maxSizes)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        max.Fill(T.NegativeInfinity);
        Reduce<T, Larger<T>>(x, xSizes, max, maxSizes);
    }

    /// <summary>result = x, repeated along the axes that x lacks or has with size 1.</summary>
    public static void Broadcast<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> xSizes, Span<T> result, ReadOnlySpan<int> resultSizes)
        where T : unmanaged
    {
        if (result.IsEmpty)
            return;
        Span<int> sizes = stackalloc int[Strided.MaxRank];
        Span<int> strides = stackalloc int[Strided.MaxRank];
        int rank = Plan(resultSizes, xSizes, sizes, strides);
        Copy(sizes[..rank], x, strides, result);
    }

    private static int Plan(ReadOnlySpan<int> large, ReadOnlySpan<int> small, Span<int> sizes, Span<int> strides)
    {
        Span<int> dense = stackalloc int[Strided.MaxRank];
        large.CopyTo(sizes);
        Strided.BroadcastStrides(large, large, dense[..large.Length]);
        Strided.BroadcastStrides(small, large, strides[..large.Length]);
        return Strided.Merge(sizes[..large.Length], strides, dense);
    }

    private static void Reduce<T, TReducer>(
        ReadOnlySpan<T> x, ReadOnlySpan<int> xSizes, Span<T> result, ReadOnlySpan<int> resultSizes)
        where T : unmanaged
        where TReducer : struct, IReducer<T>
    {
        if (x.IsEmpty)
            return;
        Span<int> sizes = stackalloc int[Strided.MaxRank];
        Span<int> strides = stackalloc int[Strided.MaxRank];
        int rank = Plan(xSizes, resultSizes, sizes, strides);
        Fold<T, TReducer>(sizes[..rank], x, result, strides);
    }

    private static void Fold<T, TReducer>(ReadOnlySpan<int> sizes, ReadOnlySpan<T> x, Span<T> result, ReadOnlySpan<int> strides)
        where T : unmanaged
        where TReducer : struct, IReducer<T>
    {
        if (sizes.Length > 1)
        {
            int run = x.Length / sizes[0];
            for (int i = 0; i < sizes[0]; i++)
                Fold<T, TReducer>(sizes[1..], x.Slice(i * run, run), result[(i * strides[0])..], strides[1..]);
        }
        else if (sizes.Length == 0 || strides[0] == 1)
        {
            TReducer.Fold(x, result[..x.Length]);
        }
        else
        {
            result[0] = TReducer.Fold(x, result[0]);
        }
    }

    private static void Copy<T>(ReadOnlySpan<int> sizes, ReadOnlySpan<T> x, ReadOnlySpan<int> strides, Span<T> result)
        where T : unmanaged
    {
        if (sizes.Length > 1)
        {
            int run = result.Length / sizes[0];
            for (int i = 0; i < sizes[0]; i++)
                Copy(sizes[1..], x[(i * strides[0])..], strides[1..], result.Slice(i * run, run));
        }
        else if (sizes.Length == 0 || strides[0] == 1)
        {
            x[..result.Length].CopyTo(result);
        }
        else
        {
            result.Fill(x[0]);
        }
    }

    private readonly struct Adder<T> : IReducer<T>
        where T : unmanaged, INumberBase<T>
    {
        public static void Fold(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Add(result, x, result);

        public static T Fold(ReadOnlySpan<T> x, T result) => result + TensorPrimitives.Sum(x);
    }

    private readonly struct Larger<T> : IReducer<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static void Fold(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Max(result, x, result);

        public static T Fold(ReadOnlySpan<T> x, T result) => T.Max(result, TensorPrimitives.Max(x));
    }
}
