using System.Numerics;
using System.Numerics.Tensors;
using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>
/// The larger of a and b, element by element with broadcasting; NaN where one is NaN. Where they are equal, the derivative
/// is taken as 1/2 by each.
/// </summary>
public sealed record Maximum : ElementwiseBinary
{
    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Compute<T, Operator<T>>(x);

    /// <summary>g where the input is the larger, g/2 where both are equal, else 0.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Op.SumTo(Op.Multiply(g, Op.Exceeds(inputs[x], inputs[1 - x])), inputs[x].Shape);

    private readonly struct Operator<T> : IBinaryOperator<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Max(x, y, result);

        public static void Invoke(ReadOnlySpan<T> x, T y, Span<T> result) => TensorPrimitives.Max(x, y, result);

        public static void Invoke(T x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Max(y, x, result);
    }
}

public static partial class Op
{
    /// <summary>The larger of a and b.</summary>
    /// <param name="a">Any tensor.</param>
    /// <param name="b">A tensor of a shape that broadcasts with that of <paramref name="a"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Variable Maximum(Variable a, Variable b) => Apply(new Maximum(), a, b);
}
