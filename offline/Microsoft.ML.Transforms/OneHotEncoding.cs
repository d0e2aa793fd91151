using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class OneHotEncodingEstimator : IEstimator<OneHotEncodingTransformer>
{
    private readonly ValueToKeyMappingEstimator _term;
    private readonly IEstimator<ITransformer> _toVector;

    internal OneHotEncodingEstimator(IHostEnvironment env, ColumnOptions[] columns, IDataView keyData = null)
    {
        IHost host = Contracts.CheckRef(env, nameof(env)).Register(nameof(OneHotEncodingEstimator));
        KeyToVectorMappingEstimator.ColumnOptions[] vectors =
        [
            .. columns.Where(c => c.OutputKind == OutputKind.Indicator)
                .Select(c => new KeyToVectorMappingEstimator.ColumnOptions(c.OutputColumnName)),
        ];
        _term = new ValueToKeyMappingEstimator(host, columns, keyData);
        _toVector = vectors.Length > 0 ? new KeyToVectorMappingEstimator(host, vectors) : null;
    }

    public OneHotEncodingTransformer Fit(IDataView input) => new(_term, _toVector, input);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        SchemaShape keys = _term.GetOutputSchema(inputSchema);
        return _toVector is null ? keys : _toVector.GetOutputSchema(keys);
    }

    public enum OutputKind : byte
    {
        Bag = 1,
        Indicator = 2,
        Key = 3,
        Binary = 4,
    }

    internal sealed class ColumnOptions : ValueToKeyMappingEstimator.ColumnOptionsBase
    {
        public readonly OutputKind OutputKind;

        public ColumnOptions(
            string name,
            string inputColumnName = null,
            OutputKind outputKind = OutputKind.Indicator,
            int maximumNumberOfKeys = 1000000,
            ValueToKeyMappingEstimator.KeyOrdinality keyOrdinality = ValueToKeyMappingEstimator.KeyOrdinality.ByOccurrence)
            : base(name, inputColumnName ?? name, maximumNumberOfKeys, keyOrdinality, true)
        {
            OutputKind = outputKind;
            if (outputKind is OutputKind.Bag or OutputKind.Binary)
                throw Contracts.ExceptNotSupp(null, $"The stand-in for Microsoft.ML has no encoding of kind {outputKind}.");
        }
    }
}

public sealed class OneHotEncodingTransformer : ITransformer
{
    private readonly ITransformer _chain;

    internal OneHotEncodingTransformer(ValueToKeyMappingEstimator term, IEstimator<ITransformer> toVector, IDataView input)
        => _chain = toVector is null ? new TransformerChain<ITransformer>(term.Fit(input)) : term.Append(toVector).Fit(input);

    bool ITransformer.IsRowToRowMapper => _chain.IsRowToRowMapper;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _chain.GetOutputSchema(inputSchema);

    public IDataView Transform(IDataView input) => _chain.Transform(input);

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => _chain.GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => _chain.Save(ctx);
}
