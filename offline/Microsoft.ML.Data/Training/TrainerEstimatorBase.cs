using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

public interface ITrainerEstimator<out TTransformer, out TModel> : IEstimator<TTransformer>
    where TTransformer : IPredictionTransformer<TModel>
    where TModel : class
{
    TrainerInfo Info { get; }
}

public abstract class TrainerEstimatorBase<TTransformer, TModel> : ITrainerEstimator<TTransformer, TModel>, ITrainer<IPredictor>
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private protected const string NoTrainingInstancesMessage = "No valid training instances found, all instances have missing features.";

    public readonly SchemaShape.Column FeatureColumn;
    public readonly SchemaShape.Column LabelColumn;
    public readonly SchemaShape.Column WeightColumn;

    private protected readonly IHost Host;

    private protected TrainerEstimatorBase(
        IHost host, SchemaShape.Column feature, SchemaShape.Column label, SchemaShape.Column weight = default)
    {
        Host = Contracts.CheckRef(host, nameof(host));
        Host.CheckParam(feature.IsValid, nameof(feature), "not initialized properly");
        FeatureColumn = feature;
        LabelColumn = label;
        WeightColumn = weight;
    }

    public abstract TrainerInfo Info { get; }

    private protected abstract PredictionKind PredictionKind { get; }

    PredictionKind ITrainer.PredictionKind => PredictionKind;

    public TTransformer Fit(IDataView input) => TrainTransformer(input);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        CheckInputSchema(inputSchema);
        var columns = inputSchema.ToDictionary(column => column.Name);
        foreach (SchemaShape.Column column in GetOutputColumnsCore(inputSchema))
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    IPredictor ITrainer.Train(TrainContext context) => Train(context);

    IPredictor ITrainer<IPredictor>.Train(TrainContext context) => Train(context);

    private protected abstract SchemaShape.Column[] GetOutputColumnsCore(SchemaShape inputSchema);

    private protected abstract TModel TrainModelCore(TrainContext trainContext);

    private protected abstract TTransformer MakeTransformer(TModel model, DataViewSchema trainSchema);

    private protected virtual RoleMappedData MakeRoles(IDataView data)
        => new(data, label: LabelColumn.Name, feature: FeatureColumn.Name, weight: WeightColumn.Name);

    private protected virtual void CheckLabelCompatible(SchemaShape.Column labelCol)
    {
        Contracts.CheckParam(labelCol.IsValid, nameof(labelCol), "not initialized properly");
        CheckCompatible(LabelColumn, labelCol, nameof(labelCol), "label");
    }

    private protected TTransformer TrainTransformer(IDataView trainSet, IDataView validationSet = null, IPredictor initPredictor = null)
    {
        RoleMappedData training = Checked(trainSet);
        RoleMappedData validation = validationSet is null ? null : Checked(validationSet);
        TModel model = TrainModelCore(new TrainContext(training, validation, null, initPredictor));
        return MakeTransformer(model, trainSet.Schema);
    }

    private RoleMappedData Checked(IDataView data)
    {
        CheckInputSchema(SchemaShape.Create(data.Schema));
        return MakeRoles(data);
    }

    private IPredictor Train(TrainContext context)
    {
        Host.CheckValue(context, nameof(context));
        return TrainModelCore(context) as IPredictor ?? throw Host.Except("Training did not return a predictor.");
    }

    private void CheckInputSchema(SchemaShape inputSchema)
    {
        CheckCompatible(FeatureColumn, Found(FeatureColumn, "feature"), nameof(inputSchema), "feature");
        if (WeightColumn.IsValid)
            CheckCompatible(WeightColumn, Found(WeightColumn, "weight"), nameof(inputSchema), "weight");
        if (LabelColumn.IsValid)
            CheckLabelCompatible(Found(LabelColumn, "label"));

        SchemaShape.Column Found(SchemaShape.Column wanted, string role)
            => inputSchema.TryFindColumn(wanted.Name, out SchemaShape.Column found)
                ? found
                : throw Host.ExceptSchemaMismatch(nameof(inputSchema), role, wanted.Name);
    }

    private void CheckCompatible(SchemaShape.Column wanted, SchemaShape.Column found, string parameter, string role)
    {
        if (!wanted.IsCompatibleWith(found))
            throw Host.ExceptSchemaMismatch(parameter, role, wanted.Name, wanted.GetTypeString(), found.GetTypeString());
    }
}
