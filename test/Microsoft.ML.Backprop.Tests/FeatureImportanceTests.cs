#if MLNET_PACKAGE
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
#endif

namespace Microsoft.ML.Backprop.Tests;

/// <summary>ML.NET shuffles one feature after the other, and looks how much worse our model gets.</summary>
[TestClass]
public class FeatureImportanceTests
{
    [TestMethod]
    [DataRow(Kind.Multiclass)]
    [DataRow(Kind.Binary)]
    [DataRow(Kind.Regression)]
    public void The_feature_that_tells_all_counts_most_by_number_and_by_name(Kind kind)
    {
#if MLNET_PACKAGE
        var mlContext = new MLContext(seed: 1);

        // Names of features come from columns that are put together; a vector without names gives none.
        IDataView data = Family.Data(kind, mlContext);
        IEstimator<ITransformer> names = mlContext.Transforms.Concatenate("Named", "Features", "Weight");
        data = names.Fit(data).Transform(data);
        BackpropMlpOptions options = Family.Thorough(kind);
        options.FeatureColumnName = "Named";
        ITransformer transformer = Family.Trainer(options, mlContext).Fit(data);

        double[] drops;
        Dictionary<string, double> named;
        switch (transformer)
        {
            case MulticlassPredictionTransformer<BackpropMlpModelParameters> model:
                drops =
                [
                    .. mlContext.MulticlassClassification.PermutationFeatureImportance(model, data, permutationCount: 2)
                        .Select(m => -m.MicroAccuracy.Mean),
                ];
                named = mlContext.MulticlassClassification.PermutationFeatureImportance(transformer, data, permutationCount: 2)
                    .ToDictionary(pair => pair.Key, pair => -pair.Value.MicroAccuracy.Mean);
                break;
            case BinaryPredictionTransformer<CalibratedModelParametersBase<BackpropMlpBinaryModelParameters, PlattCalibrator>> model:
                drops =
                [
                    .. mlContext.BinaryClassification.PermutationFeatureImportance(model, data, permutationCount: 2)
                        .Select(m => -m.Accuracy.Mean),
                ];
                named = mlContext.BinaryClassification.PermutationFeatureImportanceNonCalibrated(transformer, data, permutationCount: 2)
                    .ToDictionary(pair => pair.Key, pair => -pair.Value.Accuracy.Mean);
                break;
            default:
                var regression = (RegressionPredictionTransformer<BackpropMlpRegressionModelParameters>)transformer;
                drops =
                [
                    .. mlContext.Regression.PermutationFeatureImportance(regression, data, permutationCount: 2)
                        .Select(m => -m.RSquared.Mean),
                ];
                named = mlContext.Regression.PermutationFeatureImportance(transformer, data, permutationCount: 2)
                    .ToDictionary(pair => pair.Key, pair => -pair.Value.RSquared.Mean);
                break;
        }

        Assert.HasCount(4, drops);
        Assert.AreEqual(drops.Max(), drops[0]);
        Assert.IsGreaterThan(0.3, drops[0]);
        Assert.AreEqual(0, drops[3], "a constant counts for nothing");
        CollectionAssert.AreEquivalent(new[] { "Slot 0", "Slot 1", "Slot 2", "Weight" }, named.Keys);
        Assert.AreEqual(named.Values.Max(), named["Slot 0"]);
        Assert.IsGreaterThan(0.3, named["Slot 0"]);
#else
        Assert.Inconclusive($"Permutation feature importance is only in the package, of {kind} like any other.");
#endif
    }
}
