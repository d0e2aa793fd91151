using System.Numerics;
using System.Numerics.Tensors;

namespace Backprop.Kernels;

/// <summary>Broadcasting a tensor to a larger shape, and its adjoint: summing the larger one down.</summary>
internal static class Reduction
{
    /// <summary>sum[i] = the sum of all elements of x that broadcasting would make from sum[i], row by row in order.</summary>
    public static void SumTo<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> xSizes, Span<T> sum, ReadOnlySpan<int> sumSizes)
        where T : unmanaged, INumberBase<T>
    {
        sum.Clear();
        if (x.IsEmpty)
            return;
        Span<int> sizes = stackalloc int[Strided.MaxRank];
        Span<int> strides = stackalloc int[Strided.MaxRank];
        int rank = Plan(xSizes, sumSizes, sizes, strides);
        Add(sizes[..rank], x, sum, strides);
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

    private static void Add<T>(ReadOnlySpan<int> sizes, ReadOnlySpan<T> x, Span<T> sum, ReadOnlySpan<int> strides)
        where T : unmanaged, INumberBase<T>
    {
        if (sizes.Length > 1)
        {
            int run = x.Length / sizes[0];
            for (int i = 0; i < sizes[0]; i++)
                Add(sizes[1..], x.Slice(i * run, run), sum[(i * strides[0])..], strides[1..]);
        }
        else if (sizes.Length == 0 || strides[0] == 1)
        {
            Span<T> target = sum[..x.Length];
            TensorPrimitives.Add(target, x, target);
        }
        else
        {
            sum[0] += TensorPrimitives.Sum(x);
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
}
