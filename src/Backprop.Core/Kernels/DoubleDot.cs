using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Backprop.Kernels;

/// <summary>
/// Dot products of long vectors in double: in float, a sum of millions of terms would lose half its digits, and the square of 1e20 is
/// infinite.
/// </summary>
internal static class DoubleDot
{
    private const int Part = 512;

    /// <summary>The sum of x[i] y[i]; both of one length. Allocates nothing.</summary>
    [SkipLocalsInit] // Zeros of two parts would take longer than a short dot product.
    public static double Of<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<double> xPart = stackalloc double[Part], yPart = stackalloc double[Part];
        double sum = 0;
        for (int i = 0; i < x.Length; i += Part)
        {
            int length = Math.Min(Part, x.Length - i);
            TensorPrimitives.ConvertTruncating(x.Slice(i, length), xPart);
            TensorPrimitives.ConvertTruncating(y.Slice(i, length), yPart);
            sum += TensorPrimitives.Dot<double>(xPart[..length], yPart[..length]);
        }

        return sum;
    }
}
