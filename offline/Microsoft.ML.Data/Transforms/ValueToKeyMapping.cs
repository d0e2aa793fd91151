using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(
    typeof(ValueToKeyMappingTransformer), null, typeof(SignatureLoadModel), "", ValueToKeyMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    private readonly IHost _host;
    private readonly ColumnOptionsBase[] _columns;
    private readonly IDataView _keyData;

    internal ValueToKeyMappingEstimator(IHostEnvironment env, ColumnOptionsBase[] columns, IDataView keyData = null)
    {
        _host = Contracts.CheckRef(env, nameof(env)).Register(nameof(ValueToKeyMappingEstimator));
        _columns = _host.CheckNonEmpty(columns, nameof(columns));
        _keyData = keyData;
        if (keyData is not null && keyData.Schema.Count != 1)
            throw _host.ExceptParam(
                nameof(keyData),
                "If specified, this data view should contain only a single column containing the terms to map, but found {0} columns.",
                keyData.Schema.Count);
    }

    public ValueToKeyMappingTransformer Fit(IDataView input) => new(_host, input, _columns, _keyData, autoConvert: false);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        return Pairs.With(inputSchema, _columns.Select(Mapped));

        SchemaShape.Column Mapped(ColumnOptionsBase options)
        {
            SchemaShape.Column source = Pairs.Find(_host, inputSchema, options.InputColumnName);
            DataViewType valueType = options.AddKeyValueAnnotationsAsText ? TextDataViewType.Instance : source.ItemType;
            var annotations = new List<SchemaShape.Column>
            {
                new(AnnotationUtils.Kinds.KeyValues, SchemaShape.Column.VectorKind.Vector, valueType, source.IsKey),
            };
            if (source.Annotations.TryFindColumn(AnnotationUtils.Kinds.SlotNames, out SchemaShape.Column names))
                annotations.Add(names);
            return new(options.OutputColumnName, source.Kind, NumberDataViewType.UInt32, true, new SchemaShape(annotations));
        }
    }

    public enum KeyOrdinality : byte
    {
        ByOccurrence = 0,
        ByValue = 1,
    }

    internal abstract class ColumnOptionsBase
    {
        public readonly string OutputColumnName;
        public readonly string InputColumnName;
        public readonly KeyOrdinality KeyOrdinality;
        public readonly int MaximumNumberOfKeys;
        public readonly bool AddKeyValueAnnotationsAsText;

        private protected ColumnOptionsBase(
            string outputColumnName,
            string inputColumnName,
            int maximumNumberOfKeys,
            KeyOrdinality keyOrdinality,
            bool addKeyValueAnnotationsAsText)
        {
            OutputColumnName = Contracts.CheckNonWhiteSpace(outputColumnName, nameof(outputColumnName));
            InputColumnName = inputColumnName ?? outputColumnName;
            KeyOrdinality = keyOrdinality;
            MaximumNumberOfKeys = maximumNumberOfKeys;
            AddKeyValueAnnotationsAsText = addKeyValueAnnotationsAsText;
        }
    }

    internal sealed class ColumnOptions(
        string outputColumnName,
        string inputColumnName = null,
        int maximumNumberOfKeys = 1000000,
        KeyOrdinality keyOrdinality = KeyOrdinality.ByOccurrence,
        bool addKeyValueAnnotationsAsText = false)
        : ColumnOptionsBase(outputColumnName, inputColumnName, maximumNumberOfKeys, keyOrdinality, addKeyValueAnnotationsAsText);
}

public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase, IMapsColumns
{
    internal const string LoaderSignature = "TermTransform";

    private readonly KeyMap[] _maps;

    internal ValueToKeyMappingTransformer(
        IHostEnvironment env, IDataView input, ValueToKeyMappingEstimator.ColumnOptionsBase[] columns, IDataView keyData, bool autoConvert)
        : base(
            env.Register(nameof(ValueToKeyMappingTransformer)),
            [.. columns.Select(c => (c.OutputColumnName, c.InputColumnName))])
    {
        using IChannel channel = Host.Start("Training");
        _maps = new KeyMap[columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            DataViewSchema.Column source = Pairs.Find(Host, input.Schema, columns[i].InputColumnName);
            if (source.Type.GetItemType() is KeyDataViewType)
                throw Host.ExceptNotSupp("The stand-in for Microsoft.ML maps no keys to keys.");
            if (keyData is not null && !keyData.Schema[0].Type.Equals(source.Type.GetItemType()))
                throw channel.ExceptParam(
                    nameof(keyData),
                    "Terms from input data type '{0}' but mismatches column '{1}' item type '{2}'",
                    keyData.Schema[0].Type,
                    columns[i].OutputColumnName,
                    source.Type.GetItemType());
            _maps[i] = KeyMap.Train(keyData ?? input, keyData is null ? source : keyData.Schema[0], columns[i]);
            if (_maps[i].Count == 0)
                channel.Warning("Term map for output column '{0}' contains no entries.", columns[i].OutputColumnName);
        }
    }

    private ValueToKeyMappingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(ValueToKeyMappingTransformer)), ctx)
        => _maps = [.. ColumnPairs.Select(_ => KeyMap.Read(ctx.Reader))];

    IReadOnlyList<MappedColumn> IMapsColumns.Map(DataViewSchema input) => [.. ColumnPairs.Select((pair, i) => Mapped(pair, _maps[i], input))];

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Pairs.Version("TERMTRAN", LoaderSignature));
        SaveColumns(ctx);
        foreach (KeyMap map in _maps)
            map.Write(ctx.Writer);
    }

    private MappedColumn Mapped((string Output, string Input) pair, KeyMap map, DataViewSchema input)
    {
        DataViewSchema.Column source = Pairs.Find(Host, input, pair.Input);
        if (!source.Type.GetItemType().Equals(map.ItemType))
            throw Host.ExceptSchemaMismatch("inputSchema", "input", pair.Input, map.ItemType.ToString(), source.Type.ToString());
        var keyType = new KeyDataViewType(typeof(uint), map.Count == 0 ? uint.MaxValue : (ulong)map.Count);
        DataViewType type = source.Type is VectorDataViewType vector ? new VectorDataViewType(keyType, vector.Dimensions) : keyType;
        var annotations = new DataViewSchema.Annotations.Builder();
        map.AddKeyValues(annotations);
        annotations.Add(source.Annotations, name => name == AnnotationUtils.Kinds.SlotNames);
        return new(pair.Output, type, annotations.ToAnnotations(), [source.Index], row => map.MakeGetter(row, row.Schema[source.Index]));
    }
}
