using Backprop.Execution;

namespace Backprop.Training;

/// <summary>Rows in memory that a training loop draws minibatches from; they are one block.</summary>
public interface IMiniBatchSource : IBlockSource
{
    /// <summary>The number of rows.</summary>
    new int Count { get; }

    /// <inheritdoc/>
    long IBlockSource.Count => Count;

    /// <inheritdoc/>
    int IBlockSource.LargestBlock => Count;

    /// <inheritdoc/>
    IEnumerable<IMiniBatchSource> IBlockSource.ReadBlocks() => [this];

    /// <summary>Feeds the inputs of a workspace with some rows.</summary>
    /// <param name="rows">The rows' indices, from 0.</param>
    /// <param name="workspace">Takes them.</param>
    void Fill(ReadOnlySpan<int> rows, Workspace<float> workspace);
}
