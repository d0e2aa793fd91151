using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>exp(z) / sum(exp(z)) over the last axis, stable for any finite logits.</summary>
public sealed record Softmax : Operation
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 1);
        return inputs[0].Rank > 0 && inputs[0][^1] > 0 ? inputs[0] : throw ShapeMismatch(inputs, "there must be a last axis, of a fixed size above 0.");
    }

    /// <inheritdoc/>
    public override void Forward<T>(Operands<T> x)
    {
        int classes = x.Size(0, ^1);
        ReadOnlySpan<T> z = x[0];
        Span<T> p = x.Output;
        for (int start = 0; start < z.Length; start += classes)
            Kernels.Softmax.Normalize(z.Slice(start, classes), p.Slice(start, classes));
    }

    /// <summary>p (g - sum(g p)), the sum over the last axis.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g)
    {
        Variable p = Op.Softmax(inputs[0]);
        int[] column = inputs[0].Shape.Sizes.ToArray();
        column[^1] = 1;
        return Op.Multiply(p, Op.Subtract(g, Op.SumTo(Op.Multiply(g, p), new Shape(column))));
    }
}

public static partial class Op
{
    /// <summary>Logits to probabilities, over the last axis.</summary>
    /// <param name="logits">A tensor with one axis or more.</param>
    public static Variable Softmax(Variable logits) => Apply(new Softmax(), logits);
}
