using Backprop.Graphs;

namespace Backprop.Operations;

public static partial class Op
{
    /// <summary>The mean of all elements, a scalar; over the rows that a run binds.</summary>
    /// <param name="x">Any tensor.</param>
    public static Variable Mean(Variable x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Multiply(Sum(x), x.Graph.Apply(new InverseCount(x.Shape)));
    }

    /// <summary>The mean over some axes; over the free one, that of the rows that a run binds. NaN of no elements.</summary>
    /// <param name="x">Any tensor.</param>
    /// <param name="axes">The axes, each at most once; from the end with <c>^</c>.</param>
    /// <param name="keepAxes">Whether they stay, with size 1.</param>
    /// <exception cref="ArgumentException">There is no such axis, or one stands twice.</exception>
    public static Variable Mean(Variable x, ReadOnlySpan<Index> axes, bool keepAxes = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        var reduced = new ReducedAxes("Mean", x.Shape, axes);
        return Multiply(Sum(x, axes, keepAxes), x.Graph.Apply(new InverseCount(reduced.Over)));
    }
}
