using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>Sums a tensor down to a shape that broadcasts to its own: the adjoint of <see cref="BroadcastTo"/>.</summary>
/// <param name="Target">The shape of the result.</param>
public sealed record SumTo(Shape Target) : Operation
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 1);
        BroadcastTo.CheckBroadcast(this, small: Target, large: inputs[0]);
        return Target;
    }

    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) =>
        Target == Shape.Scalar ? $"sum({operand(0, 0)})" : FormatCall(operand, count, Target);

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x)
    {
        Span<int> from = stackalloc int[x.Shape(0).Rank];
        Span<int> to = stackalloc int[Target.Rank];
        x.Shape(0).Bind(x.Rows, from);
        Target.Bind(x.Rows, to);
        Reduction.SumTo(x[0], from, x.Output, to);
    }

    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => Op.BroadcastTo(g, inputs[0].Shape);

    /// <summary>An addition for each element of the input.</summary>
    /// <inheritdoc/>
    public override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows) => inputs[0].Count(rows);
}

public static partial class Op
{
    /// <summary>The sum over the axes that <paramref name="target"/> lacks or has with size 1.</summary>
    /// <param name="x">Any tensor.</param>
    /// <param name="target">A shape that broadcasts to that of <paramref name="x"/>.</param>
    /// <exception cref="ArgumentException">It does not broadcast so.</exception>
    public static Variable SumTo(Variable x, Shape target)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Shape == target ? x : Apply(new SumTo(target), x);
    }

    /// <summary>The sum of all elements, a scalar.</summary>
    /// <param name="x">Any tensor.</param>
    public static Variable Sum(Variable x) => SumTo(x, Shape.Scalar);

    /// <summary>The sum over some axes.</summary>
    /// <param name="x">Any tensor.</param>
    /// <param name="axes">The axes, each at most once; from the end with <c>^</c>.</param>
    /// <param name="keepAxes">Whether they stay, with size 1.</param>
    /// <exception cref="ArgumentException">There is no such axis, or one stands twice.</exception>
    public static Variable Sum(Variable x, ReadOnlySpan<Index> axes, bool keepAxes = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        var reduced = new ReducedAxes("Sum", x.Shape, axes);
        Variable sum = SumTo(x, reduced.Kept);
        return keepAxes ? sum : Reshape(sum, reduced.Dropped);
    }
}
