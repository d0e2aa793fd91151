using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Networks;

namespace Backprop.Training;

/// <summary>Feeds a network's graph with rows.</summary>
internal sealed class MlpFeed : IBlockSource
{
    private readonly IRowBlocks _rows;
    private readonly Mlp _network;
    private readonly double[]? _classWeights;
    private readonly double _meanWeight;
    private readonly float[] _scale, _offset; // Of the targets, where they are numbers.
    private readonly RandomSource _random;
    private readonly uint _dropped; // Of 2^32 units, how many are dropped, on average.
    private readonly float _kept; // What the others are multiplied by.
    private int[] _mapped = [];

    /// <summary>Makes the feed.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="network">The network.</param>
    /// <param name="parameters">Its parameters: those of them that say in what unit targets are.</param>
    /// <param name="classWeights">What the weights of each class's rows are multiplied by; null for nothing.</param>
    /// <param name="dropout">The part of the hidden units that is dropped.</param>
    /// <param name="random">Draws these.</param>
    /// <param name="kind">What rows they are, for messages.</param>
    public MlpFeed(
        IRowBlocks rows, Mlp network, ReadOnlySpan<float> parameters, double[]? classWeights, double dropout, RandomSource random,
        string kind = "rows")
    {
        (_rows, _network, _classWeights, _random) = (rows, network, classWeights, random);
        (_scale, _offset) = (Values(network.TargetScale, parameters), Values(network.TargetOffset, parameters));
        (_dropped, _kept) = ((uint)(dropout * uint.MaxValue), (float)(1 / (1 - dropout)));

        // Weights count relative to each other: scaled to a mean of 1, they leave the learning rate's meaning alone.
        TargetStatistics statistics = rows.Statistics;
        double total = classWeights is null
            ? statistics.TotalWeight
            : classWeights.Select((weight, label) => weight * statistics.WeightOf(label)).Sum();
        if (total == 0)
        {
            throw new InvalidOperationException(
                $"All {statistics.Count} {kind} are of classes whose weight is 0: there is nothing to go by. " +
                "Give their classes weights above 0.");
        }

        _meanWeight = total / statistics.Count;
    }

    /// <inheritdoc/>
    public long Count => _rows.Statistics.Count;

    /// <inheritdoc/>
    public int LargestBlock => _rows.LargestBlock;

    /// <inheritdoc/>
    public IEnumerable<IMiniBatchSource> ReadBlocks() => _rows.ReadBlocks().Select(Of);

    /// <summary>Feeds with the rows of one block.</summary>
    public IMiniBatchSource Of(RowSet block) => new Block(this, block);

    private static float[] Values(Variable? parameter, ReadOnlySpan<float> parameters) =>
        parameter is null ? [] : parameter.Segment!.Of(parameters).ToArray();

    private void Fill(DataSet data, ReadOnlySpan<int> rows, Workspace<float> workspace)
    {
        data.CopyRows(rows, workspace, _network.Features);
        Span<float> targets = workspace.Input(_network.Targets, rows.Length);
        data.CopyTargets(rows, targets);
        if (_network.RowWeights is not null)
            FillWeights(data, rows, targets, workspace.Input(_network.RowWeights, rows.Length));
        for (int i = 0; _scale.Length > 0 && i < targets.Length; i++)
            targets[i] = (targets[i] - _offset[i % _scale.Length]) / _scale[i % _scale.Length];
        for (int i = 0; i < _network.DropoutMasks.Count; i++)
            FillMask(workspace.Input(_network.DropoutMasks[i], rows.Length));
    }

    private void FillWeights(DataSet data, ReadOnlySpan<int> rows, ReadOnlySpan<float> labels, Span<float> weights)
    {
        for (int i = 0; i < rows.Length; i++)
            weights[i] = (float)(data.Weight(rows[i]) * (_classWeights is null ? 1 : _classWeights[(int)labels[i]]) / _meanWeight);
    }

    /// <summary>Two units by each 64 random bits.</summary>
    private void FillMask(Span<float> mask)
    {
        ulong bits = 0;
        for (int i = 0; i < mask.Length; i++)
        {
            bits = i % 2 == 0 ? _random.NextUInt64() : bits >> 32;
            mask[i] = (uint)bits < _dropped ? 0 : _kept;
        }
    }

    private sealed class Block(MlpFeed feed, RowSet rows) : IMiniBatchSource
    {
        public int Count => rows.Count;

        public void Fill(ReadOnlySpan<int> indices, Workspace<float> workspace) =>
            feed.Fill(rows.Data, rows.Map(indices, ref feed._mapped), workspace);
    }
}
