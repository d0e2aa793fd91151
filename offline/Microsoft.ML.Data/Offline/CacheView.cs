using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML.Offline;

/// <summary>The rows of another view, kept in memory column by column when a column is first asked for.</summary>
internal sealed class CacheView(IDataView source, Random order = null) : View(source.Schema)
{
    private readonly Dictionary<int, IList> _columns = [];
    private int[] _order;

    public override bool CanShuffle => true;

    public override long? GetRowCount() => _order?.Length ?? source.GetRowCount();

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        lock (_columns)
            Fill([.. needed.Where(c => !_columns.ContainsKey(c.Index))]);
        int[] rows = _order;
        if (rand is not null)
            rand.Shuffle(rows = [.. rows]);
        int at = -1;
        return new Cursor(Schema, needed, () => ++at < rows.Length, MakeGetter, (ref DataViewRowId value) => value = new((ulong)rows[at], 0));

        Delegate MakeGetter(int column)
        {
            DataViewType type = Schema[column].Type;
            Func<int> row = () => rows[at];
            return type is VectorDataViewType
                ? Generic.Call(VectorGetter<int>, type.GetItemType().RawType, _columns[column], row)
                : Generic.Call(ScalarGetter<int>, type.RawType, _columns[column], row);
        }
    }

    private static Delegate ScalarGetter<T>(IList stored, Func<int> row)
    {
        var values = (List<T>)stored;
        return (ValueGetter<T>)((ref T value) => value = values[row()]);
    }

    // Copied: who reads a vector may write into its buffer.
    private static Delegate VectorGetter<T>(IList stored, Func<int> row)
    {
        var values = (List<VBuffer<T>>)stored;
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => values[row()].CopyTo(ref value));
    }

    private void Fill(DataViewSchema.Column[] missing)
    {
        if (missing.Length == 0 && _order is not null)
            return;
        using DataViewRowCursor rows = source.GetRowCursor(missing);
        Action[] keep = [.. missing.Select(c => Generic.Call(Keep<int>, c.Type.RawType, rows, c))];
        int count = 0;
        for (; rows.MoveNext(); count++)
            Array.ForEach(keep, k => k());
        if (_order is not null)
            return;
        _order = [.. Enumerable.Range(0, count)];
        order?.Shuffle(_order);
    }

    private Action Keep<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> get = row.GetGetter<T>(column);
        var values = new List<T>();
        _columns.Add(column.Index, values);
        return () =>
        {
            T value = default;
            get(ref value);
            values.Add(value);
        };
    }
}
