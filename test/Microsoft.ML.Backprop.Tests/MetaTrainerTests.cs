#if MLNET_PACKAGE
using Microsoft.ML.Data;
#endif

namespace Microsoft.ML.Backprop.Tests;

/// <summary>Trainers of ML.NET that train ours, and estimators that calibrate its scores.</summary>
[TestClass]
public class MetaTrainerTests
{
    [TestMethod]
    [DataRow("OneVersusAll", true)]
    [DataRow("OneVersusAll", false)]
    [DataRow("PairwiseCoupling", true)]
    public void Several_classes_are_told_apart_by_binary_trainers_and_the_model_comes_back_with_every_bit(string way, bool useProbabilities)
    {
#if MLNET_PACKAGE
        var mlContext = new MLContext(seed: 1);
        BackpropMlpBinaryTrainer trainer = mlContext.BinaryClassification.Trainers.BackpropMlp(
            (BackpropMlpBinaryTrainer.Options)Family.Thorough(Kind.Binary));
        IEstimator<ITransformer> several = way == "OneVersusAll"
            ? mlContext.MulticlassClassification.Trainers.OneVersusAll(trainer, useProbabilities: useProbabilities)
            : mlContext.MulticlassClassification.Trainers.PairwiseCoupling(trainer);
        IDataView data = Family.Data(Kind.Multiclass, mlContext), others = Family.Data(Kind.Multiclass, mlContext, Family.Rows(seed: 2));
        ITransformer model = several.Fit(data);
        IDataView scored = model.Transform(others);
        Assert.IsGreaterThan(0.9, mlContext.MulticlassClassification.Evaluate(scored).MicroAccuracy);
        float[] scores = Family.Scores(scored);
        Assert.HasCount(3 * 300, scores);
        CollectionAssert.AreEqual(scores, Family.Scores(Family.Reloaded(model, data.Schema).Transform(others)));
#else
        Assert.Inconclusive($"{way} is only in the package{(useProbabilities ? "" : ", also by scores")}.");
#endif
    }

    [TestMethod]
    public void Another_process_loads_one_versus_all_with_nothing_registered_and_predicts_the_same_bits()
    {
#if MLNET_PACKAGE
        var mlContext = new MLContext(seed: 1);
        IDataView data = TestData.Digits(mlContext);
        var trainer = mlContext.BinaryClassification.Trainers.BackpropMlp((BackpropMlpBinaryTrainer.Options)Family.Options(Kind.Binary));
        ITransformer model = TestData.Prepare(mlContext).Append(mlContext.MulticlassClassification.Trainers.OneVersusAll(trainer))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data);
        TestData.AssertPredictsTheSameInAnotherProcess(mlContext, model, data);
#else
        Assert.Inconclusive("OneVersusAll is only in the package.");
#endif
    }

    [TestMethod]
    [DataRow("Platt")]
    [DataRow("Isotonic")]
    [DataRow("Naive")]
    public void A_calibrator_after_the_trainer_turns_its_scores_into_probabilities(string calibrator)
    {
#if MLNET_PACKAGE
        var mlContext = new MLContext(seed: 1);
        BinaryClassificationCatalog.CalibratorsCatalog calibrators = mlContext.BinaryClassification.Calibrators;
        IEstimator<ITransformer> calibration = calibrator switch
        {
            "Platt" => calibrators.Platt(),
            "Isotonic" => calibrators.Isotonic(),
            _ => calibrators.Naive(),
        };

        // Labels that are not certain, so that there are probabilities between 0 and 1 to be found.
        List<Example> rows = Family.Rows(2000);
        var random = new Random(3);
        rows.ForEach(row => row.Truth = row.Features[0] + random.NextSingle() - 0.5f > 0);
        IDataView data = Family.Data(Kind.Binary, mlContext, rows);
        IEstimator<ITransformer> trainer = Family.Trainer(Family.Thorough(Kind.Binary), mlContext);
        ITransformer chain = trainer.Append(calibration).Fit(data), model = trainer.Fit(data);
        foreach (IDataView scored in new[]
        {
            chain.Transform(data),
            Family.Reloaded(chain, data.Schema).Transform(data),
            calibration.Fit(model.Transform(data)).Transform(model.Transform(data)),
        })
        {
            (float Score, float Probability, bool Label)[] points =
            [
                .. Family.Scores(scored).Zip(scored.GetColumn<float>("Probability"), scored.GetColumn<bool>("Label"))
                    .OrderBy(point => point.First),
            ];
            Assert.IsTrue(points.All(point => point.Probability is >= 0 and <= 1));
            Assert.IsGreaterThan(0.8f, points[^1].Probability);
            Assert.IsLessThan(0.2f, points[0].Probability);

            // The naive calibrator counts labels bin by bin, and the counts of neighbouring bins may go either way.
            if (calibrator != "Naive")
                Assert.IsTrue(points.Zip(points.Skip(1)).All(pair => pair.First.Probability <= pair.Second.Probability));

            // Where it says 30 %, about 30 % are true.
            foreach (var bin in points.Chunk(400))
                Assert.AreEqual(bin.Average(point => point.Label ? 1.0 : 0), bin.Average(point => (double)point.Probability), 0.06);
        }
#else
        Assert.Inconclusive($"Calibrators, {calibrator} among them, are only in the package.");
#endif
    }
}
