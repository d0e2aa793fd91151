using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Backprop.Kernels;

/// <summary>
/// Dot products of long vectors in double: in float, a sum of millions of terms would lose half its digits, and the square of 1e20 is
/// infinite.
/// </summary>
internal static class DoubleDot
{
    /// <summary>The sum of x[i] y[i]; both of one length. Allocates nothing.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    [MethodImpl(Compiled.AtOnce)]
    public static double Of<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<double> low = Vector<double>.Zero, high = low;
        ReadOnlySpan<Vector<T>> xs = MemoryMarshal.Cast<T, Vector<T>>(x), ys = MemoryMarshal.Cast<T, Vector<T>>(y)[..xs.Length];
        for (int i = 0; i < xs.Length; i++)
        {
            if (typeof(T) == typeof(float))
            {
                Vector.Widen((Vector<float>)(object)xs[i], out Vector<double> xLow, out Vector<double> xHigh);
                Vector.Widen((Vector<float>)(object)ys[i], out Vector<double> yLow, out Vector<double> yHigh);
                low += xLow * yLow;
                high += xHigh * yHigh;
            }
            else
            {
                low += (Vector<double>)(object)xs[i] * (Vector<double>)(object)ys[i];
            }
        }

        double sum = Vector.Sum(low + high);
        for (int i = xs.Length * Vector<T>.Count; i < x.Length; i++)
            sum += double.CreateChecked(x[i]) * double.CreateChecked(y[i]);
        return sum;
    }
}
