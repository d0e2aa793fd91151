namespace Backprop.Training;

/// <summary>Rows to train on or to validate with: in memory, or read anew for each epoch.</summary>
/// <remarks>
/// These are data alone. What a training loop takes is an <see cref="IBlockSource"/>: it feeds a graph's inputs, here with the rows of such
/// blocks, each of them an <see cref="IMiniBatchSource"/>.
/// </remarks>
public interface IRowBlocks
{
    /// <summary>The number of features.</summary>
    int Columns { get; }

    /// <summary>The number of classes; 0 where rows have numbers to be learned.</summary>
    int Classes { get; }

    /// <summary>How many numbers a row has to be learned; 1 where it has a class.</summary>
    int Targets { get; }

    /// <summary>Whether the rows are fed by the features that are present.</summary>
    bool IsSparse { get; }

    /// <summary>Whether the rows have different weights.</summary>
    bool HasDifferentWeights { get; }

    /// <summary>The most rows of a block.</summary>
    int LargestBlock { get; }

    /// <summary>What the targets of all rows look like.</summary>
    TargetStatistics Statistics { get; }

    /// <summary>How many rows could not be used, and are not among these.</summary>
    long Skipped { get; }

    /// <summary>Reads all rows once, always the same ones in the same blocks; a block is used before the next is asked for.</summary>
    IEnumerable<RowSet> ReadBlocks();
}
