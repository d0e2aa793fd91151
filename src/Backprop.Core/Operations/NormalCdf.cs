using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>The probability that a standard normal variable is at most x: (1 + erf(x / sqrt(2))) / 2.</summary>
public sealed record NormalCdf : ElementwiseUnary
{
    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => ErrorFunction.NormalCdf(x[0], x.Output);

    /// <summary>g exp(-x^2 / 2) / sqrt(2 pi): the density.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Op.Multiply(Op.Scale(g, 1 / Math.Sqrt(2 * Math.PI)), Op.Exp(Op.Scale(Op.Multiply(inputs[0], inputs[0]), -0.5)));
}

public static partial class Op
{
    /// <summary>The distribution function of the standard normal distribution.</summary>
    /// <param name="x">Any tensor.</param>
    public static Variable NormalCdf(Variable x) => Apply(new NormalCdf(), x);
}
