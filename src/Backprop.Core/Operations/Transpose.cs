using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>A tensor with its axes in another order.</summary>
public sealed record Transpose : Operation
{
    private readonly int[] _axes;

    /// <summary>Names the order.</summary>
    /// <param name="axes">For each axis of the result, in order, which axis of the input it is.</param>
    public Transpose(params ReadOnlySpan<int> axes) => _axes = axes.ToArray();

    /// <summary>For each axis of the result, in order, which axis of the input it is.</summary>
    public IReadOnlyList<int> Axes => _axes;

    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 1);
        Shape shape = inputs[0];
        if (shape.Rank > Strided.MaxRank)
            throw ShapeMismatch(inputs, $"at most {Strided.MaxRank} axes are possible.");
        if (!_axes.Order().SequenceEqual(Enumerable.Range(0, shape.Rank)))
            throw ShapeMismatch(inputs, $"the axes {string.Join(", ", _axes)} must be 0 to {shape.Rank - 1}, each once.");
        return new Shape([.. _axes.Select(axis => shape[axis])]);
    }

    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) =>
        _axes is [1, 0] ? $"{operand(0, 4)}'" : FormatCall(operand, count, [.. _axes]);

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x)
    {
        Span<int> sizes = stackalloc int[_axes.Length];
        x.Shape(0).Bind(x.Rows, sizes);
        Permutation.Transpose(x[0], sizes, _axes, x.Output);
    }

    /// <summary>g with the axes put back.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g)
    {
        var back = new Index[_axes.Length];
        for (int axis = 0; axis < back.Length; axis++)
            back[_axes[axis]] = axis;
        return Op.Transpose(g, back);
    }

    /// <summary>None: it moves data.</summary>
    /// <inheritdoc/>
    public override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows) => 0;

    /// <summary>Whether this after another gives back what went in.</summary>
    internal bool Undoes(Transpose other) =>
        _axes.Select(axis => other._axes[axis]).SequenceEqual(Enumerable.Range(0, _axes.Length));

    /// <summary>Whether the other has the same order.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(Transpose? other) => other is not null && _axes.AsSpan().SequenceEqual(other._axes);

    /// <inheritdoc/>
    public override int GetHashCode() => new Shape(_axes).GetHashCode();
}

public static partial class Op
{
    /// <summary>A tensor with its axes in another order.</summary>
    /// <param name="x">Any tensor.</param>
    /// <param name="axes">
    /// For each axis of the result, in order, which axis of <paramref name="x"/> it is; from the end with <c>^</c>. With none
    /// given, the axes are reversed: a matrix is transposed.
    /// </param>
    /// <exception cref="ArgumentException">They do not name each axis once.</exception>
    public static Variable Transpose(Variable x, params ReadOnlySpan<Index> axes)
    {
        ArgumentNullException.ThrowIfNull(x);
        var order = new int[axes.IsEmpty ? x.Shape.Rank : axes.Length];
        for (int axis = 0; axis < order.Length; axis++)
            order[axis] = axes.IsEmpty ? order.Length - 1 - axis : axes[axis].GetOffset(x.Shape.Rank);
        return Apply(new Transpose(order), x);
    }
}
