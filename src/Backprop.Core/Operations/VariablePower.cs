using System.Numerics;
using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>
/// a^b, element by element with broadcasting. The derivative by b, a^b log(a), is taken as 0 where a is 0 (its limit for b
/// above 0) and where a is below 0 (where there is none: a^b is real at whole b only).
/// </summary>
public sealed record VariablePower : ElementwiseBinary
{
    /// <inheritdoc/>
    public override int Precedence => 3;

    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) => $"{operand(0, 4)}^{operand(1, 4)}";

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Compute<T, Operator<T>>(x);

    /// <summary>By a, g b a^(b - 1), with b - 1 taken as 0 where b is 0, for a^-1 may be infinite; by b, g a^b log(a).</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g)
    {
        (Variable a, Variable b) = (inputs[0], inputs[1]);
        Variable slope = x == 0
            ? Op.Multiply(b, Op.Power(a, Op.Select(Op.Abs(b), Op.Subtract(b, g.Graph.Constant(1)), g.Graph.Constant(0, b.Shape))))
            : Op.Multiply(Op.Power(a, b), Op.Log(Op.Select(a, a, g.Graph.Constant(1, a.Shape))));
        return Op.SumTo(Op.Multiply(g, slope), inputs[x].Shape);
    }

    private readonly struct Operator<T> : IBinaryOperator<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static void Invoke(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = T.Pow(x[i], y[i]);
        }

        public static void Invoke(ReadOnlySpan<T> x, T y, Span<T> result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = T.Pow(x[i], y);
        }

        public static void Invoke(T x, ReadOnlySpan<T> y, Span<T> result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = T.Pow(x, y[i]);
        }
    }
}

public static partial class Op
{
    /// <summary>a to the power of b.</summary>
    /// <param name="a">Any tensor.</param>
    /// <param name="b">A tensor of a shape that broadcasts with that of <paramref name="a"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Variable Power(Variable a, Variable b) => Apply(new VariablePower(), a, b);
}
