using System.Numerics.Tensors;
using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>1 / (1 + exp(-x)), for any x without overflow.</summary>
public sealed record Sigmoid : ElementwiseUnary
{
    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x)
    {
        if (!x[0].IsEmpty) // Which TensorPrimitives.Sigmoid alone refuses.
            TensorPrimitives.Sigmoid(x[0], x.Output);
    }

    /// <summary>g s (1 - s).</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Op.Multiply(g, Op.Multiply(Op.Sigmoid(inputs[0]), Op.OneMinus(Op.Sigmoid(inputs[0]))));
}

public static partial class Op
{
    /// <summary>The logistic function 1 / (1 + exp(-x)).</summary>
    /// <param name="x">Any tensor.</param>
    public static Variable Sigmoid(Variable x) => Apply(new Sigmoid(), x);
}
