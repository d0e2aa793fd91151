using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>
/// The largest of the elements that fall together when a tensor is reduced to a shape that broadcasts to its own: as
/// <see cref="SumTo"/>, with a maximum for the sum. -infinity of no elements, NaN where one is NaN. Where several are the
/// largest, the derivative is taken as shared equally among them.
/// </summary>
/// <param name="Target">The shape of the result.</param>
public sealed record MaxTo(Shape Target) : Operation
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 1);
        BroadcastTo.CheckBroadcast(this, small: Target, large: inputs[0]);
        return Target;
    }

    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) => FormatCall(operand, count, Target);

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x)
    {
        Span<int> from = stackalloc int[x.Shape(0).Rank];
        Span<int> to = stackalloc int[Target.Rank];
        x.Shape(0).Bind(x.Rows, from);
        Target.Bind(x.Rows, to);
        Reduction.MaxTo(x[0], from, x.Output, to);
    }

    /// <summary>g at the largest. Nothing exceeds them, so <see cref="Exceeds"/> marks them, each by the same number.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g)
    {
        Variable mark = Op.Exceeds(inputs[0], Op.MaxTo(inputs[0], Target));
        return Op.Multiply(mark, Op.Divide(g, Op.SumTo(mark, Target)));
    }

    /// <summary>A comparison for each element of the input.</summary>
    /// <inheritdoc/>
    public override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows) => inputs[0].Count(rows);
}

public static partial class Op
{
    /// <summary>The maximum over the axes that <paramref name="target"/> lacks or has with size 1.</summary>
    /// <param name="x">Any tensor.</param>
    /// <param name="target">A shape that broadcasts to that of <paramref name="x"/>.</param>
    /// <exception cref="ArgumentException">It does not broadcast so.</exception>
    public static Variable MaxTo(Variable x, Shape target)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Shape == target ? x : Apply(new MaxTo(target), x);
    }

    /// <summary>The largest element, a scalar.</summary>
    /// <param name="x">Any tensor.</param>
    public static Variable Max(Variable x) => MaxTo(x, Shape.Scalar);

    /// <summary>The maximum over some axes.</summary>
    /// <param name="x">Any tensor.</param>
    /// <param name="axes">The axes, each at most once; from the end with <c>^</c>.</param>
    /// <param name="keepAxes">Whether they stay, with size 1.</param>
    /// <exception cref="ArgumentException">There is no such axis, or one stands twice.</exception>
    public static Variable Max(Variable x, ReadOnlySpan<Index> axes, bool keepAxes = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        var reduced = new ReducedAxes("Max", x.Shape, axes);
        Variable max = MaxTo(x, reduced.Kept);
        return keepAxes ? max : Reshape(max, reduced.Dropped);
    }
}
