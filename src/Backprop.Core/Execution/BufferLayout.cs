namespace Backprop.Execution;

/// <summary>
/// Gives tensors offsets in one buffer so that those alive at the same time never overlap, and others share: first fit
/// into the gaps that dead tensors left, in the order of the run.
/// </summary>
internal sealed class BufferLayout
{
    /// <summary>Offsets are multiples of this many elements: a cache line of floats.</summary>
    private const int Alignment = 16;

    private readonly PriorityQueue<(int Start, int End), int> _live = new();
    private readonly List<(int Start, int End)> _gaps = []; // In order, none touching another or the end.
    private int _end;

    /// <summary>The number of elements that the buffer needs.</summary>
    public int Length { get; private set; }

    /// <summary>Places a tensor that is written at one step and read last at another; called in the order of the steps.</summary>
    /// <returns>The offset of its first element.</returns>
    /// <exception cref="OverflowException">Together the tensors take more than an array may have.</exception>
    public int Place(int length, int firstUse, int lastUse)
    {
        while (_live.TryPeek(out (int, int) dead, out int last) && last < firstUse)
        {
            Free(dead);
            _live.Dequeue();
        }

        int size = (int)Math.Min((length + Alignment - 1L) / Alignment * Alignment, Array.MaxLength);
        int start = Take(size);
        if (size > 0)
            _live.Enqueue((start, start + size), lastUse);
        return start;
    }

    private int Take(int size)
    {
        int at = _gaps.FindIndex(gap => gap.End - gap.Start >= size);
        if (at < 0)
        {
            int end = _end;
            if (size > Array.MaxLength - _end)
                throw new OverflowException(
                    $"A run of the plan needs a buffer of more than {Array.MaxLength} elements; try fewer rows.");
            _end += size;
            Length = Math.Max(Length, _end);
            return end;
        }

        (int start, int gapEnd) = _gaps[at];
        if (gapEnd - start == size)
            _gaps.RemoveAt(at);
        else
            _gaps[at] = (start + size, gapEnd);
        return start;
    }

    private void Free((int Start, int End) block)
    {
        int at = ~_gaps.BinarySearch(block);
        if (at > 0 && _gaps[at - 1].End == block.Start)
        {
            block.Start = _gaps[--at].Start;
            _gaps.RemoveAt(at);
        }

        if (at < _gaps.Count && _gaps[at].Start == block.End)
        {
            block.End = _gaps[at].End;
            _gaps.RemoveAt(at);
        }

        if (block.End == _end)
            _end = block.Start;
        else
            _gaps.Insert(at, block);
    }
}
