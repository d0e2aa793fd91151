using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

internal abstract class SchemaBindablePredictorWrapperBase : ISchemaBindableMapper
{
    protected readonly IPredictor Predictor;
    protected readonly DataViewType ScoreType;

    private protected readonly IValueMapper ValueMapper;

    public SchemaBindablePredictorWrapperBase(IPredictor predictor)
    {
        Predictor = Contracts.CheckRef(predictor, nameof(predictor));
        ValueMapper = predictor as IValueMapper
            ?? throw Contracts.Except("Predictor score type cannot be determined since it doesn't implement IValueMapper");
        ScoreType = ValueMapper.OutputType;
    }

    ISchemaBoundMapper ISchemaBindableMapper.Bind(IHostEnvironment env, RoleMappedSchema schema)
    {
        Contracts.CheckValue(env, nameof(env));
        using IChannel channel = env.Register("SchemaBindableWrapper").Start("Bind");
        channel.CheckValue(schema, nameof(schema));
        DataViewType type = schema.Feature.Value.Type, expected = ValueMapper.InputType;
        if (!type.GetItemType().Equals(expected.GetItemType()))
            throw channel.Except(
                "Incompatible features column type item type: '{0}' vs '{1}'", type.GetItemType(), expected.GetItemType());
        bool sameShape = type is VectorDataViewType == expected is VectorDataViewType;
        if (!sameShape || (expected.GetVectorSize() > 0 && type.GetVectorSize() != expected.GetVectorSize()))
            throw channel.Except("Incompatible features column type: '{0}' vs '{1}'", type, expected);
        return BindCore(channel, schema);
    }

    private protected abstract ISchemaBoundMapper BindCore(IChannel ch, RoleMappedSchema schema);
}

internal sealed class SchemaBindablePredictorWrapper(IPredictor predictor) : SchemaBindablePredictorWrapperBase(predictor)
{
    private protected override ISchemaBoundMapper BindCore(IChannel ch, RoleMappedSchema schema)
    {
        string kind = Predictor.PredictionKind.ToString();
        return new BoundScores(
            [BoundScores.Column(AnnotationUtils.Const.ScoreValueKind.Score, ScoreType, kind)],
            row => [BoundScores.ScoreGetter(row, row.Schema[schema.Feature.Value.Index], ValueMapper)]);
    }
}

internal sealed class SchemaBindableBinaryPredictorWrapper : SchemaBindablePredictorWrapperBase
{
    private readonly IValueMapperDist _model;

    public SchemaBindableBinaryPredictorWrapper(IPredictor predictor)
        : base(predictor)
    {
        Contracts.Check(ScoreType == NumberDataViewType.Single, "Expected predictor result type to be float");
        _model = predictor as IValueMapperDist ?? throw Contracts.Except("Predictor does not provide probabilities");
        Contracts.Check(
            _model.InputType is VectorDataViewType vector && vector.ItemType == NumberDataViewType.Single,
            "Invalid input type for the IValueMapperDist");
        Contracts.Check(_model.DistType == NumberDataViewType.Single, "Invalid probability type for the IValueMapperDist");
    }

    private protected override ISchemaBoundMapper BindCore(IChannel ch, RoleMappedSchema schema)
    {
        Contracts.Check(schema.Feature.Value.Type is VectorDataViewType { IsKnownSize: true }, "Invalid feature column type");
        const string Kind = AnnotationUtils.Const.ScoreColumnKind.BinaryClassification;
        return new BoundScores(
            [
                BoundScores.Column(AnnotationUtils.Const.ScoreValueKind.Score, NumberDataViewType.Single, Kind),
                BoundScores.Column(AnnotationUtils.Const.ScoreValueKind.Probability, NumberDataViewType.Single, Kind, isNormalized: true),
            ],
            row => BoundScores.ScoreAndProbabilityGetters(row, row.Schema[schema.Feature.Value.Index], _model));
    }
}
