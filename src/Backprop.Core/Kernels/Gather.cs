using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Backprop.Kernels;

/// <summary>Copies rows that lie anywhere in a matrix of many blocks.</summary>
internal static unsafe class Gather
{
    /// <summary>The bytes from which a second thread pays: memory answers two threads nearly twice as fast as one.</summary>
    private const long WorthATeam = 1 << 15;

    /// <summary>How far before a row is copied it is asked for: rows lie anywhere, so the processor cannot see them coming.</summary>
    private const int BytesAhead = 14 << 10;

    /// <summary>The most rows before it: a minibatch may have few, and the first ones nobody asks for.</summary>
    private const int RowsAhead = 8;

    /// <summary>destination = some rows, one after the other. Allocates nothing.</summary>
    /// <param name="blocks">The matrix, 2^<paramref name="shift"/> rows in each block.</param>
    /// <param name="shift">What finds a row's block.</param>
    /// <param name="width">The elements of a row.</param>
    /// <param name="rows">Which rows, in the order of the destination.</param>
    /// <param name="destination">Takes rows times width elements.</param>
    /// <param name="team">Threads to share the rows, used where there is much to copy.</param>
    /// <exception cref="ArgumentOutOfRangeException">The destination is too short.</exception>
    public static void Rows<T>(T[][] blocks, int shift, int width, ReadOnlySpan<int> rows, Span<T> destination, WorkerTeam? team = null)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, (long)rows.Length * width, nameof(destination));
        if (team is null || (long)rows.Length * width * sizeof(T) < WorthATeam)
        {
            CopyRows(blocks, shift, width, rows, destination);
            return;
        }

        fixed (int* rowStart = rows)
        fixed (T* start = destination)
        {
            team.Run(team.Threads, new SharedCopy<T>(blocks, shift, width, rowStart, rows.Length, start, team.Threads));
        }
    }

    [MethodImpl(Compiled.AtOnce)]
    private static void CopyRows<T>(T[][] blocks, int shift, int width, ReadOnlySpan<int> rows, Span<T> destination)
        where T : unmanaged
    {
        var ahead = Math.Clamp(BytesAhead / (width * sizeof(T)), 1, RowsAhead);
        for (var i = 0; i < rows.Length; i++)
        {
            var later = Math.Min(i + ahead, rows.Length - 1);
            CopyRow(Row(blocks, shift, width, rows[i]), destination.Slice(i * width, width), Row(blocks, shift, width, rows[later]));
        }
    }

    /// <summary>Copies a row line by line and asks for the lines of a later one in between: all at once would have to wait for each other.</summary>
    [MethodImpl(Compiled.AtOnce)]
    private static void CopyRow<T>(ReadOnlySpan<T> row, Span<T> destination, ReadOnlySpan<T> later)
        where T : unmanaged
    {
        ref var from = ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(row));
        ref var to = ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(destination));
        ref var ahead = ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(later));
        nint bytes = (nint)row.Length * sizeof(T), offset = 0;
        for (; offset <= bytes - CacheHint.Line; offset += CacheHint.Line)
        {
            CacheHint.Prefetch(Unsafe.AsPointer(ref Unsafe.Add(ref ahead, offset)));
            Unsafe.CopyBlockUnaligned(ref Unsafe.Add(ref to, offset), ref Unsafe.Add(ref from, offset), CacheHint.Line);
        }

        CacheHint.Prefetch(Unsafe.AsPointer(ref Unsafe.Add(ref ahead, Math.Min(offset, bytes - 1))));
        CacheHint.Prefetch(Unsafe.AsPointer(ref Unsafe.Add(ref ahead, bytes - 1))); // Rows need not begin a line.
        var rest = (int)(offset / sizeof(T));
        row[rest..].CopyTo(destination[rest..]);
    }

    private static ReadOnlySpan<T> Row<T>(T[][] blocks, int shift, int width, int row) =>
        blocks[row >> shift].AsSpan((row & ((1 << shift) - 1)) * width, width);

    /// <summary>The copy in parts: runs of rows of the destination.</summary>
    private readonly struct SharedCopy<T>(T[][] blocks, int shift, int width, int* rows, int count, T* destination, int parts) : IWorkerJob
        where T : unmanaged
    {
        public void Run(int part)
        {
            var first = RowsBefore(part);
            var length = RowsBefore(part + 1) - first;
            CopyRows(blocks, shift, width, new(rows + first, length), new Span<T>(destination + ((nint)first * width), length * width));
        }

        private int RowsBefore(int part) => (int)((long)count * part / parts);
    }
}
