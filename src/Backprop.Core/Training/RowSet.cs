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
    public int Classes => Data.Classes;

    /// <inheritdoc/>
    public int Targets => Data.Targets;

    /// <inheritdoc/>
    public bool IsSparse => Data.IsSparse;

    /// <inheritdoc/>
    public bool HasDifferentWeights => Data.HasDifferentWeights;

    /// <inheritdoc/>
    public int LargestBlock => Count;

    /// <inheritdoc/>
    public TargetStatistics Statistics => _statistics.Value;

    /// <inheritdoc/>
    public long Skipped => Data.Skipped;

    /// <summary>
    /// Holds out some rows, at random; of each class the same fraction, but for rounding, and never all. What rounding takes from one class
    /// the next makes up for.
    /// </summary>
    /// <param name="data">The rows.</param>
    /// <param name="fraction">The fraction that is held out, above 0 and below 1.</param>
    /// <param name="seed">What decides which.</param>
    /// <returns>The rows that are left, and those that are held out, each in their order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is out of its range.</exception>
    /// <exception cref="InvalidOperationException">No row would be held out, or none be left.</exception>
    public static (RowSet Left, RowSet HeldOut) HoldOut(DataSet data, double fraction, long seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!(fraction > 0 && fraction < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(fraction), fraction, FormattableString.Invariant($"fraction is {fraction}; it must be above 0 and below 1."));
        }

        var open = new int[Math.Max(data.Classes, 1)]; // Of each class, the rows that are not decided on.
        for (int row = 0; row < data.Count; row++)
            open[ClassOf(data, row)]++;
        int[] wanted = CountHeldOut(open, fraction); // Of these, how many are to be held out.
        int[] heldOut = new int[wanted.Sum()], left = new int[data.Count - heldOut.Length];
        if (heldOut.Length == 0)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"A validation fraction of {fraction} of {data.Count} rows holds out none, with one of each class left to train on: ") +
                "take a larger fraction, more rows, or none.");
        }

        // Knuth, The Art of Computer Programming, volume 2, algorithm 3.4.2S: each choice of as many rows is equally likely.
        var random = new RandomSource(seed);
        for (int row = 0, ofLeft = 0, ofHeldOut = 0; row < data.Count; row++)
        {
            int label = ClassOf(data, row);
            if (random.NextInt32(open[label]--) < wanted[label])
            {
                wanted[label]--;
                heldOut[ofHeldOut++] = row;
            }
            else
                left[ofLeft++] = row;
        }

        return (new RowSet(data, left), new RowSet(data, heldOut));
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

    private static int ClassOf(DataSet data, int row) => data.Classes > 0 ? data.Label(row) : 0;

    private static int[] CountHeldOut(int[] rows, double fraction)
    {
        var counts = new int[rows.Length];
        double owed = 0; // By the classes before: what rounding to whole rows has held out too little.
        for (int label = 0; label < rows.Length; label++)
        {
            double share = rows[label] * fraction;
            int most = Math.Max(0, Math.Min(rows[label] - 1, (int)Math.Ceiling(share)));
            counts[label] = Math.Clamp((int)Math.Round(share + owed, MidpointRounding.AwayFromZero), 0, most);
            owed = Math.Clamp(share + owed - counts[label], -0.5, 0.5); // Rounding alone: others owe nothing for a class of one row.
        }

        return counts;
    }
}
