using System.Numerics;
using System.Runtime.CompilerServices;
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

    /// <summary>result = x where condition is above 0, else y (also where it is NaN).</summary>
    public static void Where<T>(ReadOnlySpan<T> condition, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            ReadOnlySpan<Vector<T>> conditions = MemoryMarshal.Cast<T, Vector<T>>(condition);
            ReadOnlySpan<Vector<T>> xs = MemoryMarshal.Cast<T, Vector<T>>(x)[..conditions.Length];
            ReadOnlySpan<Vector<T>> ys = MemoryMarshal.Cast<T, Vector<T>>(y)[..conditions.Length];
            Span<Vector<T>> results = MemoryMarshal.Cast<T, Vector<T>>(result)[..conditions.Length];
            for (int v = 0; v < conditions.Length; v++)
                results[v] = Vector.ConditionalSelect(Vector.GreaterThan(conditions[v], Vector<T>.Zero), xs[v], ys[v]);
            i = conditions.Length * Vector<T>.Count;
        }

        for (; i < condition.Length; i++)
            result[i] = condition[i] > T.Zero ? x[i] : y[i];
    }

    /// <summary>result = 1 where x is above 0, -1 where it is below, and x itself where it is 0 or NaN.</summary>
    public static void Sign<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
            result[i] = x[i] > T.Zero ? T.One : x[i] < T.Zero ? T.NegativeOne : x[i];
    }

    /// <summary>A class index that is kept as a number.</summary>
    /// <exception cref="ArgumentException">It is none of the classes.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ClassIndex<T>(T label, int classes)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int index = int.CreateTruncating(label); // Of NaN 0, of what is too large the largest: neither passes.
        if ((uint)index >= (uint)classes || T.CreateTruncating(index) != label)
            throw new ArgumentException($"A label is {label}; with {classes} classes it must be a whole number from 0 to {classes - 1}.");
        return index;
    }

    /// <summary>1 where x is above y, 1/2 where they are equal, else 0.</summary>
    public static T Exceeds<T>(T x, T y)
        where T : unmanaged, IFloatingPointIeee754<T> => x > y ? T.One : x == y ? T.CreateTruncating(0.5) : T.Zero;
}
