using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>The first where the second is above 0, else 0: what ReLU lets through of a gradient.</summary>
public sealed record Gate : Operation
{
    /// <inheritdoc/>
    public override bool IsByRow => true;

    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 2);
        return RequireEqual(inputs);
    }

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Selection.WherePositive(x[0], x[1], x.Output);

    /// <summary>By the first, the gate again; by the second, 0 wherever there is a derivative.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => x == 0 ? Op.Gate(g, inputs[1]) : null;
}

public static partial class Op
{
    /// <summary><paramref name="x"/> where <paramref name="condition"/> is above 0, else 0.</summary>
    /// <param name="x">Any tensor.</param>
    /// <param name="condition">A tensor of the same shape.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Variable Gate(Variable x, Variable condition) => Apply(new Gate(), x, condition);
}
