using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>exp(z) / sum(exp(z)) over the last axis, stable for any finite logits.</summary>
public sealed record Softmax : LastAxisOperation
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 1);
        return RequireLastAxis(inputs);
    }

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Kernels.Softmax.Normalize(x[0], x.Size(0, ^1), x.Output);

    /// <summary>p (g - sum(g p)), the sum over the last axis.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g)
    {
        Variable p = Op.Softmax(inputs[0]);
        return Op.Multiply(p, Op.Subtract(g, Op.SumTo(Op.Multiply(g, p), Column(g.Shape))));
    }

    /// <summary>Five for each logit: maximum, difference, exponential, sum, quotient.</summary>
    /// <inheritdoc/>
    public override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows) => 5L * output.Count(rows);
}

public static partial class Op
{
    /// <summary>Logits to probabilities, over the last axis.</summary>
    /// <param name="logits">A tensor with one axis or more.</param>
    public static Variable Softmax(Variable logits) => Apply(new Softmax(), logits);
}
