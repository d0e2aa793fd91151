using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>
/// x above 0, else alpha (exp(x) - 1): the exponential linear unit (Clevert, Unterthiner and Hochreiter 2015, arXiv 1511.07289).
/// Derivatives at 0 that do not exist (the first, unless alpha is 1, and all higher) are taken as those of the left side.
/// </summary>
/// <param name="Alpha">Minus the limit at -infinity.</param>
public sealed record Elu(double Alpha) : ElementwiseUnary
{
    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) => FormatCall(operand, count, Alpha);

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Activation.Elu(x[0], T.CreateChecked(Alpha), x.Output);

    /// <summary>g above 0, else g alpha exp(x), which is g (elu(x) + alpha) and so never overflows.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Op.Select(inputs[0], g, Op.Multiply(g, Op.Add(Op.Elu(inputs[0], Alpha), g.Graph.Constant(Alpha))));
}

public static partial class Op
{
    /// <summary>x where it is above 0, else alpha (exp(x) - 1).</summary>
    /// <param name="x">Any tensor.</param>
    /// <param name="alpha">Minus the limit at -infinity, any finite number.</param>
    /// <exception cref="ArgumentOutOfRangeException">alpha is not finite.</exception>
    public static Variable Elu(Variable x, double alpha = 1)
    {
        if (!double.IsFinite(alpha))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "The alpha of Elu must be finite.");
        return Apply(new Elu(alpha), x);
    }
}
