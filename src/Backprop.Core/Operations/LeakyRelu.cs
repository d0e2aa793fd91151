using System.Numerics.Tensors;
using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>x above 0, else slope x. The derivative at 0 is taken as the slope: that of the left side.</summary>
/// <param name="Slope">The slope below 0.</param>
public sealed record LeakyRelu(double Slope) : ElementwiseUnary
{
    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) => FormatCall(operand, count, Slope);

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x)
    {
        // Which of x and slope x is the larger tells the side, and the slope tells which way.
        TensorPrimitives.Multiply(x[0], T.CreateChecked(Slope), x.Output);
        if (Slope <= 1)
            TensorPrimitives.Max(x[0], x.Output, x.Output);
        else
            TensorPrimitives.Min(x[0], x.Output, x.Output);
    }

    /// <summary>g above 0, else slope g.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Op.Select(inputs[0], g, Op.Scale(g, Slope));
}

public static partial class Op
{
    /// <summary>x where it is above 0, else slope x.</summary>
    /// <param name="x">Any tensor.</param>
    /// <param name="slope">The slope below 0, any finite number.</param>
    /// <exception cref="ArgumentOutOfRangeException">The slope is not finite.</exception>
    public static Variable LeakyRelu(Variable x, double slope = 0.01)
    {
        if (!double.IsFinite(slope))
            throw new ArgumentOutOfRangeException(nameof(slope), slope, "The slope of LeakyRelu must be finite.");
        return Apply(new LeakyRelu(slope), x);
    }
}
