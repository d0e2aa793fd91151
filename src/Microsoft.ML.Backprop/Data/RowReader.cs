using Backprop.Training;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Backprop.Data;

/// <summary>Reads the usable rows of an <see cref="IDataView"/>: features, labels and, where there are any, weights.</summary>
internal sealed class RowReader
{
    private const int RowsBetweenChecks = 1024;

    private readonly IHost _host;
    private readonly RoleMappedData _source;
    private readonly LabelFormat _label;

    public RowReader(IHost host, RoleMappedData source, LabelFormat label)
    {
        (_host, _source, _label) = (host, source, label);
        source.CheckFeatureFloatVector(out int width);
        Width = width;
    }

    /// <summary>The number of features.</summary>
    public int Width { get; }

    /// <summary>What is learned.</summary>
    public LabelFormat Label => _label;

    /// <summary>Reads all rows once.</summary>
    /// <param name="bytes">The most that the rows of a block take; one row at least is in each.</param>
    /// <param name="keeps">Which rows to read, by their number in the view; null for all.</param>
    /// <param name="skipped">Is told of the rows that cannot be used; null if nobody asks.</param>
    public IEnumerable<DataSet> ReadBlocks(long bytes, Func<long, bool>? keeps = null, SkippedRows? skipped = null)
    {
        skipped ??= new SkippedRows();
        DataViewSchema.Column featureColumn = _source.Schema.Feature!.Value, labelColumn = _source.Schema.Label!.Value;
        DataViewSchema.Column? weightColumn = _source.Schema.Weight;
        DataViewSchema.Column[] columns = [featureColumn, labelColumn, .. weightColumn is { } w ? [w] : Array.Empty<DataViewSchema.Column>()];
        using DataViewRowCursor cursor = _source.Data.GetRowCursor(columns);
        ValueGetter<VBuffer<float>> getFeatures = cursor.GetGetter<VBuffer<float>>(featureColumn);
        LabelGetter getLabel = _label.GetGetter(cursor, labelColumn);
        ValueGetter<float>? getWeight = weightColumn is { } column ? cursor.GetGetter<float>(column) : null;

        DataSet block = NewBlock();
        VBuffer<float> features = default;
        var targets = new float[_label.Targets];
        float weight = 1;
        while (cursor.MoveNext())
        {
            if (cursor.Position % RowsBetweenChecks == 0)
                _host.CheckAlive();
            if (keeps is not null && !keeps(cursor.Position))
                continue;
            if (block.Bytes >= bytes)
            {
                yield return block;
                block = NewBlock();
            }

            getFeatures(ref features);
            getWeight?.Invoke(ref weight);
            if (!getLabel(targets))
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
    public DataSet NewBlock() => _label.Classes > 0 ? new DataSet(Width, _label.Classes) : DataSet.OfValues(Width, _label.Targets);

    private static bool TryAdd(DataSet data, in VBuffer<float> features, float[] targets, float weight) => features.IsDense
        ? data.TryAdd(features.GetValues(), targets, weight)
        : data.TryAddSparse(features.GetIndices(), features.GetValues(), targets, weight);
}
