namespace Backprop.Training;

/// <summary>Data that come in blocks, of which only one needs to be in memory at a time.</summary>
public interface IBlockSource
{
    /// <summary>The number of rows of all blocks.</summary>
    long Count { get; }

    /// <summary>The most rows of a block.</summary>
    int LargestBlock { get; }

    /// <summary>Reads all rows once, in blocks; a block is used before the next is asked for.</summary>
    IEnumerable<IMiniBatchSource> ReadBlocks();
}
