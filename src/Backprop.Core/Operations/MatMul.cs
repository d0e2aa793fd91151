using System.Numerics;
using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Operations;

/// <summary>The product of two matrices, either of them transposed in place: op(A) op(B).</summary>
/// <param name="TransposeA">Whether the first is read as its transpose.</param>
/// <param name="TransposeB">Whether the second is read as its transpose.</param>
public sealed record MatMul(bool TransposeA, bool TransposeB) : Operation
{
    /// <inheritdoc/>
    public override bool IsByRow => true;

    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 2);
        (Shape a, Shape b) = (inputs[0], inputs[1]);
        if (a.Rank != 2 || b.Rank != 2)
            throw ShapeMismatch(inputs, "both must be matrices.");
        (int rows, int inner) = TransposeA ? (a[1], a[0]) : (a[0], a[1]);
        (int innerB, int columns) = TransposeB ? (b[1], b[0]) : (b[0], b[1]);
        if (inner != innerB)
            throw ShapeMismatch(inputs, $"axis {(TransposeA ? 0 : 1)} of the first must equal axis {(TransposeB ? 1 : 0)} of the second.");
        return new Shape(rows, columns);
    }

    /// <inheritdoc/>
    internal override bool ReadsSparse(int input) => input == 0 && !TransposeB;

    /// <inheritdoc/>
    public override int Precedence => 3;

    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count)
    {
        return $"{Side(0, TransposeA)} {Side(1, TransposeB)}";

        string Side(int input, bool transposed) => transposed ? $"{operand(input, 4)}'" : operand(input, input == 0 ? 3 : 4);
    }

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => Forward(x, default);

    internal void Forward<T>(in Operands<T> x, in GemmEpilogue<T> epilogue)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (int m, int n, int k) = Sizes(x.Shape(0), x.Shape(1), x.Rows);
        if (x.Sparse(0) is { } sparse)
            MultiplySparse(sparse, x, n, k, epilogue);
        else
            Gemm.Multiply(TransposeA, TransposeB, m, n, k, x[0], x[1], x.Output, epilogue with { Sink = x.Sink }, x.Part, x.Parts);
    }

    private void MultiplySparse<T>(SparseMatrix<T> a, in Operands<T> x, int n, int k, in GemmEpilogue<T> epilogue)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (TransposeA)
        {
            SparseGemm.MultiplyTransposed(a, n, x[1], x.Output, epilogue, x.Part, x.Parts);
            return;
        }

        var share = new Share(x.Rows, x.Parts, Chunk: 1);
        (int first, int count) = (share.Start(x.Part), share.Start(x.Part + 1) - share.Start(x.Part));
        SparseGemm.Multiply(
            a.ByRow.Slice(x.FirstRow + first, count), k, n, x[1], x.Output.Slice(first * n, count * n), epilogue.Rows(first, count, n),
            x.AbsentRows(1));
    }

    /// <summary>The number of parts that so many threads may share the product in.</summary>
    internal int Parts(Shape a, Shape b, int rows, int threads)
    {
        (int m, int n, int k) = Sizes(a, b, rows);
        return Gemm.Parts(m, n, k, threads);
    }

    private (int M, int N, int K) Sizes(Shape a, Shape b, int rows)
    {
        return (Size(a, TransposeA ? 1 : 0), Size(b, TransposeB ? 0 : 1), Size(a, TransposeA ? 0 : 1));

        int Size(Shape shape, int axis) => shape[axis] == Shape.Free ? rows : shape[axis];
    }

    /// <summary>For C = AB: G B' by A and A' G by B (section 6.5.6); the transposed forms follow.</summary>
    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g)
    {
        (Variable a, Variable b) = (inputs[0], inputs[1]);
        return (x, TransposeA, TransposeB) switch
        {
            (0, false, _) => Op.MatMul(g, b, false, !TransposeB),
            (0, true, _) => Op.MatMul(b, g, TransposeB, true),
            (_, _, false) => Op.MatMul(a, g, !TransposeA, false),
            (_, _, true) => Op.MatMul(g, a, true, TransposeA),
        };
    }

    /// <summary>2 m n k: a product and an addition for each of k terms of each of m n elements; absent ones of a sparse factor count, too.</summary>
    /// <inheritdoc/>
    public override long CountOperations(IReadOnlyList<Shape> inputs, Shape output, int rows)
    {
        int inner = inputs[0][TransposeA ? 0 : 1];
        return 2L * output.Count(rows) * (inner == Shape.Free ? rows : inner);
    }
}

public static partial class Op
{
    /// <summary>The matrix product op(A) op(B).</summary>
    /// <param name="a">An m by k matrix; k by m where it is transposed.</param>
    /// <param name="b">A k by n matrix; n by k where it is transposed.</param>
    /// <param name="transposeA">Whether to read <paramref name="a"/> as its transpose.</param>
    /// <param name="transposeB">Whether to read <paramref name="b"/> as its transpose.</param>
    /// <exception cref="ArgumentException">
    /// One is no matrix, or the inner sizes differ; or one is a sparse input, and not the first of two with the second not transposed.
    /// </exception>
    public static Variable MatMul(Variable a, Variable b, bool transposeA = false, bool transposeB = false) =>
        Apply(new MatMul(transposeA, transposeB), a, b);
}
