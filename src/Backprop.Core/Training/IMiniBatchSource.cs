using Backprop.Execution;

namespace Backprop.Training;

/// <summary>Data that a training loop draws minibatches from.</summary>
public interface IMiniBatchSource
{
    /// <summary>The number of rows.</summary>
    int Count { get; }

    /// <summary>Feeds the inputs of a workspace with some rows.</summary>
    /// <param name="rows">The rows' indices, from 0.</param>
    /// <param name="workspace">Takes them.</param>
    void Fill(ReadOnlySpan<int> rows, Workspace<float> workspace);
}
