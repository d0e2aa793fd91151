namespace Microsoft.ML.Backprop.Data;

/// <summary>How many rows cannot be used, and why.</summary>
internal sealed class SkippedRows
{
    /// <summary>Rows with missing or infinite features.</summary>
    public long Features { get; set; }

    /// <summary>Rows with a missing label, or one that is no class or not finite.</summary>
    public long Labels { get; set; }

    /// <summary>Rows with a weight that is not above 0 and finite.</summary>
    public long Weights { get; set; }

    /// <summary>All of them.</summary>
    public long Count => Features + Labels + Weights;

    /// <summary>Counts others in.</summary>
    public void Add(SkippedRows others) =>
        (Features, Labels, Weights) = (Features + others.Features, Labels + others.Labels, Weights + others.Weights);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Features} with missing or infinite features, {Labels} with a missing label, {Weights} with a weight that is not above 0 and finite";
}
