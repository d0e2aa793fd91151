using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ColumnSelectingTransformer), null, typeof(SignatureLoadModel), "", ColumnSelectingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    internal ColumnSelectingEstimator(
        IHostEnvironment env, string[] keepColumns, string[] dropColumns, bool keepHidden = false, bool ignoreMissing = false)
        : base(
            Contracts.CheckRef(env, nameof(env)).Register(nameof(ColumnSelectingEstimator)),
            new ColumnSelectingTransformer(env, keepColumns, dropColumns, keepHidden, ignoreMissing))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        string[] selected = [.. Transformer.SelectColumns];
        string[] missing = [.. selected.Where(name => !inputSchema.TryFindColumn(name, out _))];
        if (missing.Length > 0 && !Transformer.IgnoreMissing)
            throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", string.Join(",", missing));
        return new SchemaShape(inputSchema.Where(c => selected.Contains(c.Name) == Transformer.KeepColumns));
    }
}

public sealed class ColumnSelectingTransformer : ITransformer
{
    internal const string LoaderSignature = "SelectColumnsTransform";

    private readonly IHost _host;
    private readonly string[] _selected;

    internal ColumnSelectingTransformer(
        IHostEnvironment env, string[] keepColumns, string[] dropColumns, bool keepHidden = false, bool ignoreMissing = false)
    {
        _host = Contracts.CheckRef(env, nameof(env)).Register(nameof(ColumnSelectingTransformer));
        _selected = _host.CheckNonEmpty(keepColumns ?? dropColumns, keepColumns is null ? nameof(dropColumns) : nameof(keepColumns));
        KeepColumns = keepColumns is not null;
        KeepHidden = keepHidden;
        IgnoreMissing = ignoreMissing;
    }

    private ColumnSelectingTransformer(IHostEnvironment env, ModelLoadContext ctx)
    {
        _host = env.Register(nameof(ColumnSelectingTransformer));
        KeepColumns = ctx.Reader.ReadBoolean();
        KeepHidden = ctx.Reader.ReadBoolean();
        IgnoreMissing = ctx.Reader.ReadBoolean();
        _selected = [.. Pairs.Read(ctx).Select(pair => pair.Input)];
    }

    bool ITransformer.IsRowToRowMapper => true;

    internal IEnumerable<string> SelectColumns => _selected;

    internal bool KeepColumns { get; }

    internal bool KeepHidden { get; }

    internal bool IgnoreMissing { get; }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Mapper(inputSchema, nameof(inputSchema)).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        return new MappedView(input, Mapper(input.Schema, nameof(input)));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => Mapper(inputSchema, nameof(inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Pairs.Version("SELCOLST", LoaderSignature));
        ctx.Writer.Write(KeepColumns);
        ctx.Writer.Write(KeepHidden);
        ctx.Writer.Write(IgnoreMissing);
        Pairs.Write(ctx, [.. _selected.Select(name => (name, name))]);
    }

    private ColumnMapper Mapper(DataViewSchema schema, string parameter)
    {
        _host.CheckValue(schema, parameter);
        string[] missing = [.. _selected.Where(name => schema.GetColumnOrNull(name) is null)];
        if (missing.Length > 0 && !IgnoreMissing)
            throw _host.ExceptSchemaMismatch(parameter, "input", string.Join(",", missing));
        IEnumerable<DataViewSchema.Column> kept = KeepColumns
            ? _selected.SelectMany(name => schema.Where(c => c.Name == name && (KeepHidden || !c.IsHidden)))
            : schema.Where(c => !_selected.Contains(c.Name));
        return new ColumnMapper(schema, [.. kept.Select(c => MappedColumn.Copy(c))]);
    }
}
