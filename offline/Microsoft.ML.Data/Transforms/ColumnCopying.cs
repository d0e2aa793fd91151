using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ColumnCopyingTransformer), null, typeof(SignatureLoadModel), "", ColumnCopyingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    internal ColumnCopyingEstimator(IHostEnvironment env, params (string outputColumnName, string inputColumnName)[] columns)
        : base(Contracts.CheckRef(env, nameof(env)).Register(nameof(ColumnCopyingEstimator)), new ColumnCopyingTransformer(env, columns))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        return Pairs.With(inputSchema, Transformer.ColumnPairs.Select(Copied));

        SchemaShape.Column Copied((string Output, string Input) pair)
        {
            SchemaShape.Column source = Pairs.Find(Host, inputSchema, pair.Input);
            return new(pair.Output, source.Kind, source.ItemType, source.IsKey, source.Annotations);
        }
    }
}

public sealed class ColumnCopyingTransformer : OneToOneTransformerBase, IMapsColumns
{
    internal const string LoaderSignature = "CopyTransform";

    internal ColumnCopyingTransformer(IHostEnvironment env, params (string outputColumnName, string inputColumnName)[] columns)
        : base(Contracts.CheckRef(env, nameof(env)).Register(nameof(ColumnCopyingTransformer)), columns)
    {
    }

    private ColumnCopyingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(ColumnCopyingTransformer)), ctx)
    {
    }

    IReadOnlyList<MappedColumn> IMapsColumns.Map(DataViewSchema input)
        => [.. ColumnPairs.Select(pair => MappedColumn.Copy(Pairs.Find(Host, input, pair.inputColumnName), pair.outputColumnName))];

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Pairs.Version("COPYCOLT", LoaderSignature));
        SaveColumns(ctx);
    }
}
