using System.Numerics.Tensors;
using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>x, but no less than one number and no more than another. The derivative at either of them is taken as 0.</summary>
/// <param name="Min">The least result.</param>
/// <param name="Max">The largest result.</param>
public sealed record Clamp(double Min, double Max) : ElementwiseUnary
{
    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) => FormatCall(operand, count, Min, Max);

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) =>
        TensorPrimitives.Clamp(x[0], T.CreateChecked(Min), T.CreateChecked(Max), x.Output);

    /// <summary>g strictly between the two, else 0.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g)
    {
        if (double.IsFinite(Min))
            g = Op.Gate(g, Op.Subtract(inputs[0], g.Graph.Constant(Min)));
        return double.IsFinite(Max) ? Op.Gate(g, Op.Subtract(g.Graph.Constant(Max), inputs[0])) : g;
    }
}

public static partial class Op
{
    /// <summary>x, but no less than <paramref name="min"/> and no more than <paramref name="max"/>.</summary>
    /// <param name="x">Any tensor.</param>
    /// <param name="min">The least result; may be -infinity.</param>
    /// <param name="max">The largest result, not below <paramref name="min"/>; may be infinity.</param>
    /// <exception cref="ArgumentOutOfRangeException">The first is above the second, or one is NaN.</exception>
    public static Variable Clamp(Variable x, double min, double max)
    {
        if (!(min <= max))
            throw new ArgumentOutOfRangeException(nameof(max), max, $"The bounds of Clamp must be in order; the lower is {min}.");
        return Apply(new Clamp(min, max), x);
    }
}
