using System.Globalization;
using System.Numerics.Tensors;
using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>x^p, p a fixed number. NaN where x is below 0 and p is not whole; infinite where x is 0 and p is below 0.</summary>
/// <param name="Exponent">p.</param>
public sealed record Power(double Exponent) : ElementwiseUnary
{
    /// <inheritdoc/>
    public override int Precedence => 3;

    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{operand(0, 4)}^{Exponent}");

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x)
    {
        if (Exponent == 2)
        {
            TensorPrimitives.Multiply(x[0], x[0], x.Output);
            return;
        }

        // TensorPrimitives.Pow is no faster and, in float, loses digits.
        ReadOnlySpan<T> values = x[0];
        Span<T> result = x.Output;
        T exponent = T.CreateChecked(Exponent);
        for (int i = 0; i < values.Length; i++)
            result[i] = T.Pow(values[i], exponent);
    }

    /// <summary>g p x^(p - 1).</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Exponent == 0 ? null : Op.Multiply(Op.Scale(g, Exponent), Op.Power(inputs[0], Exponent - 1));
}

public static partial class Op
{
    /// <summary>x to a fixed power.</summary>
    /// <param name="x">Any tensor.</param>
    /// <param name="exponent">The power, any finite number.</param>
    /// <exception cref="ArgumentOutOfRangeException">The power is not finite.</exception>
    public static Variable Power(Variable x, double exponent)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (!double.IsFinite(exponent))
            throw new ArgumentOutOfRangeException(nameof(exponent), exponent, "The exponent of Power must be finite.");
        return exponent == 1 ? x : Apply(new Power(exponent), x);
    }
}
