using System.Numerics.Tensors;
using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>|prediction - target|, element by element. The derivative where they are equal is taken as 0.</summary>
public sealed record AbsoluteError : ElementwiseLoss
{
    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x)
    {
        TensorPrimitives.Subtract(x[0], x[1], x.Output);
        TensorPrimitives.Abs<T>(x.Output, x.Output);
    }

    /// <summary>sign(prediction - target) g, by the target with the other sign.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Op.Multiply(x == 0 ? g : Op.Negate(g), Op.Sign(Op.Subtract(inputs[0], inputs[1])));
}

public static partial class Op
{
    /// <summary>|prediction - target| of each element; sum it or take its mean for a cost.</summary>
    /// <param name="prediction">Any tensor.</param>
    /// <param name="target">A tensor of the same shape.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Variable AbsoluteError(Variable prediction, Variable target) => Apply(new AbsoluteError(), prediction, target);
}
