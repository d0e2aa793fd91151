using System.Numerics.Tensors;
using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>max(0, x). A NaN stays one. The derivative at 0 is taken as 0.</summary>
public sealed record Relu : ElementwiseUnary
{
    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => TensorPrimitives.Max(x[0], T.Zero, x.Output);

    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => Op.Gate(g, inputs[0]);
}

public static partial class Op
{
    /// <summary>max(0, x).</summary>
    /// <param name="x">Any tensor.</param>
    public static Variable Relu(Variable x) => Apply(new Relu(), x);
}
