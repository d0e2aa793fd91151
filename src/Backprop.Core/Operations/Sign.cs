using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>1 above 0, -1 below, 0 at 0; NaN for NaN. Its derivative is 0, and at 0 it is taken as 0.</summary>
public sealed record Sign : ElementwiseUnary
{
    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Selection.Sign(x[0], x.Output);

    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => null;
}

public static partial class Op
{
    /// <summary>1 where x is above 0, -1 where it is below, 0 where it is 0.</summary>
    /// <param name="x">Any tensor.</param>
    public static Variable Sign(Variable x) => Apply(new Sign(), x);
}
