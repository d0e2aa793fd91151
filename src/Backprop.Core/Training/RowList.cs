using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Training;

/// <summary>
/// A list of rows of one width in blocks of one size, a power of two rows, so that a shift finds a row's block. Growing
/// copies no more than one block, and no array limit bounds the whole.
/// </summary>
/// <param name="width">The items of a row, 1 or more.</param>
internal sealed class RowList<T>(int width)
    where T : unmanaged
{
    private const int BlockLength = 1 << 18; // About so many items; a wider row gets a block of its own.

    private readonly int _shift = BitOperations.Log2((uint)(BlockLength / width)); // Log2(0) is 0.
    private T[][] _blocks = [];
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

    /// <summary>Copies rows out, one after the other.</summary>
    public void CopyRows(ReadOnlySpan<int> rows, Span<T> destination, WorkerTeam? team) =>
        Gather.Rows(_blocks, _shift, width, rows, destination, team);

    private Span<T> At(int row) => _blocks[row >> _shift].AsSpan((row & ((1 << _shift) - 1)) * width, width);

    // The first block starts small and doubles, so that few rows take little memory; all others are whole.
    private void Grow()
    {
        int whole = 1 << _shift;
        int rows = Math.Min(Math.Max(1, 2 * Count), whole);
        var block = GC.AllocateUninitializedArray<T>(rows * width);
        bool replaces = Count > 0 && Count < whole;
        if (replaces)
            _blocks[0].CopyTo(block, 0);
        else
            Array.Resize(ref _blocks, _blocks.Length + 1);
        _blocks[^1] = block;
        _capacity = replaces ? rows : _capacity + rows;
    }
}
