using Backprop.Training;

namespace Microsoft.ML.Backprop.Data;

/// <summary>Rows that are read anew each time, block by block.</summary>
internal sealed class StreamedRows : IRowBlocks
{
    /// <summary>The most variance between blocks that is passed over, beside what chance makes.</summary>
    private const double MostOfMixed = 0.05;

    private readonly RowReader _reader;
    private readonly long _bytes;
    private readonly RowPart? _part;
    private readonly string _kind;
    private readonly SkippedRows _skipped;

    /// <summary>Looks at all rows once.</summary>
    /// <param name="reader">Reads them.</param>
    /// <param name="bytes">What a block takes.</param>
    /// <param name="part">Which rows; null for all.</param>
    /// <param name="kind">What rows they are, for messages: training or validation.</param>
    /// <param name="skipped">Is told of the rows that cannot be used.</param>
    public StreamedRows(RowReader reader, long bytes, RowPart? part, string kind, SkippedRows skipped)
    {
        (_reader, _bytes, _part, _kind, _skipped) = (reader, bytes, part, kind, skipped);
        Statistics = new TargetStatistics(Classes, Targets);
        IsSparse = true;
        float? firstWeight = null;
        long blocks = 0;
        var within = new double[Targets];
        foreach (DataSet block in reader.ReadBlocks(bytes, part, skipped))
        {
            LargestBlock = Math.Max(LargestBlock, block.Count);
            IsSparse &= block.IsSparse;
            HasDifferentWeights |= block.HasDifferentWeights || (firstWeight ??= block.Weight(0)) != block.Weight(0);
            for (int row = 0; row < block.Count; row++)
                Statistics.Add(block.TargetsOf(row), block.Weight(row));
            var ofBlock = TargetStatistics.Of(block);
            for (int target = 0; target < Targets; target++)
                within[target] += ofBlock.SquaredDeviations(target);
            blocks++;
            if (reader.IsStopped)
                break;
        }

        // Of well-mixed rows, the blocks' means explain about blocks / rows of the variance.
        double[] between = [.. within.Select((sum, target) => 1 - (sum / Statistics.SquaredDeviations(target))).Where(double.IsFinite)];
        VarianceBetweenBlocks = between.DefaultIfEmpty(0).Max();
        IsMixed = VarianceBetweenBlocks <= MostOfMixed + (3.0 * blocks / Math.Max(1, Statistics.Count));
    }

    /// <summary>The part of the targets' variance that lies between blocks: near 0 of mixed rows, near 1 of sorted ones.</summary>
    public double VarianceBetweenBlocks { get; }

    /// <summary>Whether the blocks are as alike as blocks of rows in random order, or nearly so.</summary>
    public bool IsMixed { get; }

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
    public long Skipped => _skipped.Count;

    /// <inheritdoc/>
    public TargetStatistics Statistics { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The rows are not those of the first time.</exception>
    public IEnumerable<RowSet> ReadBlocks()
    {
        long rows = 0;
        foreach (DataSet block in _reader.ReadBlocks(_bytes, _part))
        {
            rows += block.Count;
            if (block.Count > LargestBlock)
                throw OtherRows($"a block of {block.Count} rows in this pass, and in the first none of more than {LargestBlock}");
            if (rows > Statistics.Count)
                throw OtherRows($"{rows} usable rows or more in this pass, and had {Statistics.Count} in the first");
            yield return new RowSet(block);
        }

        if (rows < Statistics.Count)
            throw OtherRows($"{rows} usable rows in this pass, and had {Statistics.Count} in the first");
    }

    private InvalidOperationException OtherRows(string what) => new(
        $"The {_kind} data have {what}. Rows above MemoryBudget are read anew in each pass, and must be the same each time: " +
        "keep them in a file, give what draws at random a seed, or raise MemoryBudget until they fit into memory.");
}
