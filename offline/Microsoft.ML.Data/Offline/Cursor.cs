using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>The cursor (or, never moved, the single row) of every data view here.</summary>
internal sealed class Cursor : DataViewRowCursor
{
    private readonly bool[] _active;
    private readonly Func<bool> _moveNext;
    private readonly Func<int, Delegate> _getterOf;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly DataViewRow _source;
    private long _position = -1;

    public Cursor(
        DataViewSchema schema,
        IEnumerable<DataViewSchema.Column> active,
        Func<bool> moveNext,
        Func<int, Delegate> getterOf,
        ValueGetter<DataViewRowId> id = null,
        DataViewRow source = null)
    {
        Schema = schema;
        _active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in active)
            _active[column.Index] = true;
        _moveNext = moveNext;
        _getterOf = getterOf;
        _id = id ?? source?.GetIdGetter() ?? ((ref DataViewRowId value) => value = new((ulong)_position, 0));
        _source = source;
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _moveNext is null ? _source.Position : _position;

    public override long Batch => 0;

    /// <summary>A row that shows <paramref name="source"/> through other getters and moves as it does.</summary>
    public static Cursor Row(
        DataViewSchema schema, IEnumerable<DataViewSchema.Column> active, DataViewRow source, Func<int, Delegate> getterOf)
        => new(schema, active, null, getterOf, null, source);

    public override bool MoveNext()
    {
        bool moved = _moveNext();
        _position = moved ? _position + 1 : -1;
        return moved;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Contracts.CheckParam(_active[column.Index], nameof(column), "requested column not active");
        Delegate getter = _getterOf(column.Index);
        return getter as ValueGetter<TValue> ?? throw Contracts.Except(
            $"Invalid TValue in GetGetter: '{typeof(TValue)}', expected type: '{getter.GetType().GetGenericArguments()[0]}'.");
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => _id;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _source?.Dispose();
    }
}
