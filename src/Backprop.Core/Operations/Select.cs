using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>The second where the first is above 0, else the third (also where the first is NaN).</summary>
public sealed record Select : Operation
{
    /// <inheritdoc/>
    public override bool IsByRow => true;

    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 3);
        return RequireEqual(inputs);
    }

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Selection.Where(x[0], x[1], x[2], x.Output);

    /// <summary>By what was chosen g, by what was not 0; by the condition 0 wherever there is a derivative.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => x switch
    {
        0 => null,
        1 => Op.Gate(g, inputs[0]),
        _ => Op.Select(inputs[0], g.Graph.Constant(0, g.Shape), g),
    };
}

public static partial class Op
{
    /// <summary><paramref name="a"/> where <paramref name="condition"/> is above 0, else <paramref name="b"/>.</summary>
    /// <param name="condition">Any tensor.</param>
    /// <param name="a">A tensor of the same shape.</param>
    /// <param name="b">A tensor of the same shape.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Variable Select(Variable condition, Variable a, Variable b) => Apply(new Select(), condition, a, b);
}
