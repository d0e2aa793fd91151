using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>
/// Row by row, -sum(targets log(softmax(logits))) over the last axis: <see cref="SoftmaxCrossEntropy"/> for targets that are
/// probabilities. They need not add up to 1. Stable for any finite logits.
/// </summary>
public sealed record SoftmaxCrossEntropyWithProbabilities : LastAxisOperation
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 2);
        RequireEqual(inputs);
        return Column(RequireLastAxis(inputs));
    }

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x)
    {
        int classes = x.Size(0, ^1);
        ReadOnlySpan<T> logits = x[0], targets = x[1];
        Span<T> loss = x.Output;
        for (int row = 0; row < loss.Length; row++)
            loss[row] = Kernels.Softmax.CrossEntropy(logits.Slice(row * classes, classes), targets.Slice(row * classes, classes));
    }

    /// <summary>By the logits, (softmax(logits) sum(targets) - targets) g; by the targets, -log(softmax(logits)) g.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g)
    {
        (Variable logits, Variable targets) = (inputs[0], inputs[1]);
        if (x == 1)
            return Op.Multiply(Op.LogSoftmax(logits), Op.Negate(g));
        Variable total = Op.SumTo(targets, g.Shape);
        return Op.Multiply(Op.Subtract(Op.Multiply(Op.Softmax(logits), total), targets), g);
    }

    /// <summary>Seven for each logit: maximum, difference, exponential, sum; then difference, product, sum.</summary>
    /// <inheritdoc/>
    public override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows) => 7L * inputs[0].Count(rows);
}

public static partial class Op
{
    /// <summary>
    /// The cross-entropy of the softmax of logits under target probabilities, over the last axis, which stays with size 1.
    /// </summary>
    /// <param name="logits">Unnormalised log-probabilities, a tensor with one axis or more, such as [rows, classes].</param>
    /// <param name="targets">The targets' probabilities, of the same shape.</param>
    /// <exception cref="ArgumentException">The shapes differ, or there is no last axis of fixed size.</exception>
    public static Variable SoftmaxCrossEntropyWithProbabilities(Variable logits, Variable targets) =>
        Apply(new SoftmaxCrossEntropyWithProbabilities(), logits, targets);
}
