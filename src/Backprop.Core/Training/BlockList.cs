namespace Backprop.Training;

/// <summary>Where a run of items begins in a <see cref="BlockList{T}"/>.</summary>
internal readonly record struct BlockPosition(int Block, int Offset);

/// <summary>A list of runs of items in blocks; a run lies in one block, so it can be read as one span. Growing copies nothing.</summary>
internal sealed class BlockList<T>
    where T : unmanaged
{
    // Each block is twice the one before, up to the largest: few items take little memory, and the slack of many is small.
    private const int SmallestBlock = 1 << 8, LargestBlock = 1 << 18;

    private readonly List<T[]> _blocks = [];
    private int _used;

    /// <summary>Copies a run in; one longer than the largest block gets a block of its own.</summary>
    public BlockPosition Add(ReadOnlySpan<T> run)
    {
        if (_blocks.Count == 0 || _blocks[^1].Length - _used < run.Length)
        {
            int length = _blocks.Count == 0 ? SmallestBlock : (int)Math.Min(2L * _blocks[^1].Length, LargestBlock);
            _blocks.Add(GC.AllocateUninitializedArray<T>(Math.Max(length, run.Length)));
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
