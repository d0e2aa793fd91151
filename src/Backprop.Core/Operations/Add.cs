using System.Numerics;
using System.Numerics.Tensors;
using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>a + b, element by element with broadcasting.</summary>
public sealed record Add : ElementwiseBinary
{
    /// <inheritdoc/>
    public override int Precedence => 1;

    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) => $"{operand(0, 1)} + {operand(1, 1)}";

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Compute<T, Operator<T>>(x);

    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Op.SumTo(g, inputs[x].Shape);

    private readonly struct Operator<T> : IBinaryOperator<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Add(x, y, result);

        public static void Invoke(ReadOnlySpan<T> x, T y, Span<T> result) => TensorPrimitives.Add(x, y, result);

        public static void Invoke(T x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Add(y, x, result);
    }
}

public static partial class Op
{
    /// <summary>a + b.</summary>
    /// <param name="a">Any tensor.</param>
    /// <param name="b">A tensor of a shape that broadcasts with that of <paramref name="a"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Variable Add(Variable a, Variable b) => Apply(new Add(), a, b);
}
