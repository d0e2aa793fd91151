using Backprop.Execution;
using Backprop.Networks;

namespace Backprop.Training;

/// <summary>Feeds a classifier's graph from a data set.</summary>
internal sealed class ClassificationSource(DataSet data, Mlp network) : IMiniBatchSource
{
    // Weights count relative to each other: scaled to a mean of 1, they leave the learning rate's meaning alone.
    private readonly double _meanWeight = data.TotalWeight / data.Count;

    /// <inheritdoc/>
    public int Count => data.Count;

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<int> rows, Workspace<float> workspace)
    {
        data.CopyRows(rows, workspace, network.Features);
        data.CopyLabels(rows, workspace.Input(network.Labels, rows.Length));

        if (network.RowWeights is null)
            return;
        Span<float> weights = workspace.Input(network.RowWeights, rows.Length);
        for (int i = 0; i < rows.Length; i++)
            weights[i] = (float)(data.Weight(rows[i]) / _meanWeight);
    }
}
