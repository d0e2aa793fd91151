using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Networks;

/// <summary>What the last layer's outputs mean, and what is wrong with them: a loss for each row, and the prediction.</summary>
public abstract record MlpLoss
{
    /// <summary>Whether targets are class indices; otherwise they are numbers, one an output.</summary>
    public virtual bool IsOfClasses => false;

    /// <summary>The loss of each row, a column [rows, 1].</summary>
    /// <param name="outputs">The last layer's outputs, [rows, outputs].</param>
    /// <param name="targets">Class indices, [rows, 1], or as many numbers as outputs, [rows, outputs].</param>
    public abstract Variable OfRows(Variable outputs, Variable targets);

    /// <summary>What is predicted: the outputs themselves, unless a loss says otherwise.</summary>
    /// <param name="outputs">The last layer's outputs, [rows, outputs].</param>
    public virtual Variable Predict(Variable outputs) => outputs;

    /// <summary>The losses of a row's targets, added up.</summary>
    private protected static Variable SumOfRow(Variable losses) => Op.SumTo(losses, new Shape(losses.Shape[0], 1));

    private protected static double InRange(double value, bool holds, string name, string range) => holds
        ? value
        : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} is {value}; it must be {range}."));

    private protected static double Smoothing(double value) =>
        InRange(value, value is >= 0 and < 1, "LabelSmoothing", "at least 0 and below 1");
}

/// <summary>
/// Softmax cross-entropy of one of several classes (Goodfellow, Bengio and Courville, section 6.2.2.3); predicts probabilities.
/// </summary>
/// <param name="LabelSmoothing">
/// epsilon: the target is 1 - epsilon for the class, and epsilon in equal parts for all (Szegedy et al. 2016, arXiv 1512.00567,
/// section 7). At least 0 and below 1.
/// </param>
public sealed record SoftmaxLoss(double LabelSmoothing = 0) : MlpLoss
{
    /// <inheritdoc cref="SoftmaxLoss(double)"/>
    public double LabelSmoothing { get; } = Smoothing(LabelSmoothing);

    /// <inheritdoc/>
    public override bool IsOfClasses => true;

    /// <inheritdoc/>
    public override Variable OfRows(Variable outputs, Variable targets)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        if (LabelSmoothing == 0)
            return Op.SoftmaxCrossEntropy(outputs, targets);
        int classes = outputs.Shape[1];
        Variable smoothed = (Op.OneHot(targets, classes) * (1 - LabelSmoothing)) + (LabelSmoothing / classes);
        return Op.SoftmaxCrossEntropyWithProbabilities(outputs, smoothed);
    }

    /// <inheritdoc/>
    public override Variable Predict(Variable outputs) => Op.Softmax(outputs);
}

/// <summary>
/// Sigmoid cross-entropy of two classes, 0 and 1 (Goodfellow, Bengio and Courville, section 6.2.2.2), with one output: the logit
/// of class 1, which is what is predicted.
/// </summary>
/// <param name="LabelSmoothing">epsilon: the targets are epsilon / 2 and 1 - epsilon / 2. At least 0 and below 1.</param>
public sealed record SigmoidLoss(double LabelSmoothing = 0) : MlpLoss
{
    /// <inheritdoc cref="SigmoidLoss(double)"/>
    public double LabelSmoothing { get; } = Smoothing(LabelSmoothing);

    /// <inheritdoc/>
    public override bool IsOfClasses => true;

    /// <inheritdoc/>
    public override Variable OfRows(Variable outputs, Variable targets) =>
        Op.SigmoidCrossEntropy(outputs, LabelSmoothing == 0 ? targets : (targets * (1 - LabelSmoothing)) + (LabelSmoothing / 2));
}

/// <summary>Half the squared error: the outputs become means.</summary>
public sealed record SquaredLoss : MlpLoss
{
    /// <inheritdoc/>
    public override Variable OfRows(Variable outputs, Variable targets) => Op.Scale(SumOfRow(Op.SquaredError(outputs, targets)), 0.5);
}

/// <summary>The absolute error: the outputs become medians.</summary>
public sealed record AbsoluteLoss : MlpLoss
{
    /// <inheritdoc/>
    public override Variable OfRows(Variable outputs, Variable targets) => SumOfRow(Op.AbsoluteError(outputs, targets));
}

/// <summary>Huber's loss (Huber 1964): half the square of small errors, and large ones in proportion.</summary>
/// <param name="Delta">Where the square ends, above 0 and finite, in standard deviations of the target where targets are standardised.</param>
public sealed record HuberLoss(double Delta = 1) : MlpLoss
{
    /// <inheritdoc cref="HuberLoss(double)"/>
    public double Delta { get; } = InRange(Delta, Delta > 0 && double.IsFinite(Delta), nameof(Delta), "above 0 and finite");

    /// <inheritdoc/>
    public override Variable OfRows(Variable outputs, Variable targets) => SumOfRow(Op.Huber(outputs, targets, Delta));
}

/// <summary>
/// Half the deviance of counts, exp(o) - t o, but for what does not depend on the output o: o is the logarithm of the mean, and
/// the mean is what is predicted. Targets are 0 or more.
/// </summary>
public sealed record PoissonLoss : MlpLoss
{
    /// <inheritdoc/>
    public override Variable OfRows(Variable outputs, Variable targets) =>
        SumOfRow(Op.Exp(outputs) - (targets * outputs));

    /// <inheritdoc/>
    public override Variable Predict(Variable outputs) => Op.Exp(outputs);
}

/// <summary>
/// The loss whose minimum is a quantile (Koenker and Bassett 1978): the error times q where the target is above the output, times
/// 1 - q where it is below.
/// </summary>
/// <param name="Quantile">q, above 0 and below 1; 0.5 makes medians.</param>
public sealed record QuantileLoss(double Quantile = 0.5) : MlpLoss
{
    /// <inheritdoc cref="QuantileLoss(double)"/>
    public double Quantile { get; } = InRange(Quantile, Quantile is > 0 and < 1, nameof(Quantile), "above 0 and below 1");

    /// <inheritdoc/>
    public override Variable OfRows(Variable outputs, Variable targets)
    {
        Variable error = targets - outputs;
        return SumOfRow(Op.Maximum(error * Quantile, error * (Quantile - 1)));
    }
}
