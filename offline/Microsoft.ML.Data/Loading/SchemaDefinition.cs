using System.Reflection;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public sealed class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition()
    {
    }

    public Column this[string columnName]
    {
        get => Find(c => c.ColumnName == columnName) ?? throw Contracts.ExceptParam(nameof(columnName), $"Column '{columnName}' not found");
        set
        {
            Contracts.CheckParam(
                value?.ColumnName is null || value.ColumnName == columnName,
                nameof(columnName),
                "The column name is specified as '{0}' but must match the selector '{1}'.");
            int index = FindIndex(c => c.ColumnName == columnName);
            if (index >= 0)
                base[index] = value;
            else
                Add(value);
        }
    }

    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        Contracts.CheckValue(userType, nameof(userType));
        var columns = new SchemaDefinition();
        foreach (MemberInfo member in UserType.ColumnMembers(userType, direction))
        {
            string name = UserType.ColumnName(member);
            if (columns.Exists(c => c.ColumnName == name))
                throw Contracts.ExceptParam(nameof(userType), "Duplicate column name '{0}' detected, this is disallowed", name);
            columns.Add(new Column(member.Name, UserType.ColumnType(member), name));
        }
        return columns;
    }

    [Flags]
    public enum Direction
    {
        Read = 1,
        Write = 2,
        Both = Read | Write,
    }

    public sealed class Column
    {
        internal Column(string memberName, DataViewType columnType, string columnName = null)
        {
            MemberName = Contracts.CheckNonEmpty(memberName, nameof(memberName));
            ColumnName = columnName ?? memberName;
            ColumnType = columnType;
            Annotations = DataViewSchema.Annotations.Empty;
        }

        public string MemberName { get; }

        public string ColumnName { get; set; }

        public DataViewType ColumnType { get; set; }

        public DataViewSchema.Annotations Annotations { get; private set; }

        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            var builder = new DataViewSchema.Annotations.Builder();
            builder.Add(Annotations, existing => existing != kind);
            builder.Add(kind, annotationType, UserType.Constant(value, annotationType));
            Annotations = builder.ToAnnotations();
        }
    }
}
