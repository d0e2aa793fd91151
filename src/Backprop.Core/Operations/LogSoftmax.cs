using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>log(softmax(z)) = z - log(sum(exp(z))) over the last axis, stable for any finite logits.</summary>
public sealed record LogSoftmax : LastAxisOperation
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 1);
        return RequireLastAxis(inputs);
    }

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x)
    {
        int classes = x.Size(0, ^1);
        ReadOnlySpan<T> z = x[0];
        Span<T> log = x.Output;
        for (int start = 0; start < z.Length; start += classes)
            Kernels.Softmax.LogNormalize(z.Slice(start, classes), log.Slice(start, classes));
    }

    /// <summary>g - softmax(z) sum(g), the sum over the last axis.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Op.Subtract(g, Op.Multiply(Op.Softmax(inputs[0]), Op.SumTo(g, Column(g.Shape))));

    /// <summary>Five for each logit: maximum, difference, exponential, sum, difference.</summary>
    /// <inheritdoc/>
    public override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows) => 5L * output.Count(rows);
}

public static partial class Op
{
    /// <summary>Logits to the logarithms of probabilities, over the last axis.</summary>
    /// <param name="logits">A tensor with one axis or more.</param>
    public static Variable LogSoftmax(Variable logits) => Apply(new LogSoftmax(), logits);
}
