using System.Collections;
using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>A user's row class bound to columns.</summary>
internal sealed class TypedColumns<TRow>
{
    private readonly MemberInfo[] _members;

    public TypedColumns(SchemaDefinition definition, SchemaDefinition.Direction direction)
    {
        definition ??= SchemaDefinition.Create(typeof(TRow), direction);
        _members = [.. definition.Select(Member)];
        var schema = new DataViewSchema.Builder();
        for (int i = 0; i < _members.Length; i++)
        {
            SchemaDefinition.Column column = definition[i];
            DataViewType type = column.ColumnType ?? UserType.ColumnType(_members[i]);
            bool isVector = UserType.ColumnType(_members[i]) is VectorDataViewType;
            if (isVector != type is VectorDataViewType)
                throw Contracts.ExceptParam(
                    "userSchemaDefinition",
                    "Column '{0}' is supposed to be {1}, but type of associated field '{2}' is {3}",
                    column.ColumnName,
                    Shape(!isVector),
                    column.MemberName,
                    Shape(isVector));
            if (!UserType.Fits(type, UserType.TypeOf(_members[i])))
                throw Contracts.ExceptParam(
                    "userSchemaDefinition",
                    "Column '{0}' is supposed to have item type {1}, but associated field has type {2}",
                    column.ColumnName,
                    type.GetItemType().RawType,
                    UserType.ItemType(UserType.TypeOf(_members[i]), out _));
            schema.AddColumn(
                string.IsNullOrEmpty(column.ColumnName) ? column.MemberName : column.ColumnName, type, column.Annotations);
        }
        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    /// <summary>The definition of the columns of a schema by the members of the same names.</summary>
    public static SchemaDefinition DefinitionOf(IExceptionContext env, DataViewSchema schema)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Read);
        foreach (DataViewSchema.Column column in schema)
        {
            SchemaDefinition.Column member = definition.Find(c => c.ColumnName == column.Name)
                ?? throw env.Except($"Type should contain a member named {column.Name}");
            member.ColumnType = column.Type;
            foreach (DataViewSchema.Column annotation in column.Annotations.Schema)
                Generic.Call(Copied<int>, annotation.Type.RawType, column.Annotations, annotation)(member);
        }
        return definition;
    }

    public Delegate Getter(int column, Func<TRow> current) => UserType.Getter(_members[column], Schema[column].Type, current);

    /// <summary>What fills an object from the row; the columns that it needs of the row's schema are <paramref name="needed"/>.</summary>
    public Func<DataViewRow, Action<TRow>> Filler(
        IExceptionContext env, DataViewSchema source, bool ignoreMissingColumns, out DataViewSchema.Column[] needed)
    {
        var bound = new List<(MemberInfo Member, DataViewSchema.Column Column)>();
        foreach (DataViewSchema.Column wanted in Schema)
        {
            DataViewSchema.Column? found = source.GetColumnOrNull(wanted.Name);
            MemberInfo member = _members[wanted.Index];
            if (found is null && !ignoreMissingColumns)
                throw env.ExceptSchemaMismatch("Schema", "", wanted.Name);
            if (found is not { } column)
                continue;
            if (!UserType.Fits(column.Type, UserType.TypeOf(member)))
            {
                throw env.Except(
                    "Can't bind the IDataView column '{0}' of type '{1}' to field or property '{2}' of type '{3}'.",
                    column.Name,
                    column.Type,
                    member.Name,
                    UserType.TypeOf(member).FullName);
            }
            bound.Add((member, column));
        }
        needed = [.. bound.Select(b => b.Column)];
        return row =>
        {
            Action<TRow>[] setters = [.. bound.Select(b => UserType.Setter<TRow>(b.Member, row, b.Column))];
            return target => Array.ForEach(setters, set => set(target));
        };
    }

    private static MemberInfo Member(SchemaDefinition.Column column)
        => (MemberInfo)typeof(TRow).GetField(column.MemberName) ?? typeof(TRow).GetProperty(column.MemberName)
            ?? throw Contracts.ExceptParam(
                "userSchemaDefinition", $"No field or property with name '{column.MemberName}' found in type '{typeof(TRow)}'");

    private static Action<SchemaDefinition.Column> Copied<T>(DataViewSchema.Annotations annotations, DataViewSchema.Column annotation)
    {
        T value = default;
        annotations.GetGetter<T>(annotation)(ref value);
        return member => member.AddAnnotation(annotation.Name, value, annotation.Type);
    }

    private static string Shape(bool isVector) => isVector ? "vector" : "scalar";
}

/// <summary>Objects as rows, read in their order alone.</summary>
internal sealed class TypedView<TRow>(IEnumerable<TRow> data, TypedColumns<TRow> columns) : View(columns.Schema)
    where TRow : class
{
    public override long? GetRowCount()
        => data is ICollection<TRow> rows ? rows.Count : data is ICollection others ? others.Count : null;

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        IEnumerator<TRow> rows = data.GetEnumerator();
        return new Cursor(Schema, columnsNeeded, MoveNext, column => columns.Getter(column, () => rows.Current));

        bool MoveNext()
        {
            if (!rows.MoveNext())
                return false;
            if (rows.Current is null)
                throw Contracts.Except("Encountered null when iterating over data, this is not supported.");
            return true;
        }
    }
}
