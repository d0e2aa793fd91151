namespace Backprop.Kernels;

/// <summary>Copies rows that lie anywhere in a matrix of many blocks.</summary>
internal static unsafe class Gather
{
    /// <summary>The bytes from which a second thread pays: memory answers two threads nearly twice as fast as one.</summary>
    private const long WorthATeam = 1 << 15;

    /// <summary>How far before a row is copied it is asked for: rows lie anywhere, so the processor cannot see them coming.</summary>
    private const int BytesAhead = 4096;

    /// <summary>The most rows before it.</summary>
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

    private static void CopyRows<T>(T[][] blocks, int shift, int width, ReadOnlySpan<int> rows, Span<T> destination)
        where T : unmanaged
    {
        var ahead = Math.Clamp(BytesAhead / (width * sizeof(T)), 1, RowsAhead);
        for (var i = 0; i < rows.Length; i++)
        {
            if (i + ahead < rows.Length)
            {
                CacheHint.Prefetch(Row(blocks, shift, width, rows[i + ahead]));
            }

            Row(blocks, shift, width, rows[i]).CopyTo(destination[(i * width)..]);
        }
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
