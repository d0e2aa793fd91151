using System.Numerics;
using System.Numerics.Tensors;

namespace Backprop.Kernels;

/// <summary>
/// Softmax and its logarithm over one row. The row's maximum is subtracted first, so that no logit is too large for an
/// exponential; what is small against it rounds to 0.
/// </summary>
internal static class Softmax
{
    private const int Chunk = 256;

    /// <summary>p = exp(z) / sum(exp(z)).</summary>
    public static void Normalize<T>(ReadOnlySpan<T> z, Span<T> p)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TensorPrimitives.Subtract(z, TensorPrimitives.Max(z), p);
        TensorPrimitives.Exp<T>(p, p);
        TensorPrimitives.Multiply(p, T.One / TensorPrimitives.Sum<T>(p), p);
    }

    /// <summary>p = z - log(sum(exp(z))).</summary>
    public static void LogNormalize<T>(ReadOnlySpan<T> z, Span<T> p)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T max = TensorPrimitives.Max(z);
        TensorPrimitives.Subtract(z, max, p);
        TensorPrimitives.Subtract(p, T.Log(SumExp(z, max)), p);
    }

    /// <summary>log(sum(exp(z))).</summary>
    public static T LogSumExp<T>(ReadOnlySpan<T> z)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T max = TensorPrimitives.Max(z);
        return T.IsFinite(max) ? max + T.Log(SumExp(z, max)) : max; // Infinity less infinity would be NaN.
    }

    /// <summary>-log(softmax(z)[label]), exact also where the probability itself would round to 0 or 1.</summary>
    public static T CrossEntropy<T>(ReadOnlySpan<T> z, int label)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T max = TensorPrimitives.Max(z);
        return T.Log(SumExp(z, max)) - (z[label] - max);
    }

    /// <summary>-sum(targets log(softmax(z))) = sum(targets (log(sum(exp(z))) - z)).</summary>
    public static T CrossEntropy<T>(ReadOnlySpan<T> z, ReadOnlySpan<T> targets)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T max = TensorPrimitives.Max(z);
        T log = T.Log(SumExp(z, max)), sum = T.Zero;
        for (int i = 0; i < z.Length; i++)
            sum += targets[i] * (log - (z[i] - max));
        return sum;
    }

    private static T SumExp<T>(ReadOnlySpan<T> z, T max)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> exp = stackalloc T[Math.Min(z.Length, Chunk)];
        T sum = T.Zero;
        for (int start = 0; start < z.Length; start += Chunk)
        {
            ReadOnlySpan<T> part = z.Slice(start, Math.Min(Chunk, z.Length - start));
            Span<T> e = exp[..part.Length];
            TensorPrimitives.Subtract(part, max, e);
            TensorPrimitives.Exp<T>(e, e);
            sum += TensorPrimitives.Sum<T>(e);
        }

        return sum;
    }
}
