using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Backprop.Kernels;

/// <summary>
/// Softmax and its logarithm over rows. A row's maximum is subtracted first, so that no logit is too large for an
/// exponential; what is small against it rounds to 0. Short rows are taken many at a time, since their exponentials fill
/// vectors only together; the bits of a row do not depend on its neighbours.
/// </summary>
internal static class Softmax
{
    private const int Chunk = 512;

    private const int LongestVector = 16; // In elements.

    /// <summary>p = exp(z) / sum(exp(z)), row by row.</summary>
    /// <param name="z">Rows of so many classes.</param>
    /// <param name="classes">The classes, 1 or more.</param>
    /// <param name="p">Takes as much.</param>
    [MethodImpl(Compiled.AtOnce)]
    public static void Normalize<T>(ReadOnlySpan<T> z, int classes, Span<T> p)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int run = RowsAtATime(classes) * classes;
        for (int start = 0; start < z.Length; start += run)
        {
            Span<T> part = p.Slice(start, Math.Min(run, z.Length - start));
            SubtractMax(z.Slice(start, part.Length), classes, part);
            Apply<T, Exponential<T>>(part);
            for (int row = 0, end; row < part.Length; row = end)
            {
                end = row + classes;
                T factor = T.One / Sum<T>(part, row, end);
                for (int i = row; i < end; i++)
                    part[i] *= factor;
            }
        }
    }

    /// <summary>losses = -log(softmax(z)[label]) of each row, exact also where the probability itself would round to 0 or 1.</summary>
    /// <param name="z">Rows of so many classes.</param>
    /// <param name="classes">The classes, 1 or more.</param>
    /// <param name="labels">One class index a row, from 0.</param>
    /// <param name="losses">Takes one number a row.</param>
    /// <exception cref="ArgumentException">A label is no class.</exception>
    [MethodImpl(Compiled.AtOnce)]
    public static void CrossEntropy<T>(ReadOnlySpan<T> z, int classes, ReadOnlySpan<T> labels, Span<T> losses)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> buffer = stackalloc T[Math.Min(z.Length, Chunk)], sums = stackalloc T[Math.Min(labels.Length, Chunk)];
        int run = RowsAtATime(classes);
        for (int first = 0; first < labels.Length; first += run)
        {
            int rows = Math.Min(run, labels.Length - first);
            ReadOnlySpan<T> logits = z.Slice(first * classes, rows * classes);
            if (classes > Chunk)
            {
                losses[first] = CrossEntropy(logits, Selection.ClassIndex(labels[first], classes));
                continue;
            }

            Span<T> e = buffer[..logits.Length];
            SubtractMax(logits, classes, e);
            for (int row = 0; row < rows; row++)
                losses[first + row] = e[(row * classes) + Selection.ClassIndex(labels[first + row], classes)];
            Apply<T, Exponential<T>>(e);
            Span<T> logs = sums[..rows];
            for (int row = 0; row < rows; row++)
                logs[row] = Sum<T>(e, row * classes, (row + 1) * classes);
            Apply<T, Logarithm<T>>(logs);
            for (int row = 0; row < rows; row++)
                losses[first + row] = logs[row] - losses[first + row];
        }
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

    private static int RowsAtATime(int classes) => Math.Max(1, Chunk / classes);

    [MethodImpl(Compiled.AtOnce)]
    private static void SubtractMax<T>(ReadOnlySpan<T> z, int classes, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int row = 0, end; row < z.Length; row = end)
        {
            end = row + classes;
            T max = z[row];
            for (int i = row + 1; i < end; i++)
                max = T.MaxNative(z[i], max); // Without a branch. A NaN that this passes over is in the sum all the same.
            for (int i = row; i < end; i++)
                result[i] = z[i] - max;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Sum<T>(ReadOnlySpan<T> x, int start, int end)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = start; i < end; i++)
            sum += x[i];
        return sum;
    }

    /// <summary>In place; fewer elements than a vector has are computed by the vector's function, too, not by that of single numbers.</summary>
    private static void Apply<T, TFunction>(Span<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFunction : struct, IFunction<T>
    {
        if (x.Length >= LongestVector)
        {
            TFunction.Invoke(x, x);
            return;
        }

        Span<T> padded = stackalloc T[LongestVector];
        x.CopyTo(padded);
        TFunction.Invoke(padded, padded);
        padded[..x.Length].CopyTo(x);
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

    private interface IFunction<T>
    {
        static abstract void Invoke(ReadOnlySpan<T> x, Span<T> result);
    }

    private readonly struct Exponential<T> : IFunction<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static void Invoke(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Exp(x, result);
    }

    private readonly struct Logarithm<T> : IFunction<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static void Invoke(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Log(x, result);
    }
}
