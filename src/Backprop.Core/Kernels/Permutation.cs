namespace Backprop.Kernels;

/// <summary>Puts the axes of a tensor in another order.</summary>
internal static class Permutation
{
    // Two tiles of floats or doubles of this size fit the first-level cache many times over, whatever the strides.
    private const int Tile = 16;

    /// <summary>result = x, its axis i that of x named by axes[i].</summary>
    public static void Transpose<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> xSizes, ReadOnlySpan<int> axes, Span<T> result)
        where T : unmanaged
    {
        if (result.IsEmpty)
            return;
        Span<int> xStrides = stackalloc int[axes.Length], sizes = stackalloc int[axes.Length];
        Span<int> strides = stackalloc int[axes.Length], dense = stackalloc int[axes.Length];
        Strided.BroadcastStrides(xSizes, xSizes, xStrides);
        for (int i = 0; i < axes.Length; i++)
        {
            sizes[i] = xSizes[axes[i]];
            strides[i] = xStrides[axes[i]];
        }

        Strided.BroadcastStrides(sizes, sizes, dense);
        int rank = Strided.Merge(sizes, strides, dense);
        Walk(sizes[..rank], x, strides, result);
    }

    private static void Walk<T>(ReadOnlySpan<int> sizes, ReadOnlySpan<T> x, ReadOnlySpan<int> strides, Span<T> result)
        where T : unmanaged
    {
        if (sizes.Length == 2 && strides[0] == 1)
        {
            TransposeMatrix(x, strides[1], result, sizes[1]);
        }
        else if (sizes.Length > 1)
        {
            int run = result.Length / sizes[0];
            for (int i = 0; i < sizes[0]; i++)
                Walk(sizes[1..], x[(i * strides[0])..], strides[1..], result.Slice(i * run, run));
        }
        else if (sizes.Length == 0 || strides[0] == 1)
        {
            x[..result.Length].CopyTo(result);
        }
        else
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = x[i * strides[0]];
        }
    }

    private static void TransposeMatrix<T>(ReadOnlySpan<T> x, int stride, Span<T> result, int columns)
        where T : unmanaged
    {
        int rows = result.Length / columns;
        for (int top = 0; top < rows; top += Tile)
        {
            for (int left = 0; left < columns; left += Tile)
            {
                (int bottom, int right) = (Math.Min(top + Tile, rows), Math.Min(left + Tile, columns));
                for (int row = top; row < bottom; row++)
                {
                    for (int column = left; column < right; column++)
                        result[(row * columns) + column] = x[row + (column * stride)];
                }
            }
        }
    }
}
