using Backprop.Training;

namespace Microsoft.ML.Backprop.Data;

/// <summary>Rows that are read anew each time, block by block.</summary>
internal sealed class StreamedRows : IRowBlocks
{
    private readonly RowReader _reader;
    private readonly long _bytes;
    private readonly Func<long, bool>? _keeps;

    /// <summary>Looks at all rows once.</summary>
    /// <param name="reader">Reads them.</param>
    /// <param name="bytes">What a block takes.</param>
    /// <param name="keeps">Which rows, by their number in the view; null for all.</param>
    /// <param name="skipped">Is told of the rows that cannot be used.</param>
    public StreamedRows(RowReader reader, long bytes, Func<long, bool>? keeps, SkippedRows skipped)
    {
        (_reader, _bytes, _keeps) = (reader, bytes, keeps);
        Statistics = new TargetStatistics(reader.Label.Classes, reader.Label.Targets);
        IsSparse = true;
        float? firstWeight = null;
        foreach (DataSet block in reader.ReadBlocks(bytes, keeps, skipped))
        {
            LargestBlock = Math.Max(LargestBlock, block.Count);
            IsSparse &= block.IsSparse;
            HasDifferentWeights |= block.HasDifferentWeights || (firstWeight ??= block.Weight(0)) != block.Weight(0);
            for (int row = 0; row < block.Count; row++)
                Statistics.Add(block.TargetsOf(row), block.Weight(row));
        }
    }

    /// <inheritdoc/>
    public int Columns => _reader.Width;

    /// <inheritdoc/>
    public int Classes => _reader.Label.Classes;

    /// <inheritdoc/>
    public int Targets => _reader.Label.Targets;

    /// <inheritdoc/>
    public bool IsSparse { get; }

    /// <inheritdoc/>
    public bool HasDifferentWeights { get; }

    /// <inheritdoc/>
    public int LargestBlock { get; }

    /// <inheritdoc/>
    public TargetStatistics Statistics { get; }

    /// <inheritdoc/>
    public IEnumerable<RowSet> ReadBlocks() => _reader.ReadBlocks(_bytes, _keeps).Select(block => new RowSet(block));
}
