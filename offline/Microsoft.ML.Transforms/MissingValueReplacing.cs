using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(
    typeof(MissingValueReplacingTransformer), null, typeof(SignatureLoadModel), "", MissingValueReplacingTransformer.LoadName)]

namespace Microsoft.ML.Transforms;

public sealed class MissingValueReplacingEstimator : IEstimator<MissingValueReplacingTransformer>
{
    private readonly IHost _host;
    private readonly ColumnOptions[] _columns;

    internal MissingValueReplacingEstimator(IHostEnvironment env, params ColumnOptions[] columns)
    {
        _host = Contracts.CheckRef(env, nameof(env)).Register(nameof(MissingValueReplacingEstimator));
        _columns = columns;
    }

    public MissingValueReplacingTransformer Fit(IDataView input) => new(_host, input, _columns);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        return Pairs.With(inputSchema, _columns.Select(Replaced));

        SchemaShape.Column Replaced(ColumnOptions options)
        {
            SchemaShape.Column source = Pairs.Find(_host, inputSchema, options.InputColumnName);
            if (MissingValueReplacingTransformer.TestType(source.ItemType) is { } reason)
                throw _host.ExceptParam(nameof(inputSchema), reason);
            var kept = source.Annotations.Where(a => a.Name is AnnotationUtils.Kinds.SlotNames or AnnotationUtils.Kinds.IsNormalized);
            return new(options.Name, source.Kind, source.ItemType, false, new SchemaShape(kept));
        }
    }

    public enum ReplacementMode : byte
    {
        DefaultValue = 0,
        Mean = 1,
        Minimum = 2,
        Maximum = 3,
        Mode = 5,
    }

    internal sealed class ColumnOptions
    {
        public readonly string Name;
        public readonly string InputColumnName;
        public readonly ReplacementMode Replacement;

        public ColumnOptions(
            string name,
            string inputColumnName = null,
            ReplacementMode replacementMode = ReplacementMode.DefaultValue,
            bool imputeBySlot = true)
        {
            Name = Contracts.CheckNonWhiteSpace(name, nameof(name));
            InputColumnName = inputColumnName ?? name;
            Replacement = replacementMode;
            bool isKnown = imputeBySlot && replacementMode is ReplacementMode.DefaultValue or ReplacementMode.Mean;
            if (!isKnown)
                throw Contracts.ExceptNotSupp(
                    null, "The stand-in for Microsoft.ML replaces missing values by the default value or by each slot's mean alone.");
        }
    }
}

public sealed class MissingValueReplacingTransformer : OneToOneTransformerBase, IMapsColumns
{
    internal const string LoadName = "NAReplaceTransform";

    private static readonly VersionInfo s_version = new(
        "NAREP TF", 0x00010001, 0x00010001, 0x00010001, typeof(MissingValueReplacingTransformer).Assembly.FullName, LoadName);

    // For each column its type and what replaces a missing value: one value a slot.
    private readonly (DataViewType Type, object[] Values)[] _replacements;

    internal MissingValueReplacingTransformer(IHostEnvironment env, IDataView input, params MissingValueReplacingEstimator.ColumnOptions[] columns)
        : base(
            Contracts.CheckRef(env, nameof(env)).Register(nameof(MissingValueReplacingTransformer)),
            [.. Contracts.CheckRef(columns, nameof(columns)).Select(c => (c.Name, c.InputColumnName))])
        => _replacements = [.. columns.Select(c => Train(input, c))];

    private MissingValueReplacingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(MissingValueReplacingTransformer)), ctx)
    {
        _replacements = new (DataViewType, object[])[ColumnPairs.Length];
        for (int i = 0; i < _replacements.Length; i++)
        {
            DataViewType type = SchemaFile.ReadType(ctx.Reader);
            _replacements[i] = (type, SchemaFile.ReadValues(ctx.Reader, type));
        }
    }

    IReadOnlyList<MappedColumn> IMapsColumns.Map(DataViewSchema input)
        => [.. ColumnPairs.Select((pair, i) => Mapped(pair, _replacements[i].Type, _replacements[i].Values, input))];

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(s_version);
        SaveColumns(ctx);
        foreach (var (type, values) in _replacements)
        {
            SchemaFile.WriteType(ctx.Writer, type);
            SchemaFile.WriteValues(ctx.Writer, type, values);
        }
    }

    internal static string TestType(DataViewType type)
    {
        DataViewType item = type.GetItemType();
        if (item == NumberDataViewType.Single || item == NumberDataViewType.Double)
            return null;
        string reason = item is KeyDataViewType ? "its NA value is equivalent to its default value" : "it doesn't have an NA value";
        return $"Type '{item}' is not supported by {LoadName} since {reason}";
    }

    private (DataViewType Type, object[] Values) Train(IDataView data, MissingValueReplacingEstimator.ColumnOptions options)
    {
        DataViewSchema.Column source = data.Schema.GetColumnOrNull(options.InputColumnName)
            ?? throw Host.ExceptSchemaMismatch("input", "input", options.InputColumnName);
        CheckType(source.Type);
        Type raw = source.Type.GetItemType().RawType;
        return (source.Type, options.Replacement == MissingValueReplacingEstimator.ReplacementMode.Mean
            ? Generic.Call(Means<float>, raw, data, source)
            : [Activator.CreateInstance(raw)]);
    }

    private void CheckType(DataViewType type)
    {
        if (TestType(type) is { } reason)
            throw Host.ExceptParam("inputSchema", reason);
    }

    private object[] Means<T>(IDataView data, DataViewSchema.Column source)
        where T : struct, IFloatingPointIeee754<T>
    {
        Host.Check(source.Type.GetValueCount() > 0, "Imputation by slot is not allowed for vectors of unknown size.");
        using IChannel channel = Host.Start("Computing Statistics");
        using DataViewRowCursor cursor = data.GetRowCursor([source]);
        double[] sums = new double[source.Type.GetValueCount()], counts = new double[sums.Length];
        Func<T[]> read = source.Type is VectorDataViewType ? UserType.Reader<T[]>(cursor, source) : One(UserType.Reader<T>(cursor, source));
        while (cursor.MoveNext())
        {
            T[] values = read();
            for (int i = 0; i < sums.Length; i++)
            {
                if (!T.IsFinite(values[i]))
                    continue;
                sums[i] += double.CreateChecked(values[i]);
                counts[i]++;
            }
        }
        if (counts.Contains(0))
            channel.Warning("All values in this column are NAs, using default value for imputation");
        return [.. sums.Select((sum, i) => (object)T.CreateChecked(counts[i] == 0 ? 0 : sum / counts[i]))];
    }

    private static Func<T[]> One<T>(Func<T> read) => () => [read()];

    private MappedColumn Mapped((string Output, string Input) pair, DataViewType expected, object[] values, DataViewSchema input)
    {
        DataViewSchema.Column source = Pairs.Find(Host, input, pair.Input);
        CheckType(source.Type);
        if (!source.Type.GetItemType().Equals(expected.GetItemType()))
            throw Host.ExceptParam(
                "InputSchema",
                $"Column '{pair.Input}' item type '{expected.GetItemType()}' does not match expected ColumnType of '{source.Type}'");
        if (values.Length > 1 && source.Type.GetVectorSize() != values.Length)
            throw Host.ExceptParam(
                "inputSchema",
                $"Column '{pair.Input}' item type '{expected}' must be a scalar or a vector of the same size as Columntype '{source.Type}'");
        return new(
            pair.Output,
            source.Type,
            Pairs.Kept(source, kind => kind is AnnotationUtils.Kinds.SlotNames or AnnotationUtils.Kinds.IsNormalized),
            [source.Index],
            row => Generic.Call(MakeGetter<float>, source.Type.GetItemType().RawType, row, source, values));
    }

    private static Delegate MakeGetter<T>(DataViewRow row, DataViewSchema.Column source, object[] replacements)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (source.Type is VectorDataViewType)
        {
            ValueGetter<VBuffer<T>> getVector = row.GetGetter<VBuffer<T>>(source);
            return (ValueGetter<VBuffer<T>>)Vector;

            void Vector(ref VBuffer<T> target)
            {
                getVector(ref target);
                var editor = VBufferEditor.CreateFromBuffer(ref target);
                for (int i = 0; i < editor.Values.Length; i++)
                {
                    int slot = target.IsDense ? i : editor.Indices[i];
                    if (T.IsNaN(editor.Values[i]))
                        editor.Values[i] = (T)replacements[replacements.Length == 1 ? 0 : slot];
                }
                target = editor.Commit();
            }
        }
        ValueGetter<T> get = row.GetGetter<T>(source);
        return (ValueGetter<T>)((ref T target) =>
        {
            get(ref target);
            target = T.IsNaN(target) ? (T)replacements[0] : target;
        });
    }
}
