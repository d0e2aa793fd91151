using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>
/// Row by row, -log(softmax(logits)[label]): softmax and cross-entropy in one, stable for any finite logits
/// (Goodfellow, Bengio and Courville, sections 6.2.2.3 and 6.5.7).
/// </summary>
public sealed record SoftmaxCrossEntropy : Operation
{
    /// <inheritdoc/>
    public override bool IsByRow => true;

    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 2);
        (Shape logits, Shape labels) = (inputs[0], inputs[1]);
        if (logits.Rank != 2 || logits[1] < 1 || labels.Rank != 2 || labels[0] != logits[0] || labels[1] != 1)
        {
            throw ShapeMismatch(
                inputs, "the logits must be [rows, classes], the class indices [rows, 1]; axis 0 must be equal, axis 1 of the second 1.");
        }

        return labels;
    }

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Kernels.Softmax.CrossEntropy(x[0], x.Size(0, 1), x[1], x.Output);

    /// <summary>By the logits (softmax(logits) - onehot(labels)) g; a class index has no derivative.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g)
    {
        if (x == 1)
            throw NoDerivative(inputs, x);
        (Variable logits, Variable labels) = (inputs[0], inputs[1]);
        return Op.Multiply(Op.Subtract(Op.Softmax(logits), Op.OneHot(labels, logits.Shape[1])), g);
    }

    /// <summary>Four for each logit: maximum, difference, exponential, sum.</summary>
    /// <inheritdoc/>
    public override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows) => 4L * inputs[0].Count(rows);
}

public static partial class Op
{
    /// <summary>The cross-entropy of each row's label under the softmax of its logits, a column [rows, 1].</summary>
    /// <param name="logits">Unnormalised log-probabilities, [rows, classes].</param>
    /// <param name="labels">Class indices from 0, [rows, 1].</param>
    /// <exception cref="ArgumentException">The shapes are others; or, when it runs, a label is no class.</exception>
    public static Variable SoftmaxCrossEntropy(Variable logits, Variable labels) => Apply(new SoftmaxCrossEntropy(), logits, labels);
}
