using System.Numerics;
using System.Runtime.InteropServices;

namespace Backprop.Training;

/// <summary>
/// A list of rows of one width in blocks of one size, a power of two rows, so that a shift finds a row's block. Growing
/// copies no more than one block, and no array limit bounds the whole.
/// </summary>
/// <param name="width">The items of a row, 1 or more.</param>
internal sealed class RowBlocks<T>(int width)
    where T : unmanaged
{
    private const int BlockLength = 1 << 18; // About so many items; a wider row gets a block of its own.

    private readonly List<T[]> _blocks = [];
    private readonly int _shift = BitOperations.Log2((uint)(BlockLength / width)); // Log2(0) is 0.
    private int _capacity;

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>A row.</summary>
    public ReadOnlySpan<T> this[int row] => At(row);

    /// <summary>Copies a row in.</summary>
    public void Add(ReadOnlySpan<T> row)
    {
        if (Count == _capacity)
            Grow();
        row.CopyTo(At(Count));
        Count++;
    }

    /// <summary>Copies rows, one after the other.</summary>
    public void CopyRows(ReadOnlySpan<int> rows, Span<T> destination)
    {
        for (int i = 0; i < rows.Length; i++)
            At(rows[i]).CopyTo(destination[(i * width)..]);
    }

    private Span<T> At(int row) =>
        CollectionsMarshal.AsSpan(_blocks)[row >> _shift].AsSpan((row & ((1 << _shift) - 1)) * width, width);

    // The first block starts small and doubles, so that few rows take little memory; all others are whole.
    private void Grow()
    {
        int whole = 1 << _shift;
        int rows = Math.Min(Math.Max(1, 2 * Count), whole);
        var block = GC.AllocateUninitializedArray<T>(rows * width);
        if (Count >= whole || Count == 0)
        {
            _blocks.Add(block);
            _capacity += rows;
            return;
        }

        _blocks[0].CopyTo(block, 0);
        _blocks[0] = block;
        _capacity = rows;
    }
}
