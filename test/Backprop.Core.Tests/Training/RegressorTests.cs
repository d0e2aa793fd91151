using Backprop.Networks;
using Backprop.Optimizers;
using Backprop.Training;
using static Backprop.Tests.Training.Samples;

namespace Backprop.Tests.Training;

[TestClass]
public class RegressorTests
{
    private static readonly MlpRegressorOptions s_options = new() { HiddenLayers = [16], Epochs = 40, LearningRate = 0.02, L2 = 0 };

    [TestMethod]
    public void Targets_are_learned_in_any_unit()
    {
        // The same rows in units of 1 and of 1e6, far from 0: but for rounding the same model.
        DataSet small = Values(200, 3, (x, _) => [x[0]]), large = Values(200, 3, (x, _) => [(1e6f * x[0]) + 4e6f]);
        MlpRegressor one = MlpRegressor.Train(small, s_options), other = MlpRegressor.Train(large, s_options);
        for (float x = -0.9f; x < 1; x += 0.3f)
        {
            Assert.AreEqual(x, one.Predict(x, 0)[0], 0.05);
            Assert.AreEqual((1e6 * one.Predict(x, 0)[0]) + 4e6, other.Predict(x, 0)[0], 2e4);
        }

        Assert.AreEqual(1e6 * one.TargetScale[0], other.TargetScale[0], 10);
    }

    [TestMethod]
    public void Each_loss_predicts_what_it_is_for()
    {
        // The target is 10 x0 + 20 plus a draw of the exponential distribution of mean 5: its median is 5 log 2, its 0.9 quantile 5 log 10.
        DataSet data = Values(4000, 5, (x, random) => [(float)((10 * x[0]) + 20 - (5 * Math.Log(1 - random.NextDouble())))]);
        AssertOffset(5, new SquaredLoss());
        AssertOffset(5 * Math.Log(2), new AbsoluteLoss());
        AssertOffset(5 * Math.Log(2), new QuantileLoss());
        AssertOffset(5 * Math.Log(10), new QuantileLoss(0.9));
        AssertOffset(5 * Math.Log(10.0 / 9), new QuantileLoss(0.1));
        AssertOffset(5 * Math.Log(2), new HuberLoss(0.01)); // Nearly the absolute error.
        AssertOffset(5, new HuberLoss(100)); // The squared error.

        void AssertOffset(double expected, MlpLoss loss)
        {
            MlpRegressor model = MlpRegressor.Train(
                data, s_options with { Loss = loss, Epochs = 30, BatchSize = 100, LearningRate = 0.01, Schedule = new CosineSchedule() });
            double[] points = [-0.8, -0.4, 0, 0.4, 0.8];
            double mean = points.Average(x => model.Predict((float)x, 0)[0] - (10 * x) - 20);
            Assert.AreEqual(expected, mean, 0.6, $"{loss}");
        }
    }

    [TestMethod]
    public void Counts_are_learned_by_their_rate()
    {
        // Poisson counts of mean exp(2 + x0), drawn by Knuth's product of evenly distributed numbers.
        DataSet data = Values(4000, 6, (x, random) =>
        {
            double limit = Math.Exp(-Math.Exp(2 + x[0])), product = random.NextDouble();
            int count = 0;
            for (; product > limit; count++)
                product *= random.NextDouble();
            return [count];
        });
        MlpRegressor model = MlpRegressor.Train(data, s_options with { Loss = new PoissonLoss(), Epochs = 20 });
        for (float x = -0.8f; x < 1; x += 0.4f)
            Assert.AreEqual(Math.Exp(2 + x), model.Predict(x, 0)[0], 0.12 * Math.Exp(2 + x));
        Assert.AreEqual(0, model.TargetOffset[0]);
    }

    [TestMethod]
    public void Several_targets_of_different_units_are_learned_together()
    {
        DataSet data = Values(500, 7, (x, _) => [x[0], (1000 * x[1]) + 5000, x[0] * x[1]]);
        MlpRegressor model = MlpRegressor.Train(data, s_options with { TargetNames = ["a", "b", "c"], Epochs = 200 });
        float[] predicted = model.Predict(0.5f, -0.5f);
        Assert.AreEqual(0.5, predicted[0], 0.05);
        Assert.AreEqual(4500, predicted[1], 50);
        Assert.AreEqual(-0.25, predicted[2], 0.05);

        using var stream = new MemoryStream();
        model.Save(stream);
        stream.Position = 0;
        MlpRegressor loaded = MlpRegressor.Load(stream);
        CollectionAssert.AreEqual(predicted, loaded.Predict(0.5f, -0.5f));
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, loaded.TargetNames!.ToArray());
        Assert.AreEqual(model.Loss, loaded.Loss);
    }

    [TestMethod]
    public void Lbfgs_finds_the_least_squares_of_a_linear_model()
    {
        // y = 3 x0 - 2 x1 + 100 without noise: no hidden layer, so the minimum is exact.
        DataSet data = Line(300, noise: 0);
        MlpRegressor model = MlpRegressor.Train(data, new() { HiddenLayers = [], Optimizer = OptimizerKind.Lbfgs, Epochs = 100, L2 = 0 });
        Assert.AreEqual(StopReason.Converged, model.History.StopReason);
        Assert.IsLessThan(30, model.History.Epochs.Count);
        Assert.AreEqual(100, model.Predict(0, 0)[0], 1e-3);
        Assert.AreEqual(103, model.Predict(1, 0)[0], 1e-3);
        Assert.AreEqual(98, model.Predict(0, 1)[0], 1e-3);
    }

    [TestMethod]
    public void Targets_that_cannot_be_learned_are_named()
    {
        DataSet constant = Values(10, 1, (x, _) => [x[0], 3.5f]);
        string message = Assert.ThrowsExactly<InvalidOperationException>(
            () => MlpRegressor.Train(constant, s_options with { TargetNames = ["price", "size"] })).Message;
        StringAssert.StartsWith(message, "Target 'size' is 3.5 in all 10 rows");
        DataSet negative = Values(10, 1, (x, _) => [x[0]]);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(
                () => MlpRegressor.Train(negative, s_options with { Loss = new PoissonLoss() })).Message, "0 or more");
        StringAssert.StartsWith(
            Assert.ThrowsExactly<InvalidOperationException>(() => MlpRegressor.Train(DataSet.FromValues([1, 2], 2, [7]), s_options)).Message,
            "The target is 7 in all 1 rows");
        Assert.ThrowsExactly<ArgumentException>(() => MlpRegressor.Train(TwoClasses(10, 0), s_options));
        Assert.ThrowsExactly<ArgumentException>(() => DataSet.FromValues([1, 2], 2, [float.NaN]));
    }

    [TestMethod]
    public void A_model_of_another_kind_is_refused()
    {
        using var stream = new MemoryStream();
        MlpRegressor.Train(Line(50), s_options with { Epochs = 1 }).Save(stream);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => MlpClassifier.Load(new MemoryStream(stream.ToArray()))).Message,
            "no classifier of several classes");
        Assert.ThrowsExactly<InvalidDataException>(() => MlpBinaryClassifier.Load(new MemoryStream(stream.ToArray())));
    }
}
