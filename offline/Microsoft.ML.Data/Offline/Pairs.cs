using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>What the transformers that make one column of one column share.</summary>
internal static class Pairs
{
    public static void Write(ModelSaveContext ctx, (string Output, string Input)[] pairs)
    {
        ctx.Writer.Write(pairs.Length);
        foreach (var (output, input) in pairs)
        {
            ctx.SaveNonEmptyString(output);
            ctx.SaveNonEmptyString(input);
        }
    }

    public static (string Output, string Input)[] Read(ModelLoadContext ctx)
    {
        int count = ctx.Reader.ReadInt32();
        Contracts.CheckDecode(count > 0 && count <= ctx.Reader.BaseStream.Length);
        var pairs = new (string, string)[count];
        for (int i = 0; i < count; i++)
            pairs[i] = (ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString());
        return pairs;
    }

    public static DataViewSchema.Column Find(IHost host, DataViewSchema schema, string name)
        => schema.GetColumnOrNull(name) ?? throw host.ExceptSchemaMismatch("inputSchema", "input", name);

    public static SchemaShape.Column Find(IHost host, SchemaShape shape, string name)
        => shape.TryFindColumn(name, out SchemaShape.Column column) ? column : throw host.ExceptSchemaMismatch("inputSchema", "input", name);

    /// <summary>The shape with some columns added or replaced.</summary>
    public static SchemaShape With(SchemaShape shape, IEnumerable<SchemaShape.Column> columns)
    {
        var all = shape.ToDictionary(c => c.Name);
        foreach (SchemaShape.Column column in columns)
            all[column.Name] = column;
        return new SchemaShape(all.Values);
    }

    /// <summary>The annotations of a column that pass a test.</summary>
    public static DataViewSchema.Annotations Kept(DataViewSchema.Column column, Func<string, bool> keep)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(column.Annotations, keep);
        return builder.ToAnnotations();
    }

    public static VersionInfo Version(string modelSignature, string loaderSignature)
        => new(modelSignature, 0x00010001, 0x00010001, 0x00010001, typeof(Pairs).Assembly.FullName, loaderSignature);
}
