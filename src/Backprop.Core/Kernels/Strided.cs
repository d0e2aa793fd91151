namespace Backprop.Kernels;

/// <summary>
/// Loops over tensors of one common shape in which an axis of some tensors may stand still (stride 0): broadcasting, and
/// its adjoint, summation. Neighbouring axes that every tensor walks alike are merged first, so that the innermost call
/// gets runs as long as possible. Nothing is allocated.
/// </summary>
internal static class Strided
{
    /// <summary>The most axes that a tensor may have here.</summary>
    public const int MaxRank = 16;

    /// <summary>
    /// The stride of each axis of a tensor seen as one of a larger shape: 0 where its size is 1 or where it has no such axis
    /// (axes are matched from the last, as in NumPy).
    /// </summary>
    public static void BroadcastStrides(ReadOnlySpan<int> sizes, ReadOnlySpan<int> common, Span<int> strides)
    {
        strides.Clear();
        int stride = 1;
        for (int axis = sizes.Length - 1; axis >= 0; axis--)
        {
            int at = common.Length - sizes.Length + axis;
            strides[at] = sizes[axis] == 1 ? 0 : stride;
            stride *= sizes[axis];
        }
    }

    /// <summary>Merges axes that both tensors walk without a jump, or stand still on. Returns the number that are left, at the front.</summary>
    public static int Merge(Span<int> sizes, Span<int> x, Span<int> y)
    {
        int last = -1;
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            if (sizes[axis] == 1)
                continue;
            bool joins = last >= 0 && x[last] == x[axis] * sizes[axis] && y[last] == y[axis] * sizes[axis];
            if (!joins)
                last++;
            sizes[last] = joins ? sizes[last] * sizes[axis] : sizes[axis];
            x[last] = x[axis];
            y[last] = y[axis];
        }

        return last + 1;
    }
}
