using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>
/// -t log(sigmoid(z)) - (1 - t) log(1 - sigmoid(z)) with logit z and target t, element by element: sigmoid and binary
/// cross-entropy in one, stable for any finite logits (Goodfellow, Bengio and Courville, section 6.2.2.2).
/// </summary>
public sealed record SigmoidCrossEntropy : ElementwiseLoss
{
    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Loss.SigmoidCrossEntropy(x[0], x[1], x.Output);

    /// <summary>By the logit, (sigmoid(z) - t) g; by the target, -z g.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Op.Multiply(x == 0 ? Op.Subtract(Op.Sigmoid(inputs[0]), inputs[1]) : Op.Negate(inputs[0]), g);
}

public static partial class Op
{
    /// <summary>The cross-entropy of each target under the sigmoid of its logit; sum it or take its mean for a cost.</summary>
    /// <param name="logits">Unnormalised log-probabilities, any tensor.</param>
    /// <param name="targets">The probability that each is true, 0 to 1, of the same shape.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Variable SigmoidCrossEntropy(Variable logits, Variable targets) =>
        Apply(new SigmoidCrossEntropy(), logits, targets);
}
