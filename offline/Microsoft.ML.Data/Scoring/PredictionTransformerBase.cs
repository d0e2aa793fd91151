using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public abstract class PredictionTransformerBase<TModel> : IPredictionTransformer<TModel>, IDisposable
    where TModel : class
{
    private protected const string DirModel = "Model";
    private protected const string DirTransSchema = "TrainSchema";

    private protected readonly IHost Host;

    private protected ISchemaBindableMapper BindableMapper;

    internal DataViewSchema TrainSchema;

    private protected PredictionTransformerBase(IHost host, TModel model, DataViewSchema trainSchema)
    {
        Host = Contracts.CheckRef(host, nameof(host));
        Model = Host.CheckRef(model, nameof(model));
        Host.CheckParam(model is IPredictor, nameof(model));
        TrainSchema = Host.CheckRef(trainSchema, nameof(trainSchema));
        BindableMapper = ScoreColumns.BindableOf((IPredictor)model);
    }

    private protected PredictionTransformerBase(IHost host, ModelLoadContext ctx, TModel model)
    {
        Host = host;
        Model = model;
        BindableMapper = ScoreColumns.BindableOf((IPredictor)model);
        host.CheckDecode(ctx.TryLoadBinaryStream(DirTransSchema, reader => TrainSchema = SchemaFile.Read(reader)));
    }

    public TModel Model { get; }

    bool ITransformer.IsRowToRowMapper => true;

    public abstract DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

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

    public void Dispose() => (Model as IDisposable)?.Dispose();

    private protected abstract void SaveModel(ModelSaveContext ctx);

    private protected void SaveModelCore(ModelSaveContext ctx)
    {
        ctx.SaveModel(Model, DirModel);
        ctx.SaveBinaryStream(DirTransSchema, writer => SchemaFile.Write(writer, TrainSchema));
    }

    private ColumnMapper Mapper(DataViewSchema input) => ColumnMapper.Adding(input, ((IMapsColumns)this).Map(input));
}

public abstract class SingleFeaturePredictionTransformerBase<TModel>
    : PredictionTransformerBase<TModel>, ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private protected SingleFeaturePredictionTransformerBase(IHost host, TModel model, DataViewSchema trainSchema, string featureColumn)
        : base(host, model, trainSchema)
    {
        FeatureColumnName = featureColumn;
        FeatureColumnType = TypeIn(trainSchema, nameof(featureColumn));
    }

    private protected SingleFeaturePredictionTransformerBase(IHost host, ModelLoadContext ctx, TModel model)
        : base(host, ctx, model)
    {
        FeatureColumnName = ctx.LoadStringOrNull();
        FeatureColumnType = TypeIn(TrainSchema, nameof(FeatureColumnName));
    }

    public string FeatureColumnName { get; }

    public DataViewType FeatureColumnType { get; }

    public sealed override DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        DataViewType found = TypeIn(inputSchema, nameof(inputSchema));
        if (found is not null && !found.Equals(FeatureColumnType))
            throw Host.ExceptSchemaMismatch(
                nameof(inputSchema), "feature", FeatureColumnName, FeatureColumnType.ToString(), found.ToString());
        return ((ITransformer)this).GetRowToRowMapper(inputSchema).OutputSchema;
    }

    private protected sealed override void SaveModel(ModelSaveContext ctx)
    {
        Host.CheckValue(ctx, nameof(ctx));
        ctx.CheckAtModel();
        SaveCore(ctx);
    }

    private protected virtual void SaveCore(ModelSaveContext ctx)
    {
        SaveModelCore(ctx);
        ctx.SaveStringOrNull(FeatureColumnName);
    }

    private DataViewType TypeIn(DataViewSchema schema, string parameter)
    {
        if (FeatureColumnName is null)
            return null;
        return schema.GetColumnOrNull(FeatureColumnName)?.Type ?? throw Host.ExceptSchemaMismatch(parameter, "feature", FeatureColumnName);
    }
}
