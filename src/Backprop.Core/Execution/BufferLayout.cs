namespace Backprop.Execution;

/// <summary>
/// Gives tensors offsets in one buffer so that those alive at the same time never overlap, and others share: each goes
/// into the smallest gap among the dead that holds it, in the order of the run. A step costs the logarithm of the gaps.
/// </summary>
internal sealed class BufferLayout
{
    /// <summary>Offsets are multiples of this many elements: a cache line of floats.</summary>
    private const int Alignment = 16;

    private readonly PriorityQueue<(int Start, int End), int> _live = new();

    // The gaps by size, by where they start and by where they end; none touches another or the end.
    private readonly SortedSet<(int Size, int Start)> _gaps = [];
    private readonly Dictionary<int, int> _endOf = [];
    private readonly Dictionary<int, int> _startOf = [];
    private int _end;

    /// <summary>The number of elements that the buffer needs.</summary>
    public int Length { get; private set; }

    /// <summary>Places a tensor that is written at one step and read last at another; called in the order of the steps.</summary>
    /// <returns>The offset of its first element.</returns>
    /// <exception cref="OverflowException">Together the tensors take more than an array may have.</exception>
    public int Place(int length, int firstUse, int lastUse)
    {
        while (_live.TryPeek(out (int Start, int End) dead, out int last) && last < firstUse)
        {
            Free(dead.Start, dead.End);
            _live.Dequeue();
        }

        int size = (int)Math.Min((length + Alignment - 1L) / Alignment * Alignment, Array.MaxLength);
        if (size == 0)
            return 0;
        int start = Take(size);
        _live.Enqueue((start, start + size), lastUse);
        return start;
    }

    private int Take(int size)
    {
        if (_gaps.Count > 0 && _gaps.Max.Size >= size)
        {
            (int gap, int start) = _gaps.GetViewBetween((size, 0), _gaps.Max).Min;
            RemoveGap(start, start + gap);
            if (gap > size)
                AddGap(start + size, start + gap);
            return start;
        }

        if (size > Array.MaxLength - _end)
            throw new OverflowException($"A run of the plan needs a buffer of more than {Array.MaxLength} elements; try fewer rows.");
        _end += size;
        Length = Math.Max(Length, _end);
        return _end - size;
    }

    private void Free(int start, int end)
    {
        if (_startOf.TryGetValue(start, out int before))
        {
            RemoveGap(before, start);
            start = before;
        }

        if (_endOf.TryGetValue(end, out int after))
        {
            RemoveGap(end, after);
            end = after;
        }

        if (end == _end)
            _end = start;
        else
            AddGap(start, end);
    }

    private void AddGap(int start, int end)
    {
        _gaps.Add((end - start, start));
        _endOf[start] = end;
        _startOf[end] = start;
    }

    private void RemoveGap(int start, int end)
    {
        _gaps.Remove((end - start, start));
        _endOf.Remove(start);
        _startOf.Remove(end);
    }
}
