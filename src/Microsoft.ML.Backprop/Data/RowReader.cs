using Backprop.Training;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Backprop.Data;

/// <summary>Reads the usable rows of an <see cref="IDataView"/>: features, labels and, where there are any, weights.</summary>
internal sealed class RowReader
{
    private readonly IHost _host;
    private readonly RoleMappedData _source;
    private readonly CancellationToken _stop;

    /// <summary>Makes ready.</summary>
    /// <param name="host">Says when to cancel.</param>
    /// <param name="source">Has the rows.</param>
    /// <param name="label">What is learned.</param>
    /// <param name="stop">
    /// Once it is cancelled, a block ends with the row that has been read: whoever asked for the block finds out, and reads no further.
    /// </param>
    public RowReader(IHost host, RoleMappedData source, LabelFormat label, CancellationToken stop)
    {
        (_host, _source, Label, _stop) = (host, source, label, stop);
        source.CheckFeatureFloatVector(out int width);
        Width = width;
    }

    /// <summary>The number of features.</summary>
    public int Width { get; }

    /// <summary>What is learned.</summary>
    public LabelFormat Label { get; }

    /// <summary>Whether nobody wants more rows.</summary>
    public bool IsStopped => _stop.IsCancellationRequested;

    /// <summary>Reads all rows once.</summary>
    /// <param name="bytes">The most that the rows of a block take; one row at least is in each.</param>
    /// <param name="part">Which rows to read; null for all.</param>
    /// <param name="skipped">Is told of the rows that cannot be used; null if nobody asks.</param>
    public IEnumerable<DataSet> ReadBlocks(long bytes, RowPart? part = null, SkippedRows? skipped = null)
    {
        skipped ??= new SkippedRows();
        DataViewSchema.Column featureColumn = _source.Schema.Feature!.Value, labelColumn = _source.Schema.Label!.Value;
        DataViewSchema.Column? weightColumn = _source.Schema.Weight;
        DataViewSchema.Column[] columns = [featureColumn, labelColumn, .. weightColumn is { } w ? [w] : Array.Empty<DataViewSchema.Column>()];
        using DataViewRowCursor cursor = _source.Data.GetRowCursor(columns);
        ValueGetter<VBuffer<float>> getFeatures = cursor.GetGetter<VBuffer<float>>(featureColumn);
        LabelGetter getLabel = Label.GetGetter(cursor, labelColumn);
        ValueGetter<float>? getWeight = weightColumn is { } column ? cursor.GetGetter<float>(column) : null;

        DataSet block = NewBlock();
        VBuffer<float> features = default;
        var targets = new float[Label.Targets];
        float weight = 1;
        int noLabel = Math.Max(1, Label.Classes); // Numbers are one class, and rows without a label another.
        var seen = new long[noLabel + 1]; // Rows of each class.
        while (cursor.MoveNext())
        {
            _host.CheckAlive();
            if (block.Count > 0 && (block.Bytes >= bytes || IsStopped))
            {
                yield return block;
                block = NewBlock();
            }

            bool hasLabel = getLabel(targets);
            int ofClass = !hasLabel ? noLabel : Label.Classes > 0 ? (int)targets[0] : 0;
            if (part is not null && !part.Has(ofClass, seen[ofClass]++))
                continue;
            getFeatures(ref features);
            getWeight?.Invoke(ref weight);
            if (!hasLabel)
                skipped.Labels++;
            else if (!(weight > 0 && float.IsFinite(weight)))
                skipped.Weights++;
            else if (!TryAdd(block, features, targets, weight))
                skipped.Features++;
        }

        if (block.Count > 0)
            yield return block;
    }

    /// <summary>A block without rows.</summary>
    public DataSet NewBlock() => Label.Classes > 0 ? new DataSet(Width, Label.Classes) : DataSet.OfValues(Width, Label.Targets);

    private static bool TryAdd(DataSet data, in VBuffer<float> features, float[] targets, float weight) => features.IsDense
        ? data.TryAdd(features.GetValues(), targets, weight)
        : data.TryAddSparse(features.GetIndices(), features.GetValues(), targets, weight);
}
