using Backprop.Training;
using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Data;

/// <summary>
/// What ML.NET's scoring view shows, with scores computed many rows at a time: a cursor runs ahead of its reader by a batch.
/// ML.NET's own asks for the scores of one row after the other, each of which reads all weights anew.
/// </summary>
/// <param name="source">The rows before scoring.</param>
/// <param name="scored">ML.NET's view of the same rows, which defines the schema and gives all columns but the two of scores.</param>
/// <param name="featureColumn">The name of the features.</param>
/// <param name="classifier">Computes the scores.</param>
internal sealed class BatchScoredView(IDataView source, IDataView scored, string featureColumn, MlpClassifier classifier) : IDataView
{
    private DataViewSchema.Column Score => Schema[DefaultColumnNames.Score];

    private DataViewSchema.Column PredictedLabel => Schema[DefaultColumnNames.PredictedLabel];

    /// <inheritdoc/>
    public DataViewSchema Schema => scored.Schema;

    /// <inheritdoc/>
    public bool CanShuffle => scored.CanShuffle;

    /// <inheritdoc/>
    public long? GetRowCount() => scored.GetRowCount();

    /// <inheritdoc/>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        DataViewSchema.Column[] others = [.. needed.Where(column => column.Index != Score.Index && column.Index != PredictedLabel.Index)];

        // Two cursors over shuffled rows would not go the same way.
        return others.Length == needed.Length || rand is not null
            ? scored.GetRowCursor(needed, rand)
            : new BatchScoredCursor(
                Schema, needed, Score.Index, PredictedLabel.Index, source.GetRowCursor([source.Schema[featureColumn]]), featureColumn,
                others.Length == 0 ? null : scored.GetRowCursor(others), classifier);
    }

    /// <inheritdoc/>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
