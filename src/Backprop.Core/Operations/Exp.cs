using System.Numerics.Tensors;
using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>exp(x).</summary>
public sealed record Exp : ElementwiseUnary
{
    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => TensorPrimitives.Exp(x[0], x.Output);

    /// <summary>g exp(x).</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => Op.Multiply(g, Op.Exp(inputs[0]));
}

public static partial class Op
{
    /// <summary>exp(x).</summary>
    /// <param name="x">Any tensor.</param>
    public static Variable Exp(Variable x) => Apply(new Exp(), x);
}
