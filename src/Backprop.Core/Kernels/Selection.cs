using System.Numerics;
using System.Runtime.InteropServices;

namespace Backprop.Kernels;

/// <summary>Element-wise choice.</summary>
internal static class Selection
{
    /// <summary>result = x where condition is above 0, else 0 (also where it is NaN).</summary>
    public static void WherePositive<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> condition, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            ReadOnlySpan<Vector<T>> xs = MemoryMarshal.Cast<T, Vector<T>>(x);
            ReadOnlySpan<Vector<T>> conditions = MemoryMarshal.Cast<T, Vector<T>>(condition)[..xs.Length];
            Span<Vector<T>> results = MemoryMarshal.Cast<T, Vector<T>>(result)[..xs.Length];
            for (int v = 0; v < xs.Length; v++)
                results[v] = Vector.ConditionalSelect(Vector.GreaterThan(conditions[v], Vector<T>.Zero), xs[v], Vector<T>.Zero);
            i = xs.Length * Vector<T>.Count;
        }

        for (; i < x.Length; i++)
            result[i] = condition[i] > T.Zero ? x[i] : T.Zero;
    }
}
