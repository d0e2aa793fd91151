using System.Numerics.Tensors;
using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>The square root: NaN below 0. Its derivative at 0 is infinite.</summary>
public sealed record Sqrt : ElementwiseUnary
{
    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => TensorPrimitives.Sqrt(x[0], x.Output);

    /// <summary>g / (2 sqrt(x)).</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Op.Divide(Op.Scale(g, 0.5), Op.Sqrt(inputs[0]));
}

public static partial class Op
{
    /// <summary>The square root of x.</summary>
    /// <param name="x">Any tensor.</param>
    public static Variable Sqrt(Variable x) => Apply(new Sqrt(), x);
}
