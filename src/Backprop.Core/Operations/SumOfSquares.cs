using System.Numerics.Tensors;
using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>The sum of the squares of all elements: the penalty of weight decay.</summary>
public sealed record SumOfSquares : Operation
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 1);
        return Shape.Scalar;
    }

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => x.Output[0] = TensorPrimitives.SumOfSquares(x[0]);

    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => Op.Multiply(Op.Scale(g, 2), inputs[0]);

    /// <summary>A product and an addition for each element of the input.</summary>
    /// <inheritdoc/>
    public override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows) => 2L * inputs[0].Count(rows);
}

public static partial class Op
{
    /// <summary>The sum of the squares of all elements, a scalar.</summary>
    /// <param name="x">Any tensor.</param>
    public static Variable SumOfSquares(Variable x) => Apply(new SumOfSquares(), x);
}
