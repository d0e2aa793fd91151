namespace Backprop.Kernels;

/// <summary>A function of two numbers, over runs that each operand walks or stands still on.</summary>
internal interface IBinaryOperator<T>
{
    static abstract void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result);

    static abstract void Invoke(ReadOnlySpan<T> x, T y, Span<T> result);

    static abstract void Invoke(T x, ReadOnlySpan<T> y, Span<T> result);
}

/// <summary>result = operator(x, y), element by element, with broadcasting.</summary>
internal static class Elementwise
{
    public static void Binary<T, TOperator>(
        ReadOnlySpan<T> x, ReadOnlySpan<int> xSizes, ReadOnlySpan<T> y, ReadOnlySpan<int> ySizes, Span<T> result, ReadOnlySpan<int> sizes)
        where T : unmanaged
        where TOperator : struct, IBinaryOperator<T>
    {
        if (result.IsEmpty)
            return;
        Span<int> merged = stackalloc int[Strided.MaxRank];
        Span<int> xStrides = stackalloc int[Strided.MaxRank];
        Span<int> yStrides = stackalloc int[Strided.MaxRank];
        merged = merged[..sizes.Length];
        sizes.CopyTo(merged);
        Strided.BroadcastStrides(xSizes, sizes, xStrides[..sizes.Length]);
        Strided.BroadcastStrides(ySizes, sizes, yStrides[..sizes.Length]);
        int rank = Strided.Merge(merged, xStrides, yStrides);
        Walk<T, TOperator>(merged[..rank], x, xStrides, y, yStrides, result);
    }

    private static void Walk<T, TOperator>(
        ReadOnlySpan<int> sizes, ReadOnlySpan<T> x, ReadOnlySpan<int> xStrides, ReadOnlySpan<T> y, ReadOnlySpan<int> yStrides, Span<T> result)
        where T : unmanaged
        where TOperator : struct, IBinaryOperator<T>
    {
        if (sizes.Length > 1)
        {
            int run = result.Length / sizes[0];
            for (int i = 0; i < sizes[0]; i++)
            {
                Walk<T, TOperator>(
                    sizes[1..], x[(i * xStrides[0])..], xStrides[1..], y[(i * yStrides[0])..], yStrides[1..], result.Slice(i * run, run));
            }

            return;
        }

        int length = result.Length;
        if (sizes.Length == 0 || (xStrides[0] == 1 && yStrides[0] == 1))
            TOperator.Invoke(x[..length], y[..length], result);
        else if (yStrides[0] == 0)
            TOperator.Invoke(x[..length], y[0], result);
        else
            TOperator.Invoke(x[0], y[..length], result);
    }
}
