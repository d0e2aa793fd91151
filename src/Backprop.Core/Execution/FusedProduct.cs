using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Operations;

namespace Backprop.Execution;

/// <summary>
/// A matrix product and what becomes of its elements, as one step: <c>op(A) op(B) + scale addend</c>, through a ReLU, through
/// a gate; each part may be missing. The inputs are A, B, the addend and the gate, as far as they exist.
/// </summary>
/// <param name="Product">The product.</param>
internal sealed record FusedProduct(MatMul Product) : Operation
{
    /// <summary>Whether something is added: a tensor of the product's shape, or a row for all of its rows.</summary>
    public bool Adds { get; init; }

    /// <summary>What the addend is multiplied by.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Whether negative elements become 0.</summary>
    public bool Rectifies { get; init; }

    /// <summary>Whether elements where a tensor of the product's shape is not above 0 become 0.</summary>
    public bool Gates { get; init; }

    /// <inheritdoc/>
    public override string Name => string.Join(" + ", Parts());

    /// <inheritdoc/>
    public override bool IsByRow => true;

    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => Product.InferShape([inputs[0], inputs[1]]);

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Product.Forward(x, new GemmEpilogue<T>
    {
        Addend = Adds ? x[2] : [],
        Scale = T.CreateChecked(Scale),
        Rectifies = Rectifies,
        Gate = Gates ? x[x.Count - 1] : [],
    });

    /// <summary>Not needed: fusion comes after back-propagation.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => throw NoDerivative(inputs, x);

    /// <summary>As many as its parts have.</summary>
    /// <inheritdoc/>
    public override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows)
    {
        long scaling = Adds && Scale != 1 ? inputs[2].Count(rows) : 0;
        return Product.CountOperations(inputs, output, rows) + scaling + (output.Count(rows) * (Parts().Count() - (scaling > 0 ? 2L : 1L)));
    }

    private IEnumerable<string> Parts()
    {
        yield return nameof(MatMul);
        if (Adds && Scale != 1)
            yield return nameof(Multiply);
        if (Adds)
            yield return nameof(Add);
        if (Rectifies)
            yield return nameof(Relu);
        if (Gates)
            yield return nameof(Gate);
    }
}
