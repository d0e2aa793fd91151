using System.Numerics.Tensors;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Operations;

namespace Backprop.Execution;

/// <summary>
/// <c>(softmax(z) - onehot(labels)) g</c> in one pass, the gradient of the cross-entropy by the logits z; g is one number or
/// one a row.
/// </summary>
internal sealed record FusedCrossEntropyGradient : Operation
{
    /// <inheritdoc/>
    public override string Name => $"{nameof(Operations.Softmax)} + {nameof(OneHot)} + {nameof(Subtract)} + {nameof(Multiply)}";

    /// <inheritdoc/>
    public override bool IsByRow => true;

    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x)
    {
        int classes = x.Size(0, 1);
        ReadOnlySpan<T> labels = x[1], g = x[2];
        Span<T> result = x.Output;
        Kernels.Softmax.Normalize(x[0], classes, result);
        for (int row = 0; row < labels.Length; row++)
            result[(row * classes) + Selection.ClassIndex(labels[row], classes)] -= T.One;
        if (g.Length == 1)
        {
            TensorPrimitives.Multiply(result, g[0], result);
            return;
        }

        for (int row = 0; row < labels.Length; row++)
        {
            Span<T> p = result.Slice(row * classes, classes);
            TensorPrimitives.Multiply(p, g[row], p);
        }
    }

    /// <summary>Not needed: fusion comes after back-propagation.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => throw NoDerivative(inputs, x);

    /// <summary>Five for each logit for the softmax, a difference and a product.</summary>
    /// <inheritdoc/>
    public override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows) => 7L * output.Count(rows);
}
