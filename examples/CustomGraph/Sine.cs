using System.Numerics.Tensors;
using Backprop.Graphs;
using Backprop.Operations;

namespace CustomGraph;

/// <summary>An operation of our own, sin(x): its shape, its value and its derivative are all that there is to write.</summary>
public sealed record Sine : Operation
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 1);
        return inputs[0];
    }

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => TensorPrimitives.Sin(x[0], x.Output);

    /// <summary>g cos(x), and the cosine is a sine a quarter turn on.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        Op.Multiply(g, Of(Op.Add(inputs[0], g.Graph.Constant(Math.PI / 2))));

    /// <summary>sin(x), element by element.</summary>
    public static Variable Of(Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Graph.Apply(new Sine(), x);
    }
}
