using System.Numerics;
using System.Numerics.Tensors;
using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>a / b, element by element with broadcasting; what IEEE 754 has for a divisor of 0.</summary>
public sealed record Divide : ElementwiseBinary
{
    /// <inheritdoc/>
    public override int Precedence => 2;

    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) => $"{operand(0, 2)} / {operand(1, 3)}";

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Compute<T, Operator<T>>(x);

    /// <summary>By a, g / b; by b, -g (a / b) / b.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g)
    {
        Variable part = Op.Divide(x == 0 ? g : Op.Multiply(Op.Negate(g), Op.Divide(inputs[0], inputs[1])), inputs[1]);
        return Op.SumTo(part, inputs[x].Shape);
    }

    private readonly struct Operator<T> : IBinaryOperator<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Divide(x, y, result);

        public static void Invoke(ReadOnlySpan<T> x, T y, Span<T> result) => TensorPrimitives.Divide(x, y, result);

        public static void Invoke(T x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Divide(x, y, result);
    }
}

public static partial class Op
{
    /// <summary>a / b.</summary>
    /// <param name="a">Any tensor.</param>
    /// <param name="b">A tensor of a shape that broadcasts with that of <paramref name="a"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Variable Divide(Variable a, Variable b) => Apply(new Divide(), a, b);
}
