namespace Microsoft.ML.Offline;

internal abstract class View(DataViewSchema schema) : IDataView
{
    public DataViewSchema Schema { get; } = schema;

    public virtual bool CanShuffle => false;

    public virtual long? GetRowCount() => null;

    public abstract DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];
}

/// <summary>The rows of another view that a test lets through; the test is made anew for each cursor.</summary>
internal sealed class FilterView(IDataView source, IEnumerable<int> tested, Func<DataViewRow, Func<bool>> makeTest) : View(source.Schema)
{
    public override bool CanShuffle => source.CanShuffle;

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        DataViewRowCursor rows = source.GetRowCursor(needed.UnionBy(tested.Select(i => Schema[i]), c => c.Index), rand);
        Func<bool> accepts = makeTest(rows);
        return new Cursor(Schema, needed, MoveNext, column => Generic.GetterOf(rows, column), source: rows);

        bool MoveNext()
        {
            while (rows.MoveNext())
            {
                if (accepts())
                    return true;
            }
            return false;
        }
    }
}

/// <summary>A run of rows of another view.</summary>
internal sealed class SkipTakeView(IDataView source, long skip, long take) : View(source.Schema)
{
    public override long? GetRowCount()
        => source.GetRowCount() is long count ? Math.Clamp(count - skip, 0, take) : null;

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        DataViewRowCursor rows = source.GetRowCursor(needed);
        long toSkip = skip, toTake = take;
        return new Cursor(Schema, needed, MoveNext, column => Generic.GetterOf(rows, column), source: rows);

        bool MoveNext()
        {
            for (; toSkip > 0; toSkip--)
            {
                if (!rows.MoveNext())
                    return false;
            }
            return toTake-- > 0 && rows.MoveNext();
        }
    }
}
