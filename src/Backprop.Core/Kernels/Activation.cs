using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Backprop.Kernels;

/// <summary>
/// Element-wise functions for which the obvious formula overflows, or loses the digits of small results. They work through
/// a tensor in chunks that stay in the first-level cache. The result may be the same span as the argument.
/// </summary>
internal static class Activation
{
    /// <summary>The elements that are worked on at a time; scratch of this size lies on the stack.</summary>
    public const int Chunk = 256;

    /// <summary>
    /// result = tanh(x), exact to a few units in the last place everywhere: below 5/8 by Lambert's continued fraction
    /// x / (1 + x^2 / (3 + x^2 / (5 + ...))), cut after 15, whose error there is below 1e-17 of the result; above as
    /// 1 - 2 / (exp(2|x|) + 1) with the sign of x. (TensorPrimitives.Tanh gives -6e-8 for 0 in float.)
    /// </summary>
    public static void Tanh<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> buffer = stackalloc T[Chunk];
        Span<T> last = stackalloc T[2 * Vector<T>.Count];
        for (int start = 0; start < x.Length; start += Chunk)
        {
            ReadOnlySpan<T> part = x.Slice(start, Math.Min(Chunk, x.Length - start));
            Span<T> exp = buffer[..part.Length];
            TensorPrimitives.Abs(part, exp);
            TensorPrimitives.Add<T>(exp, exp, exp);
            TensorPrimitives.Exp<T>(exp, exp);

            ReadOnlySpan<Vector<T>> xs = MemoryMarshal.Cast<T, Vector<T>>(part);
            ReadOnlySpan<Vector<T>> exps = MemoryMarshal.Cast<T, Vector<T>>(exp);
            Span<Vector<T>> results = MemoryMarshal.Cast<T, Vector<T>>(result.Slice(start, part.Length));
            for (int v = 0; v < xs.Length; v++)
                results[v] = Tanh(xs[v], exps[v]);

            int done = xs.Length * Vector<T>.Count;
            if (done == part.Length)
                continue;
            part[done..].CopyTo(last);
            exp[done..].CopyTo(last[Vector<T>.Count..]);
            Tanh(new Vector<T>(last), new Vector<T>(last[Vector<T>.Count..])).CopyTo(last);
            last[..(part.Length - done)].CopyTo(result[(start + done)..]);
        }
    }

    /// <summary>
    /// result = x above 0, else alpha (exp(x) - 1), taken as 2t / (1 - t) with t = tanh(x/2), which keeps small results exact.
    /// </summary>
    public static void Elu<T>(ReadOnlySpan<T> x, T alpha, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T two = T.CreateChecked(2), half = T.CreateChecked(0.5);
        Span<T> buffer = stackalloc T[Chunk];
        for (int start = 0; start < x.Length; start += Chunk)
        {
            ReadOnlySpan<T> part = x.Slice(start, Math.Min(Chunk, x.Length - start));
            Span<T> t = buffer[..part.Length], sum = result.Slice(start, part.Length);
            TensorPrimitives.Min(part, T.Zero, t);
            TensorPrimitives.Multiply(t, half, t);
            Tanh(t, t);
            TensorPrimitives.Max(part, T.Zero, sum);
            for (int i = 0; i < t.Length; i++)
                sum[i] += alpha * (two * t[i] / (T.One - t[i]));
        }
    }

    /// <summary>result = log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)).</summary>
    public static void Softplus<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> buffer = stackalloc T[Chunk];
        for (int start = 0; start < x.Length; start += Chunk)
        {
            ReadOnlySpan<T> part = x.Slice(start, Math.Min(Chunk, x.Length - start));
            Span<T> tail = buffer[..part.Length], sum = result.Slice(start, part.Length);
            SoftplusTail(part, tail);
            TensorPrimitives.Max(part, T.Zero, sum);
            TensorPrimitives.Add(sum, tail, sum);
        }
    }

    /// <summary>
    /// result = log(1 + exp(-|x|)) of at most <see cref="Chunk"/> elements. With e = exp(-|x|) and u = 1 + e as it rounds,
    /// log(u) lacks what the rounding took; (e - (u - 1)) / u puts it back, so that the result is exact also where it is tiny.
    /// </summary>
    public static void SoftplusTail<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> buffer = stackalloc T[2 * Chunk];
        Span<T> u = buffer[..x.Length], lost = buffer.Slice(Chunk, x.Length);
        TensorPrimitives.Abs(x, result);
        TensorPrimitives.Negate<T>(result, result);
        TensorPrimitives.Exp<T>(result, result);
        TensorPrimitives.Add(result, T.One, u);
        TensorPrimitives.Subtract(u, T.One, lost);
        TensorPrimitives.Subtract(result, lost, lost);
        TensorPrimitives.Divide<T>(lost, u, lost);
        TensorPrimitives.Log<T>(u, u);
        TensorPrimitives.Add<T>(u, lost, result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> Tanh<T>(Vector<T> x, Vector<T> expOfTwiceAbs)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> s = x * x;
        Vector<T> numerator = (((((s * Number<T>(36)) + Number<T>(6930)) * s) + Number<T>(270270)) * s) + Number<T>(2027025);
        Vector<T> denominator =
            ((((((s + Number<T>(630)) * s) + Number<T>(51975)) * s) + Number<T>(945945)) * s) + Number<T>(2027025);
        Vector<T> small = x * numerator / denominator;
        Vector<T> large = Vector.CopySign(Vector<T>.One - (Number<T>(2) / (expOfTwiceAbs + Vector<T>.One)), x);
        return Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(x), Number<T>(0.625)), small, large);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> Number<T>(double value)
        where T : unmanaged, IFloatingPointIeee754<T> => new(T.CreateTruncating(value));
}
