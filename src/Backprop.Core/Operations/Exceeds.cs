using System.Numerics;
using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>
/// 1 where a is above b, 1/2 where they are equal, else 0, element by element with broadcasting: which of two a maximum
/// takes. Its derivative is 0 where there is one, and where a equals b it is taken as 0.
/// </summary>
public sealed record Exceeds : ElementwiseBinary
{
    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Compute<T, Operator<T>>(x);

    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => null;

    private readonly struct Operator<T> : IBinaryOperator<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = Selection.Exceeds(x[i], y[i]);
        }

        public static void Invoke(ReadOnlySpan<T> x, T y, Span<T> result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = Selection.Exceeds(x[i], y);
        }

        public static void Invoke(T x, ReadOnlySpan<T> y, Span<T> result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = Selection.Exceeds(x, y[i]);
        }
    }
}

public static partial class Op
{
    /// <summary>1 where a is above b, 1/2 where they are equal, 0 where a is below b or one is NaN.</summary>
    /// <param name="a">Any tensor.</param>
    /// <param name="b">A tensor of a shape that broadcasts with that of <paramref name="a"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Variable Exceeds(Variable a, Variable b) => Apply(new Exceeds(), a, b);
}
