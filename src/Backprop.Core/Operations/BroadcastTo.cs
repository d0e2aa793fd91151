using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>Repeats a tensor along the axes that it lacks or has with size 1.</summary>
/// <param name="Target">The shape of the result.</param>
public sealed record BroadcastTo(Shape Target) : Operation
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 1);
        CheckBroadcast(this, small: inputs[0], large: Target);
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
        Reduction.Broadcast(x[0], from, x.Output, to);
    }

    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => Op.SumTo(g, inputs[0].Shape);

    /// <summary>None: it moves data.</summary>
    /// <inheritdoc/>
    public override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows) => 0;

    internal static void CheckBroadcast(Operation operation, Shape small, Shape large)
    {
        if (small.Rank > large.Rank || large.Rank > Strided.MaxRank)
        {
            throw new ArgumentException(
                $"{operation.Name} between {small} and {large}: the first may not have more axes, the second at most {Strided.MaxRank}.");
        }

        for (int fromEnd = 1; fromEnd <= small.Rank; fromEnd++)
        {
            if (small[^fromEnd] != 1 && small[^fromEnd] != large[^fromEnd])
            {
                throw new ArgumentException(
                    $"{operation.Name} between {small} and {large}: axis -{fromEnd} of the first must be 1 or equal that of the second.");
            }
        }
    }
}

public static partial class Op
{
    /// <summary>A tensor repeated to a larger shape.</summary>
    /// <param name="x">Any tensor.</param>
    /// <param name="target">A shape that that of <paramref name="x"/> broadcasts to.</param>
    /// <exception cref="ArgumentException">It does not broadcast so.</exception>
    public static Variable BroadcastTo(Variable x, Shape target)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Shape == target ? x : Apply(new BroadcastTo(target), x);
    }
}
