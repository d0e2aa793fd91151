using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Graphs;

/// <summary>The memory that the runs of a workspace read and write; a <see cref="Slot"/> is a place in it.</summary>
/// <param name="Buffers">The buffers that tensors lie in.</param>
/// <param name="Sparse">What is fed by the elements that are present.</param>
/// <param name="RowSparseGradients">The gradients of few rows, of parameters whose rows may lag behind.</param>
internal sealed record RunMemory<T>(ArraySegment<T>[] Buffers, SparseMatrix<T>[] Sparse, RowSparseGradient<T>[] RowSparseGradients)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>What takes the elements of gradients as they are completed, by the gradient's place in the flat buffer.</summary>
    public Dictionary<int, IProductSink> Sinks { get; } = [];
}
