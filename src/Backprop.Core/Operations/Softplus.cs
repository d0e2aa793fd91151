using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>log(1 + exp(x)), a smooth max(0, x), for any x without overflow.</summary>
public sealed record Softplus : ElementwiseUnary
{
    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Activation.Softplus(x[0], x.Output);

    /// <summary>g sigmoid(x).</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => Op.Multiply(g, Op.Sigmoid(inputs[0]));
}

public static partial class Op
{
    /// <summary>log(1 + exp(x)).</summary>
    /// <param name="x">Any tensor.</param>
    public static Variable Softplus(Variable x) => Apply(new Softplus(), x);
}
