using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public abstract class RowToRowTransformerBase : ITransformer
{
    private protected readonly IHost Host;

    private protected RowToRowTransformerBase(IHost host) => Host = Contracts.CheckRef(host, nameof(host));

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        return Mapper(inputSchema).OutputSchema;
    }

    public IDataView Transform(IDataView input)
    {
        Host.CheckValue(input, nameof(input));
        return new MappedView(input, Mapper(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        return Mapper(inputSchema);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => SaveModel(ctx);

    private protected abstract void SaveModel(ModelSaveContext ctx);

    private ColumnMapper Mapper(DataViewSchema input) => ColumnMapper.Adding(input, ((IMapsColumns)this).Map(input));
}

public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    internal readonly (string outputColumnName, string inputColumnName)[] ColumnPairs;

    private protected OneToOneTransformerBase(IHost host, params (string outputColumnName, string inputColumnName)[] columns)
        : base(host)
    {
        ColumnPairs = host.CheckNonEmpty(columns, nameof(columns));
        var names = new HashSet<string>();
        foreach (var (outputColumnName, inputColumnName) in columns)
        {
            host.CheckNonEmpty(inputColumnName, nameof(inputColumnName));
            if (!names.Add(host.CheckNonEmpty(outputColumnName, nameof(outputColumnName))))
                throw Contracts.ExceptParam(
                    nameof(columns), $"Name of the result column '{outputColumnName}' specified multiple times");
        }
    }

    private protected OneToOneTransformerBase(IHost host, ModelLoadContext ctx)
        : this(host, Pairs.Read(ctx))
    {
    }

    private protected void SaveColumns(ModelSaveContext ctx) => Pairs.Write(ctx, ColumnPairs);
}
