using System.Numerics.Tensors;
using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>(prediction - target)^2, element by element.</summary>
public sealed record SquaredError : ElementwiseLoss
{
    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x)
    {
        TensorPrimitives.Subtract(x[0], x[1], x.Output);
        TensorPrimitives.Multiply<T>(x.Output, x.Output, x.Output);
    }

    /// <summary>2 (prediction - target) g, by the target with the other sign.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Op.Multiply(Op.Scale(g, x == 0 ? 2 : -2), Op.Subtract(inputs[0], inputs[1]));
}

public static partial class Op
{
    /// <summary>(prediction - target)^2 of each element; sum it or take its mean for a cost.</summary>
    /// <param name="prediction">Any tensor.</param>
    /// <param name="target">A tensor of the same shape.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Variable SquaredError(Variable prediction, Variable target) => Apply(new SquaredError(), prediction, target);
}
