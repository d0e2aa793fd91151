using System.Numerics;
using System.Runtime.Intrinsics;

namespace Backprop.Kernels;

/// <summary>A matrix product <c>C = A B</c> and its epilogue: A is m x k, B k x n and C m x n, row-major.</summary>
internal readonly record struct GemmProduct<T>(
    int M, int N, int K, MatrixView<T> A, MatrixView<T> B, MatrixView<T> C, TileEpilogue<T> Epilogue)
    where T : unmanaged
{
    /// <summary>The transposed product, C' = B' A', without the epilogue.</summary>
    public GemmProduct<T> Transposed => new(N, M, K, B.Transposed, A.Transposed, C.Transposed, default);

    /// <summary>The same product for <paramref name="count"/> rows of C from <paramref name="first"/>.</summary>
    public GemmProduct<T> RowRange(int first, int count) =>
        this with { M = count, A = A.From(first, 0), C = C.From(first, 0), Epilogue = Epilogue.From(first, 0) };

    /// <summary>The same product for <paramref name="count"/> columns of C from <paramref name="first"/>.</summary>
    public GemmProduct<T> ColumnRange(int first, int count) =>
        this with { N = count, B = B.From(0, first), C = C.From(0, first), Epilogue = Epilogue.From(0, first) };
}

/// <summary>One way to compute matrix products on one thread.</summary>
internal abstract class GemmStrategy<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private static GemmStrategy<T>? s_chosen;

    /// <summary>The strategy for <see cref="KernelSets.Chosen"/>.</summary>
    public static GemmStrategy<T> Chosen => s_chosen ??= Create(KernelSets.Chosen);

    /// <summary>The strategy for a set of kernels that the machine supports; scalar where T has no vectors.</summary>
    public static GemmStrategy<T> Create(KernelSet set)
    {
        var hasVectors = typeof(T) == typeof(float) || typeof(T) == typeof(double);
        return (hasVectors ? set : KernelSet.Scalar) switch
        {
            KernelSet.Vector512 => new BlockedGemm<T, Vector512<T>, Vector512Lanes<T>>(),
            KernelSet.Vector256 => new BlockedGemm<T, Vector256<T>, Vector256Lanes<T>>(),
            KernelSet.Vector128 => new BlockedGemm<T, Vector128<T>, Vector128Lanes<T>>(),
            _ => new BlockedGemm<T, T, ScalarLanes<T>>(),
        };
    }

    /// <summary>Computes a product whose m and n are at least 1, by the rule of <see cref="Gemm"/>.</summary>
    public abstract void Multiply(in GemmProduct<T> product);
}
