using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>Trains on all folds but one and evaluates on that one, for each fold.</summary>
internal static class CrossValidation
{
    public static IReadOnlyList<TrainCatalogBase.CrossValidationResult<T>> Run<T>(
        IHostEnvironment env,
        IDataView data,
        IEstimator<ITransformer> estimator,
        int numberOfFolds,
        string samplingKeyColumnName,
        int? seed,
        Func<IDataView, T> evaluate)
        where T : class
    {
        env.CheckValue(data, nameof(data));
        env.CheckValue(estimator, nameof(estimator));
        env.CheckParam(numberOfFolds > 1, "numFolds", "Must be more than 1");
        return [.. new RowSampling(env, data, samplingKeyColumnName, seed).Folds(numberOfFolds).Select(Validate)];

        TrainCatalogBase.CrossValidationResult<T> Validate(DataOperationsCatalog.TrainTestData split, int fold)
        {
            ITransformer model = estimator.Fit(split.TrainSet);
            IDataView scores = model.Transform(split.TestSet);
            return new(model, evaluate(scores), scores, fold);
        }
    }
}
