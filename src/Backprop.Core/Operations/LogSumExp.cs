using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>log(sum(exp(z))) over the last axis, which stays with size 1: a smooth maximum, stable for finite numbers.</summary>
public sealed record LogSumExp : LastAxisOperation
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 1);
        return Column(RequireLastAxis(inputs));
    }

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x)
    {
        int length = x.Size(0, ^1);
        ReadOnlySpan<T> z = x[0];
        Span<T> result = x.Output;
        for (int row = 0; row < result.Length; row++)
            result[row] = Kernels.Softmax.LogSumExp(z.Slice(row * length, length));
    }

    /// <summary>g softmax(z).</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => Op.Multiply(Op.Softmax(inputs[0]), g);

    /// <summary>Four for each element of the input: maximum, difference, exponential, sum.</summary>
    /// <inheritdoc/>
    public override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows) => 4L * inputs[0].Count(rows);
}

public static partial class Op
{
    /// <summary>log(sum(exp(x))) over the last axis.</summary>
    /// <param name="x">A tensor with one axis or more.</param>
    /// <param name="keepAxis">Whether the axis stays, with size 1.</param>
    public static Variable LogSumExp(Variable x, bool keepAxis = false)
    {
        Variable kept = Apply(new LogSumExp(), x);
        return keepAxis ? kept : Reshape(kept, new Shape(kept.Shape.Sizes[..^1]));
    }
}
