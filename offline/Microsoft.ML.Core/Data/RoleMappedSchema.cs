using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

internal sealed class RoleMappedSchema
{
    public RoleMappedSchema(
        DataViewSchema schema,
        string label,
        string feature,
        string group = null,
        string weight = null,
        string name = null,
        IEnumerable<KeyValuePair<ColumnRole, string>> custom = null,
        bool opt = false)
    {
        Schema = Contracts.CheckRef(schema, nameof(schema));
        Contracts.Check(custom is null, "Custom roles are not part of the stand-in.");
        Label = Find(ColumnRole.Label, label, opt);
        Feature = Find(ColumnRole.Feature, feature, opt);
        Group = Find(ColumnRole.Group, group, opt);
        Weight = Find(ColumnRole.Weight, weight, opt);
        Name = Find(ColumnRole.Name, name, opt);
    }

    public DataViewSchema Schema { get; }

    public DataViewSchema.Column? Feature { get; }

    public DataViewSchema.Column? Label { get; }

    public DataViewSchema.Column? Group { get; }

    public DataViewSchema.Column? Weight { get; }

    public DataViewSchema.Column? Name { get; }

    private DataViewSchema.Column? Find(ColumnRole role, string name, bool optional)
    {
        if (string.IsNullOrWhiteSpace(name))
            return null;
        DataViewSchema.Column? column = Schema.GetColumnOrNull(name);
        Contracts.CheckParam(optional || column.HasValue, "schema", $"{name} column '{role.Value}' not found");
        return column;
    }

    public readonly struct ColumnRole
    {
        public readonly string Value;

        public ColumnRole(string value) => Value = Contracts.CheckNonEmpty(value, nameof(value));

        public static ColumnRole Feature => new("Feature");

        public static ColumnRole Label => new("Label");

        public static ColumnRole Group => new("Group");

        public static ColumnRole Weight => new("Weight");

        public static ColumnRole Name => new("Name");
    }
}

internal sealed class RoleMappedData
{
    public RoleMappedData(
        IDataView data,
        string label,
        string feature,
        string group = null,
        string weight = null,
        string name = null,
        IEnumerable<KeyValuePair<RoleMappedSchema.ColumnRole, string>> custom = null,
        bool opt = false)
    {
        Data = Contracts.CheckRef(data, nameof(data));
        Schema = new RoleMappedSchema(data.Schema, label, feature, group, weight, name, custom, opt);
    }

    public IDataView Data { get; }

    public RoleMappedSchema Schema { get; }
}
