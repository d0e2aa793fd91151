using System.Numerics.Tensors;
using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>The natural logarithm: -infinity at 0, NaN below. Its derivative 1/x is computed as such everywhere.</summary>
public sealed record Log : ElementwiseUnary
{
    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => TensorPrimitives.Log(x[0], x.Output);

    /// <summary>g / x.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => Op.Divide(g, inputs[0]);
}

public static partial class Op
{
    /// <summary>The natural logarithm of x.</summary>
    /// <param name="x">Any tensor.</param>
    public static Variable Log(Variable x) => Apply(new Log(), x);
}
