using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>
/// With d = |prediction - target|, d^2/2 up to delta and delta (d - delta/2) above, element by element (Huber 1964): squares
/// small errors, lets outliers count in proportion. The second derivative at delta is taken as 0.
/// </summary>
/// <param name="Delta">Where the square ends, above 0.</param>
public sealed record Huber(double Delta) : ElementwiseLoss
{
    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) => FormatCall(operand, count, Delta);

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Loss.Huber(x[0], x[1], T.CreateChecked(Delta), x.Output);

    /// <summary>The difference, cut at -delta and delta, times g; by the target with the other sign.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Op.Multiply(x == 0 ? g : Op.Negate(g), Op.Clamp(Op.Subtract(inputs[0], inputs[1]), -Delta, Delta));
}

public static partial class Op
{
    /// <summary>Huber's loss of each element: quadratic up to delta, linear above. Sum it or take its mean for a cost.</summary>
    /// <param name="prediction">Any tensor.</param>
    /// <param name="target">A tensor of the same shape.</param>
    /// <param name="delta">Where the square ends, above 0 and finite, in the unit of the prediction.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">delta is not above 0, or not finite.</exception>
    public static Variable Huber(Variable prediction, Variable target, double delta = 1)
    {
        if (!(delta > 0 && double.IsFinite(delta)))
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "The delta of Huber must be above 0 and finite.");
        return Apply(new Huber(delta), prediction, target);
    }
}
