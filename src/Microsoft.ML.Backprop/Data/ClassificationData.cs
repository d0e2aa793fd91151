using Backprop.Training;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.Backprop.Data;

/// <summary>Reads the rows of an <see cref="IDataView"/> into memory, in one pass.</summary>
internal static class ClassificationData
{
    private const int RowsBetweenChecks = 1024;

    /// <summary>Reads features, labels and, where there are any, weights. Rows that cannot be used are skipped and counted in one warning.</summary>
    public static DataSet Read(IHost host, IChannel channel, RoleMappedData source)
    {
        source.CheckFeatureFloatVector(out int width);
        source.CheckMulticlassLabel(out int classes);
        DataViewSchema.Column featureColumn = source.Schema.Feature!.Value, labelColumn = source.Schema.Label!.Value;
        DataViewSchema.Column? weightColumn = source.Schema.Weight;

        var data = new DataSet(width, classes);
        long badFeatures = 0, badLabels = 0, badWeights = 0;
        DataViewSchema.Column[] columns = [featureColumn, labelColumn, .. weightColumn is { } w ? [w] : Array.Empty<DataViewSchema.Column>()];
        using DataViewRowCursor cursor = source.Data.GetRowCursor(columns);
        ValueGetter<VBuffer<float>> getFeatures = cursor.GetGetter<VBuffer<float>>(featureColumn);
        ValueGetter<uint> getLabel = cursor.GetGetter<uint>(labelColumn);
        ValueGetter<float>? getWeight = weightColumn is { } column ? cursor.GetGetter<float>(column) : null;

        VBuffer<float> features = default;
        uint key = 0; // 1 is the first class, 0 a missing label.
        float weight = 1;
        while (cursor.MoveNext())
        {
            if (cursor.Position % RowsBetweenChecks == 0)
                host.CheckAlive();
            getFeatures(ref features);
            getLabel(ref key);
            getWeight?.Invoke(ref weight);
            if (key == 0 || key > (uint)classes)
                badLabels++;
            else if (!(weight > 0 && float.IsFinite(weight)))
                badWeights++;
            else if (!TryAdd(data, features, (int)key - 1, weight))
                badFeatures++;
        }

        if (badFeatures + badLabels + badWeights > 0)
        {
            channel.Warning(
                $"Skipped {badFeatures + badLabels + badWeights} rows during training: {badFeatures} with missing or infinite features, " +
                $"{badLabels} with a missing label, {badWeights} with a weight that is not above 0 and finite.");
        }

        return data;
    }

    private static bool TryAdd(DataSet data, in VBuffer<float> features, int label, float weight) => features.IsDense
        ? data.TryAdd(features.GetValues(), label, weight)
        : data.TryAddSparse(features.GetIndices(), features.GetValues(), label, weight);
}
