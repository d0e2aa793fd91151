using System.Numerics.Tensors;
using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>|x|. The derivative at 0 is taken as 0.</summary>
public sealed record Abs : ElementwiseUnary
{
    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => TensorPrimitives.Abs(x[0], x.Output);

    /// <summary>g sign(x).</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => Op.Multiply(g, Op.Sign(inputs[0]));
}

public static partial class Op
{
    /// <summary>|x|.</summary>
    /// <param name="x">Any tensor.</param>
    public static Variable Abs(Variable x) => Apply(new Abs(), x);
}
