namespace Backprop.Training;

/// <summary>Where a run of items begins in a <see cref="BlockList{T}"/>.</summary>
internal readonly record struct BlockPosition(int Block, int Offset);

/// <summary>A list of runs of items in blocks; a run lies in one block, so it can be read as one span.</summary>
/// <param name="blockLength">The items of a block; a longer run gets a block of its own.</param>
internal sealed class BlockList<T>(int blockLength)
{
    private readonly List<T[]> _blocks = [];
    private int _used;

    /// <summary>Copies a run in.</summary>
    public BlockPosition Add(ReadOnlySpan<T> run)
    {
        if (_blocks.Count == 0 || _blocks[^1].Length - _used < run.Length)
        {
            _blocks.Add(new T[Math.Max(blockLength, run.Length)]);
            _used = 0;
        }

        var position = new BlockPosition(_blocks.Count - 1, _used);
        run.CopyTo(_blocks[^1].AsSpan(_used));
        _used += run.Length;
        return position;
    }

    /// <summary>A run that was copied in.</summary>
    public ReadOnlySpan<T> Slice(BlockPosition position, int length) => _blocks[position.Block].AsSpan(position.Offset, length);
}
