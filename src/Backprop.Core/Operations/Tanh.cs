using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>The hyperbolic tangent, for any x without overflow.</summary>
public sealed record Tanh : ElementwiseUnary
{
    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Activation.Tanh(x[0], x.Output);

    /// <summary>g (1 - t^2).</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Op.Multiply(g, Op.OneMinus(Op.Multiply(Op.Tanh(inputs[0]), Op.Tanh(inputs[0]))));
}

public static partial class Op
{
    /// <summary>The hyperbolic tangent of x.</summary>
    /// <param name="x">Any tensor.</param>
    public static Variable Tanh(Variable x) => Apply(new Tanh(), x);
}
