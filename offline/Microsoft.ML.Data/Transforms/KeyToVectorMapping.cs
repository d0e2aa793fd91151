using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

[assembly: LoadableClass(
    typeof(KeyToVectorMappingTransformer), null, typeof(SignatureLoadModel), "", KeyToVectorMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class KeyToVectorMappingEstimator : TrivialEstimator<KeyToVectorMappingTransformer>
{
    internal KeyToVectorMappingEstimator(IHostEnvironment env, params ColumnOptions[] columns)
        : base(
            Contracts.CheckRef(env, nameof(env)).Register(nameof(KeyToVectorMappingEstimator)), new KeyToVectorMappingTransformer(env, columns))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        return Pairs.With(inputSchema, Transformer.ColumnPairs.Select(Mapped));

        SchemaShape.Column Mapped((string Output, string Input) pair)
        {
            SchemaShape.Column source = Pairs.Find(Host, inputSchema, pair.Input);
            var annotations = new List<SchemaShape.Column>();
            bool hasValues = source.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out SchemaShape.Column values);
            if (hasValues && values.ItemType is TextDataViewType)
                annotations.Add(new(AnnotationUtils.Kinds.SlotNames, VectorKind.Vector, values.ItemType, false));
            annotations.Add(new(AnnotationUtils.Kinds.CategoricalSlotRanges, VectorKind.Vector, NumberDataViewType.Int32, false));
            annotations.Add(new(AnnotationUtils.Kinds.IsNormalized, VectorKind.Scalar, BooleanDataViewType.Instance, false));
            return new(pair.Output, VectorKind.Vector, NumberDataViewType.Single, false, new SchemaShape(annotations));
        }
    }

    internal sealed class ColumnOptions
    {
        public readonly string Name;
        public readonly string InputColumnName;

        public ColumnOptions(string name, string inputColumnName = null, bool outputCountVector = false)
        {
            Name = Contracts.CheckNonWhiteSpace(name, nameof(name));
            InputColumnName = inputColumnName ?? name;
            if (outputCountVector)
                throw Contracts.ExceptNotSupp(null, "The stand-in for Microsoft.ML counts no keys.");
        }
    }
}

public sealed class KeyToVectorMappingTransformer : OneToOneTransformerBase, IMapsColumns
{
    internal const string LoaderSignature = "KeyToVectorTransform";

    internal KeyToVectorMappingTransformer(IHostEnvironment env, params KeyToVectorMappingEstimator.ColumnOptions[] columns)
        : base(
            Contracts.CheckRef(env, nameof(env)).Register("KeyToVector"),
            [.. Contracts.CheckRef(columns, nameof(columns)).Select(c => (c.Name, c.InputColumnName))])
    {
    }

    private KeyToVectorMappingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register("KeyToVector"), ctx)
    {
    }

    IReadOnlyList<MappedColumn> IMapsColumns.Map(DataViewSchema input) => [.. ColumnPairs.Select(pair => Mapped(pair, input))];

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Pairs.Version("KEY2VECT", LoaderSignature));
        SaveColumns(ctx);
    }

    private MappedColumn Mapped((string Output, string Input) pair, DataViewSchema input)
    {
        DataViewSchema.Column source = Pairs.Find(Host, input, pair.Input);
        if (source.Type.GetItemType() is not KeyDataViewType)
            throw Host.ExceptSchemaMismatch("inputSchema", "input", pair.Input, "key type of known cardinality", source.Type.ToString());
        if (source.Type is not KeyDataViewType key)
            throw Host.ExceptNotSupp("The stand-in for Microsoft.ML makes vectors of single keys alone.");
        int size = checked((int)key.Count);
        var annotations = new DataViewSchema.Annotations.Builder();
        DataViewSchema.Column? values = source.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues);
        if (values?.Type is VectorDataViewType names && names.Size == size && names.ItemType is TextDataViewType)
            annotations.AddSlotNames(size, source.Annotations.GetGetter<VBuffer<ReadOnlyMemory<char>>>(values.Value));
        annotations.Add<VBuffer<int>>(
            AnnotationUtils.Kinds.CategoricalSlotRanges,
            AnnotationUtils.GetCategoricalType(1),
            (ref VBuffer<int> ranges) => ranges = new VBuffer<int>(2, [0, size - 1]));
        annotations.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
        return new(
            pair.Output, new VectorDataViewType(NumberDataViewType.Single, size), annotations.ToAnnotations(), [source.Index],
            row => MakeGetter(row, source, size));
    }

    private static ValueGetter<VBuffer<float>> MakeGetter(DataViewRow row, DataViewSchema.Column source, int size)
    {
        var get = (ValueGetter<ulong>)Conversions.MakeGetter(row, source, typeof(ulong));
        ulong key = 0;
        return (ref VBuffer<float> vector) =>
        {
            get(ref key);
            bool isPresent = key > 0 && key <= (ulong)size;
            var editor = VBufferEditor.Create(ref vector, size, isPresent ? 1 : 0, requireIndicesOnDense: true);
            if (isPresent)
                (editor.Values[0], editor.Indices[0]) = (1, (int)key - 1);
            vector = editor.Commit();
        };
    }
}
