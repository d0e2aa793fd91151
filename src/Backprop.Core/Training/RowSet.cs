using Backprop.Kernels;

namespace Backprop.Training;

/// <summary>Some rows of a data set, or all of them.</summary>
public sealed class RowSet : IRowBlocks
{
    private readonly int[]? _rows; // None for all.
    private readonly Lazy<TargetStatistics> _statistics;

    /// <summary>Takes all rows.</summary>
    /// <param name="data">The rows.</param>
    public RowSet(DataSet data)
        : this(data, null)
    {
        ArgumentNullException.ThrowIfNull(data);
    }

    private RowSet(DataSet data, int[]? rows)
    {
        (Data, _rows) = (data, rows);
        _statistics = new(() => TargetStatistics.Of(data, rows ?? Enumerable.Range(0, data.Count)));
    }

    /// <summary>The data set.</summary>
    public DataSet Data { get; }

    /// <summary>The number of rows.</summary>
    public int Count => _rows?.Length ?? Data.Count;

    /// <inheritdoc/>
    public int Columns => Data.Columns;

    /// <inheritdoc/>
    public bool IsSparse => Data.IsSparse;

    /// <inheritdoc/>
    public bool HasDifferentWeights => Data.HasDifferentWeights;

    /// <inheritdoc/>
    public int LargestBlock => Count;

    /// <inheritdoc/>
    public TargetStatistics Statistics => _statistics.Value;

    /// <summary>Holds out some rows, at random; of each class the same fraction, but for rounding.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="fraction">The fraction that is held out, above 0 and below 1.</param>
    /// <param name="seed">What decides which.</param>
    /// <returns>The rows that are left, and those that are held out, each in their order.</returns>
    /// <exception cref="InvalidOperationException">No row would be held out, or none be left.</exception>
    public static (RowSet Left, RowSet HeldOut) HoldOut(DataSet data, double fraction, long seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        var random = new RandomSource(seed);
        var heldOut = new List<int>();
        double owed = 0; // By the classes before: what rounding to whole rows has held out too little.
        foreach (IGrouping<int, int> group in Enumerable.Range(0, data.Count).GroupBy(row => data.Classes > 0 ? data.Label(row) : 0).OrderBy(g => g.Key))
        {
            int[] rows = [.. group];
            random.Shuffle(rows);
            owed += rows.Length * fraction;
            int count = Math.Min((int)Math.Round(owed, MidpointRounding.AwayFromZero), rows.Length - 1);
            owed -= count;
            heldOut.AddRange(rows.Take(count));
        }

        if (heldOut.Count == 0)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"A validation fraction of {fraction} of {data.Count} rows holds out none, with one of each class left to train on: take a larger fraction, more rows, or none."));
        }

        heldOut.Sort();
        int[] left = [.. Enumerable.Range(0, data.Count).Except(heldOut)];
        return (new RowSet(data, left), new RowSet(data, [.. heldOut]));
    }

    /// <inheritdoc/>
    public IEnumerable<RowSet> ReadBlocks() => [this];

    /// <summary>The rows of the data set that are some of these. Allocates nothing once it has mapped as many before.</summary>
    internal ReadOnlySpan<int> Map(ReadOnlySpan<int> rows, ref int[] buffer)
    {
        if (_rows is null)
            return rows;
        if (buffer.Length < rows.Length)
            buffer = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            buffer[i] = _rows[rows[i]];
        return buffer.AsSpan(0, rows.Length);
    }
}
