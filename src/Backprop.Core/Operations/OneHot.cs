using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>A column of class indices as rows that are 1 at the class and 0 elsewhere.</summary>
/// <param name="Classes">The number of classes.</param>
public sealed record OneHot(int Classes) : Operation
{
    /// <inheritdoc/>
    public override bool IsByRow => true;

    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 1);
        if (Classes < 1)
            throw ShapeMismatch(inputs, $"there are {Classes} classes; there must be 1 or more.");
        return inputs[0].Rank == 2 && inputs[0][1] == 1
            ? new Shape(inputs[0][0], Classes)
            : throw ShapeMismatch(inputs, "the class indices must be a column, [rows, 1].");
    }

    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) => FormatCall(operand, count, Classes);

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x)
    {
        ReadOnlySpan<T> labels = x[0];
        x.Output.Clear();
        for (int row = 0; row < labels.Length; row++)
            x.Output[(row * Classes) + Selection.ClassIndex(labels[row], Classes)] = T.One;
    }

    /// <summary>A class index has no derivative.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => throw NoDerivative(inputs, x);

    /// <summary>None: it moves data.</summary>
    /// <inheritdoc/>
    public override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows) => 0;
}

public static partial class Op
{
    /// <summary>Class indices as one-hot rows.</summary>
    /// <param name="labels">A column of class indices from 0, [rows, 1].</param>
    /// <param name="classes">The number of classes.</param>
    public static Variable OneHot(Variable labels, int classes) => Apply(new OneHot(classes), labels);
}
