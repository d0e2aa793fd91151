using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Tests;

/// <summary>Trainers under ML.NET's splits of rows, where rows of one group must not be on both sides.</summary>
[TestClass]
public class SplittingTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void A_split_by_a_key_trains_on_some_groups_and_is_good_at_others(Kind kind)
    {
        DataOperationsCatalog.TrainTestData split =
            _mlContext.Data.TrainTestSplit(Family.Data(kind, _mlContext), testFraction: 0.3, samplingKeyColumnName: "Group");
        HashSet<string> train = Groups(split.TrainSet), test = Groups(split.TestSet);
        Assert.IsFalse(train.Overlaps(test));
        Assert.AreEqual(75, train.Count + test.Count);
        Assert.IsGreaterThan(5, test.Count);
        ITransformer model = Family.Trainer(Family.Thorough(kind), _mlContext).Fit(split.TrainSet);
        Assert.IsGreaterThan(0.85, Family.Quality(kind, _mlContext, model.Transform(split.TestSet)));
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void Cross_validation_by_a_key_holds_out_each_group_once(Kind kind)
    {
        const int folds = 3;
        IDataView data = Family.Data(kind, _mlContext);
        IEstimator<ITransformer> trainer = Family.Trainer(Family.Thorough(kind), _mlContext);
        (double Quality, IDataView HeldOut)[] results = kind switch
        {
            Kind.Multiclass => [.. _mlContext.MulticlassClassification.CrossValidate(data, trainer, folds, samplingKeyColumnName: "Group")
                .Select(fold => (fold.Metrics.MicroAccuracy, fold.ScoredHoldOutSet))],
            Kind.Binary => [.. _mlContext.BinaryClassification.CrossValidate(data, trainer, folds, samplingKeyColumnName: "Group")
                .Select(fold => (fold.Metrics.Accuracy, fold.ScoredHoldOutSet))],
            Kind.Regression => [.. _mlContext.Regression.CrossValidate(data, trainer, folds, samplingKeyColumnName: "Group")
                .Select(fold => (fold.Metrics.RSquared, fold.ScoredHoldOutSet))],

            // ML.NET evaluates one number only.
            _ => [.. _mlContext.Data.CrossValidationSplit(data, folds, "Group").Select(fold => trainer.Fit(fold.TrainSet).Transform(fold.TestSet))
                .Select(scored => (Family.Quality(kind, _mlContext, scored), scored))],
        };
        Assert.HasCount(folds, results);
        List<string> seen = [];
        foreach ((double quality, IDataView heldOut) in results)
        {
            Assert.IsGreaterThan(0.85, quality);
            seen.AddRange(Groups(heldOut));
        }

        CollectionAssert.AllItemsAreUnique(seen);
        Assert.HasCount(75, seen);
    }

    private static HashSet<string> Groups(IDataView data) => [.. data.GetColumn<string>("Group")];
}
