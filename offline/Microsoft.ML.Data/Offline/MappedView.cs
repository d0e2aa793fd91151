using Microsoft.ML.Data;

namespace Microsoft.ML.Offline;

/// <summary>A column computed from the columns of the same row whose indices are Sources.</summary>
internal sealed record MappedColumn(
    string Name, DataViewType Type, DataViewSchema.Annotations Annotations, int[] Sources, Func<DataViewRow, Delegate> MakeGetter)
{
    /// <summary>The column as it is, perhaps under another name.</summary>
    public static MappedColumn Copy(DataViewSchema.Column source, string name = null)
        => new(name ?? source.Name, source.Type, source.Annotations, [source.Index], row => Generic.GetterOf(row, source.Index));
}

/// <summary>What most transformers are here: columns to be added to each row of some schema.</summary>
internal interface IMapsColumns
{
    IReadOnlyList<MappedColumn> Map(DataViewSchema input);
}

/// <summary>Makes rows of rows: each output column from columns of the input.</summary>
internal sealed class ColumnMapper(DataViewSchema input, IReadOnlyList<MappedColumn> columns) : IRowToRowMapper
{
    public DataViewSchema InputSchema => input;

    public DataViewSchema OutputSchema { get; }
        = SchemaExtensions.MakeSchema(columns.Select(c => new DataViewSchema.DetachedColumn(c.Name, c.Type, c.Annotations)));

    /// <summary>All columns of the input with what a transformer adds: right after the column that it hides, or at the end.</summary>
    public static ColumnMapper Adding(DataViewSchema input, IReadOnlyList<MappedColumn> added)
    {
        IEnumerable<MappedColumn> Hiding(DataViewSchema.Column column) => column.IsHidden ? [] : added.Where(a => a.Name == column.Name);
        return new(
            input,
            [.. input.SelectMany(c => Hiding(c).Prepend(MappedColumn.Copy(c))), .. added.Where(a => input.GetColumnOrNull(a.Name) is null)]);
    }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => dependingColumns.SelectMany(c => columns[c.Index].Sources).Distinct().Select(i => input[i]);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
        => Cursor.Row(OutputSchema, activeColumns, input, column => MakeGetter(input, column));

    public Delegate MakeGetter(DataViewRow row, int column) => columns[column].MakeGetter(row);
}

internal sealed class MappedView(IDataView source, ColumnMapper mapper) : View(mapper.OutputSchema)
{
    public override bool CanShuffle => source.CanShuffle;

    public override long? GetRowCount() => source.GetRowCount();

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        DataViewRowCursor rows = source.GetRowCursor(mapper.GetDependencies(needed), rand);
        return new Cursor(Schema, needed, rows.MoveNext, column => mapper.MakeGetter(rows, column), source: rows);
    }
}

/// <summary>One mapper after the other.</summary>
internal sealed class MapperChain(DataViewSchema input, IReadOnlyList<IRowToRowMapper> mappers) : IRowToRowMapper
{
    public DataViewSchema InputSchema => input;

    public DataViewSchema OutputSchema => mappers.Count > 0 ? mappers[^1].OutputSchema : input;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => mappers.Reverse().Aggregate(dependingColumns, (columns, mapper) => mapper.GetDependencies(columns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        var needed = new List<DataViewSchema.Column>[mappers.Count];
        IEnumerable<DataViewSchema.Column> active = activeColumns;
        for (int i = mappers.Count - 1; i >= 0; i--)
        {
            needed[i] = [.. active];
            active = mappers[i].GetDependencies(needed[i]);
        }
        DataViewRow row = input;
        for (int i = 0; i < mappers.Count; i++)
            row = mappers[i].GetRow(row, needed[i]);
        return row;
    }
}
