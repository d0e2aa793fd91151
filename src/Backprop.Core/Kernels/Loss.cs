using System.Numerics;
using System.Numerics.Tensors;

namespace Backprop.Kernels;

/// <summary>Losses element by element, in one pass over the operands.</summary>
internal static class Loss
{
    /// <summary>result = q (d - q/2), d = |a - b|, q = min(d, delta): d^2/2 up to delta, delta (d - delta/2) above.</summary>
    public static void Huber<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, T delta, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int Chunk = Activation.Chunk;
        T minusHalf = T.CreateChecked(-0.5);
        Span<T> buffer = stackalloc T[Chunk];
        for (int start = 0; start < a.Length; start += Chunk)
        {
            int length = Math.Min(Chunk, a.Length - start);
            Span<T> d = result.Slice(start, length), q = buffer[..length];
            TensorPrimitives.Subtract(a.Slice(start, length), b.Slice(start, length), d);
            TensorPrimitives.Abs<T>(d, d);
            TensorPrimitives.Min(d, delta, q);
            TensorPrimitives.MultiplyAdd(q, minusHalf, d, d);
            TensorPrimitives.Multiply<T>(d, q, d);
        }
    }

    /// <summary>
    /// result = -t log(sigmoid(z)) - (1 - t) log(1 - sigmoid(z)), as max(z, 0) (1 - t) + max(-z, 0) t + log(1 + exp(-|z|)): no
    /// difference of large numbers, so a loss that is almost 0 is exact, too.
    /// </summary>
    public static void SigmoidCrossEntropy<T>(ReadOnlySpan<T> z, ReadOnlySpan<T> t, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int Chunk = Activation.Chunk;
        Span<T> hinges = stackalloc T[Chunk], complements = stackalloc T[Chunk];
        for (int start = 0; start < z.Length; start += Chunk)
        {
            int length = Math.Min(Chunk, z.Length - start);
            ReadOnlySpan<T> logits = z.Slice(start, length), targets = t.Slice(start, length);
            Span<T> sum = result.Slice(start, length), hinge = hinges[..length], complement = complements[..length];
            Activation.SoftplusTail(logits, sum);
            TensorPrimitives.Max(logits, T.Zero, hinge);
            TensorPrimitives.Subtract(T.One, targets, complement);
            TensorPrimitives.MultiplyAdd(hinge, complement, sum, sum);
            TensorPrimitives.Negate(logits, hinge);
            TensorPrimitives.Max(hinge, T.Zero, hinge);
            TensorPrimitives.MultiplyAdd(hinge, targets, sum, sum);
        }
    }
}
