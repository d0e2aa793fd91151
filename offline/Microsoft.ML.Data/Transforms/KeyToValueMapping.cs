using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(
    typeof(KeyToValueMappingTransformer), null, typeof(SignatureLoadModel), "", KeyToValueMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    internal KeyToValueMappingEstimator(IHostEnvironment env, string outputColumnName, string inputColumnName = null)
        : this(env, (outputColumnName, inputColumnName ?? outputColumnName))
    {
    }

    internal KeyToValueMappingEstimator(IHostEnvironment env, params (string outputColumnName, string inputColumnName)[] columns)
        : base(Contracts.CheckRef(env, nameof(env)).Register(nameof(KeyToValueMappingEstimator)), new KeyToValueMappingTransformer(env, columns))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        return Pairs.With(inputSchema, Transformer.ColumnPairs.Select(Mapped));

        SchemaShape.Column Mapped((string Output, string Input) pair)
        {
            SchemaShape.Column source = Pairs.Find(Host, inputSchema, pair.Input);
            if (!source.IsKey)
                throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", pair.Input, "KeyType", source.GetTypeString());
            if (!source.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out SchemaShape.Column values))
                throw Host.ExceptParam(nameof(inputSchema), $"Input column '{pair.Input}' doesn't contain key values metadata");
            var kept = source.Annotations.Where(a => a.Name == AnnotationUtils.Kinds.SlotNames);
            return new(pair.Output, source.Kind, values.ItemType, values.IsKey, new SchemaShape(kept));
        }
    }
}

public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase, IMapsColumns
{
    internal const string LoaderSignature = "KeyToValueTransform";

    internal KeyToValueMappingTransformer(IHostEnvironment env, params (string outputColumnName, string inputColumnName)[] columns)
        : base(Contracts.CheckRef(env, nameof(env)).Register(nameof(KeyToValueMappingTransformer)), columns)
    {
    }

    private KeyToValueMappingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(KeyToValueMappingTransformer)), ctx)
    {
    }

    IReadOnlyList<MappedColumn> IMapsColumns.Map(DataViewSchema input) => [.. ColumnPairs.Select(pair => Mapped(pair, input))];

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Pairs.Version("KEYTOVAL", LoaderSignature));
        SaveColumns(ctx);
    }

    private MappedColumn Mapped((string Output, string Input) pair, DataViewSchema input)
    {
        DataViewSchema.Column source = Pairs.Find(Host, input, pair.Input);
        DataViewSchema.Column? found = source.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues);
        Host.Check(found is not null, "Metadata KeyValues does not exist");
        DataViewSchema.Column values = found.Value;
        var itemType = (PrimitiveDataViewType)values.Type.GetItemType();
        DataViewType type = source.Type is VectorDataViewType vector ? new VectorDataViewType(itemType, vector.Dimensions) : itemType;
        DataViewSchema.Annotations annotations = Pairs.Kept(source, kind => kind == AnnotationUtils.Kinds.SlotNames);
        return new(pair.Output, type, annotations, [source.Index], row => Generic.Call(MakeGetter<int>, itemType.RawType, row, source, values));
    }

    private static Delegate MakeGetter<TValue>(DataViewRow row, DataViewSchema.Column source, DataViewSchema.Column annotation)
    {
        VBuffer<TValue> buffer = default;
        source.Annotations.GetGetter<VBuffer<TValue>>(annotation)(ref buffer);
        TValue[] values = [.. buffer.DenseValues()];
        object missing = default(TValue) switch
        {
            float => float.NaN,
            double => double.NaN,
            _ => default(TValue),
        };
        return Generic.Call(new Lookup<TValue>(row, source, values, (TValue)missing).By<int>, source.Type.GetItemType().RawType);
    }

    private sealed class Lookup<TValue>(DataViewRow row, DataViewSchema.Column source, TValue[] values, TValue missing)
    {
        public Delegate By<TKey>() => Conversions.MapGetter<TKey, TValue>(row, source, key =>
        {
            ulong position = Convert.ToUInt64(key);
            return position == 0 || position > (ulong)values.Length ? missing : values[position - 1];
        });
    }
}
