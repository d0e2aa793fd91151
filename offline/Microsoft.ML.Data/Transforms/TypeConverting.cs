using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(TypeConvertingTransformer), null, typeof(SignatureLoadModel), "", TypeConvertingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class TypeConvertingEstimator : TrivialEstimator<TypeConvertingTransformer>
{
    private readonly PrimitiveDataViewType _type;

    internal TypeConvertingEstimator(
        IHostEnvironment env, string outputColumnName, string inputColumnName = null, DataKind outputKind = DataKind.Single)
        : base(
            Contracts.CheckRef(env, nameof(env)).Register(nameof(TypeConvertingEstimator)),
            new TypeConvertingTransformer(env, outputColumnName, outputKind, inputColumnName))
        => _type = Conversions.TypeOf(outputKind);

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        var (output, input) = Transformer.ColumnPairs[0];
        SchemaShape.Column source = Pairs.Find(Host, inputSchema, input);
        DataViewType from = source.IsKey ? new KeyDataViewType(source.ItemType.RawType, 1) : source.ItemType;
        if (!Conversions.Exists(from, _type))
            throw Host.ExceptParam(nameof(inputSchema), $"Don't know how to convert {input} into {_type}");
        var kept = source.Annotations.Where(a => a.Name == AnnotationUtils.Kinds.SlotNames);
        return Pairs.With(inputSchema, [new(output, source.Kind, _type, false, new SchemaShape(kept))]);
    }
}

public sealed class TypeConvertingTransformer : OneToOneTransformerBase, IMapsColumns
{
    internal const string LoaderSignature = "ConvertTransform";

    private readonly PrimitiveDataViewType _type;

    internal TypeConvertingTransformer(
        IHostEnvironment env, string outputColumnName, DataKind outputKind, string inputColumnName = null, KeyCount outputKeyCount = null)
        : base(env.Register(nameof(TypeConvertingTransformer)), (outputColumnName, inputColumnName ?? outputColumnName))
        => _type = Conversions.TypeOf(outputKind, outputKeyCount);

    private TypeConvertingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(TypeConvertingTransformer)), ctx)
        => _type = (PrimitiveDataViewType)SchemaFile.ReadType(ctx.Reader);

    IReadOnlyList<MappedColumn> IMapsColumns.Map(DataViewSchema input)
    {
        var (output, name) = ColumnPairs[0];
        DataViewSchema.Column source = Pairs.Find(Host, input, name);
        DataViewType from = source.Type.GetItemType();
        if (!Conversions.Exists(from, _type))
            throw Host.ExceptParam(
                "inputSchema",
                $"source column '{name}' with item type '{source.Type}' is not compatible with destination type '{_type}'");
        DataViewType type = source.Type is VectorDataViewType vector ? new VectorDataViewType(_type, vector.Dimensions) : _type;
        DataViewSchema.Annotations annotations = Pairs.Kept(source, kind => kind == AnnotationUtils.Kinds.SlotNames);
        return [new(output, type, annotations, [source.Index], row => Conversions.MakeGetter(row, source, _type.RawType))];
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Pairs.Version("CONVERTF", LoaderSignature));
        SaveColumns(ctx);
        SchemaFile.WriteType(ctx.Writer, _type);
    }
}
