using System.Numerics.Tensors;

namespace Backprop.Graphs;

/// <summary>The sum of one or more tensors of one shape: where paths meet, algorithm 6.6 adds their gradients.</summary>
public sealed record Accumulate : Operation
{
    /// <inheritdoc/>
    public override bool IsByRow => true;

    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        if (inputs.Count == 0)
            throw ShapeMismatch(inputs, "there must be 1 input or more.");
        return RequireEqual(inputs);
    }

    /// <inheritdoc/>
    public override int Precedence => 1;

    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) =>
        string.Join(" + ", Enumerable.Range(0, count).Select(input => operand(input, 1)));

    /// <summary>An addition for each element of each input but the first.</summary>
    /// <inheritdoc/>
    public override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows) => (inputs.Count - 1L) * output.Count(rows);

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x)
    {
        Span<T> sum = x.Output;
        x[0].CopyTo(sum);
        for (int input = 1; input < x.Count; input++)
            TensorPrimitives.Add(sum, x[input], sum);
    }

    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => g;
}
