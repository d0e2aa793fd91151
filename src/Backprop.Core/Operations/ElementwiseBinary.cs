using System.Numerics;
using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>An operation on two tensors, element by element with broadcasting.</summary>
public abstract record ElementwiseBinary : Operation
{
    /// <inheritdoc/>
    public sealed override bool IsByRow => true;

    /// <inheritdoc/>
    public sealed override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 2);
        (Shape a, Shape b) = (inputs[0], inputs[1]);
        var sizes = new int[Math.Max(a.Rank, b.Rank)];
        if (sizes.Length > Strided.MaxRank)
            throw ShapeMismatch(inputs, $"at most {Strided.MaxRank} axes are possible.");
        for (int fromEnd = 1; fromEnd <= sizes.Length; fromEnd++)
        {
            int left = fromEnd <= a.Rank ? a[^fromEnd] : 1;
            int right = fromEnd <= b.Rank ? b[^fromEnd] : 1;
            if (left != right && left != 1 && right != 1)
                throw ShapeMismatch(inputs, $"the sizes of axis -{fromEnd} must be equal, or one of them 1.");
            sizes[^fromEnd] = left == 1 ? right : left;
        }

        return new Shape(sizes);
    }

    private protected static void Compute<T, TOperator>(in Operands<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TOperator : struct, IBinaryOperator<T>
    {
        // The frequent cases, without a look at the axes.
        if (x[0].Length == x.Output.Length && x[1].Length == x.Output.Length)
        {
            TOperator.Invoke(x[0], x[1], x.Output);
            return;
        }

        Span<int> a = stackalloc int[x.Shape(0).Rank];
        Span<int> b = stackalloc int[x.Shape(1).Rank];
        Span<int> c = stackalloc int[x.OutputShape.Rank];
        x.Shape(0).Bind(x.Rows, a);
        x.Shape(1).Bind(x.Rows, b);
        x.OutputShape.Bind(x.Rows, c);
        Elementwise.Binary<T, TOperator>(x[0], a, x[1], b, x.Output, c);
    }
}
