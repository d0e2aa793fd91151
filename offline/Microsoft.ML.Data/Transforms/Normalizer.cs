using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(NormalizingTransformer), null, typeof(SignatureLoadModel), "", NormalizingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    private readonly IHost _host;
    private readonly ColumnOptionsBase[] _columns;

    internal NormalizingEstimator(IHostEnvironment env, params ColumnOptionsBase[] columns)
    {
        _host = Contracts.CheckRef(env, nameof(env)).Register(nameof(NormalizingEstimator));
        _columns = _host.CheckRef(columns, nameof(columns));
    }

    public NormalizingTransformer Fit(IDataView input)
    {
        _host.CheckValue(input, nameof(input));
        return NormalizingTransformer.Train(_host, input, _columns);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _host.CheckValue(inputSchema, nameof(inputSchema));
        return Pairs.With(inputSchema, _columns.Select(Normalized));

        SchemaShape.Column Normalized(ColumnOptionsBase options)
        {
            SchemaShape.Column source = Pairs.Find(_host, inputSchema, options.InputColumnName);
            if (source.Kind == SchemaShape.Column.VectorKind.VariableVector)
                throw _host.ExceptSchemaMismatch(
                    nameof(inputSchema), "input", source.Name, "known-size vector or scalar", source.GetTypeString());
            if (source.ItemType != NumberDataViewType.Single && source.ItemType != NumberDataViewType.Double)
                throw _host.ExceptSchemaMismatch(
                    nameof(inputSchema), "input", source.Name, "vector or scalar of Single or Double", source.GetTypeString());
            var annotations = new List<SchemaShape.Column>
            {
                new(AnnotationUtils.Kinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false),
            };
            if (source.Annotations.TryFindColumn(AnnotationUtils.Kinds.SlotNames, out SchemaShape.Column names))
                annotations.Add(names);
            return new(options.Name, source.Kind, source.ItemType, source.IsKey, new SchemaShape(annotations));
        }
    }

    internal abstract class ColumnOptionsBase
    {
        public readonly string Name;
        public readonly string InputColumnName;
        public readonly long MaximumExampleCount;

        private protected ColumnOptionsBase(string name, string inputColumnName, long maximumExampleCount)
        {
            Name = Contracts.CheckNonEmpty(name, nameof(name));
            InputColumnName = inputColumnName ?? name;
            MaximumExampleCount = maximumExampleCount;
            Contracts.CheckParam(maximumExampleCount > 1, nameof(maximumExampleCount), "Must be greater than 1");
        }
    }

    internal abstract class ControlZeroColumnOptionsBase : ColumnOptionsBase
    {
        public readonly bool EnsureZeroUntouched;

        private protected ControlZeroColumnOptionsBase(
            string outputColumnName, string inputColumnName, long maximumExampleCount, bool ensureZeroUntouched)
            : base(outputColumnName, inputColumnName, maximumExampleCount)
            => EnsureZeroUntouched = ensureZeroUntouched;
    }

    internal sealed class MinMaxColumnOptions(
        string outputColumnName, string inputColumnName = null, long maximumExampleCount = 1000000000, bool ensureZeroUntouched = true)
        : ControlZeroColumnOptionsBase(outputColumnName, inputColumnName, maximumExampleCount, ensureZeroUntouched);

    internal sealed class MeanVarianceColumnOptions : ControlZeroColumnOptionsBase
    {
        public MeanVarianceColumnOptions(
            string outputColumnName,
            string inputColumnName = null,
            long maximumExampleCount = 1000000000,
            bool fixZero = true,
            bool useCdf = false,
            bool useSampleVariance = false)
            : base(outputColumnName, inputColumnName, maximumExampleCount, fixZero)
        {
            if (useCdf || useSampleVariance)
                throw Contracts.ExceptNotSupp(
                    null, "The stand-in for Microsoft.ML normalizes by the variance of the population alone, without CDF.");
        }
    }
}

public sealed class NormalizingTransformer : OneToOneTransformerBase, IMapsColumns
{
    internal const string LoaderSignature = "Normalizer";

    private readonly Scaling[] _scalings;

    private NormalizingTransformer(IHostEnvironment env, (string Output, string Input)[] pairs, Scaling[] scalings)
        : base(env.Register(nameof(NormalizingTransformer)), pairs)
        => _scalings = scalings;

    private NormalizingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(NormalizingTransformer)), ctx)
        => _scalings = [.. ColumnPairs.Select(_ => Scaling.Read(ctx.Reader))];

    internal static NormalizingTransformer Train(IHostEnvironment env, IDataView data, NormalizingEstimator.ColumnOptionsBase[] columns)
        => new(env, [.. columns.Select(c => (c.Name, c.InputColumnName))], Scaling.Train(env, data, columns));

    IReadOnlyList<MappedColumn> IMapsColumns.Map(DataViewSchema input)
        => [.. ColumnPairs.Select((pair, i) => Mapped(pair, _scalings[i], input))];

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Pairs.Version("NORMALZR", LoaderSignature));
        SaveColumns(ctx);
        foreach (Scaling scaling in _scalings)
            scaling.Write(ctx.Writer);
    }

    private MappedColumn Mapped((string Output, string Input) pair, Scaling scaling, DataViewSchema input)
    {
        DataViewSchema.Column source = Pairs.Find(Host, input, pair.Input);
        DataViewType expected = scaling.Type, found = source.Type;
        if (found is VectorDataViewType { IsKnownSize: false })
            throw Host.ExceptSchemaMismatch("inputSchema", "input", pair.Input, expected.ToString(), "variable-size vector");
        if (!found.GetItemType().Equals(expected.GetItemType()) || found.GetVectorSize() != expected.GetVectorSize())
            throw Host.ExceptSchemaMismatch("inputSchema", "input", pair.Input, expected.ToString(), found.ToString());
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
        annotations.Add(source.Annotations, kind => kind == AnnotationUtils.Kinds.SlotNames);
        return new(pair.Output, expected, annotations.ToAnnotations(), [source.Index], row => scaling.MakeGetter(row, source));
    }
}
