using Backprop.Optimizers;
using Backprop.Training;
using static Backprop.Tests.Training.Samples;

namespace Backprop.Tests.Training;

/// <summary>When training ends, and with what.</summary>
[TestClass]
public class StoppingTests
{
    // Few noisy rows and a large network: it soon fits the noise.
    private static readonly DataSet s_data = TwoClasses(60, noise: 1), s_validation = TwoClasses(300, noise: 1, seed: 2);
    private static readonly MlpClassifierOptions s_options = new() { HiddenLayers = [64], LearningRate = 0.1, Epochs = 60, L2 = 0 };

    [TestMethod]
    [DataRow(ValidationCriterion.Loss)]
    [DataRow(ValidationCriterion.Metric)]
    public void Early_stopping_ends_it_after_the_patience_and_returns_the_best_epochs_weights(ValidationCriterion criterion)
    {
        MlpClassifierOptions options = s_options with { EarlyStopping = true, Patience = 5, Criterion = criterion };
        MlpClassifier model = MlpClassifier.Train(s_data, options, s_validation);
        TrainingHistory history = model.History;
        Assert.AreEqual(StopReason.EarlyStopping, history.StopReason);
        Assert.IsLessThan(60, history.Epochs.Count);
        double Value(EpochRecord epoch) => criterion == ValidationCriterion.Loss ? epoch.ValidationLoss!.Value : -epoch.ValidationMetric!.Value;
        Assert.AreEqual(history.Epochs.Min(Value), Value(history.Epochs[history.BestEpoch - 1]));
        Assert.IsLessThan(history.Epochs.Count, history.BestEpoch);

        // The weights are those that as many epochs make.
        MlpClassifier short1 = MlpClassifier.Train(s_data, s_options with { Epochs = history.BestEpoch });
        CollectionAssert.AreEqual(Parameters(short1), Parameters(model));

        // The metric is the accuracy, by hand.
        double accuracy = Enumerable.Range(0, s_validation.Count)
            .Average(row => model.Predict(OptionTests.Features(s_validation, row)) == s_validation.Label(row) ? 1.0 : 0);
        Assert.AreEqual(accuracy, history.Epochs[history.BestEpoch - 1].ValidationMetric!.Value, 1e-9);
    }

    [TestMethod]
    public void The_validation_loss_is_the_mean_loss_of_its_rows_without_penalties_and_dropout()
    {
        MlpClassifier model = MlpClassifier.Train(
            s_data, s_options with { Epochs = 3, L2 = 0.1, Dropout = 0.3, Criterion = ValidationCriterion.Loss }, s_validation);
        double loss = Enumerable.Range(0, s_validation.Count)
            .Average(row => -Math.Log(model.PredictProbabilities(OptionTests.Features(s_validation, row))[s_validation.Label(row)]));
        Assert.AreEqual(loss, model.History.Epochs[model.History.BestEpoch - 1].ValidationLoss!.Value, 1e-5);
    }

    [TestMethod]
    public void A_fraction_is_held_out_of_each_class_alike()
    {
        (RowSet left, RowSet heldOut) = RowSet.HoldOut(TwoClasses(1000, noise: 1, oneIn: 10), 0.1, seed: 3);
        Assert.AreEqual(1000, left.Count + heldOut.Count);
        Assert.AreEqual(100, heldOut.Count, 1);
        double share = left.Statistics.WeightOf(1) / left.Count;
        Assert.AreEqual(share, heldOut.Statistics.WeightOf(1) / heldOut.Count, 0.01);

        MlpClassifier model = MlpClassifier.Train(s_data, s_options with { ValidationFraction = 0.2, Epochs = 2 });
        Assert.IsNotNull(model.History.Epochs[0].ValidationLoss);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(
                () => MlpClassifier.Train(DataSet.FromRows([1, 2], 1, [0, 1]), s_options with { ValidationFraction = 0.1 })).Message,
            "holds out none");
    }

    [TestMethod]
    [DataRow(0.5, 100, 100)]
    [DataRow(0.1, 500, 40)]
    public void Classes_of_one_row_take_no_more_than_its_part_from_a_large_one(double fraction, int singletons, int rows)
    {
        var data = new DataSet(1, singletons + 1);
        for (int row = 0; row < singletons + rows; row++)
            data.Add([row], Math.Min(row, singletons));
        (RowSet left, RowSet heldOut) = RowSet.HoldOut(data, fraction, seed: 1);
        Assert.AreEqual(rows * fraction, heldOut.Count);
        Assert.AreEqual(heldOut.Count, heldOut.Statistics.WeightOf(singletons), "of the large class alone");
        Assert.AreEqual(singletons + rows, left.Count + heldOut.Count);
    }

    [TestMethod]
    public void Of_many_small_classes_the_fraction_is_held_out_of_all_together()
    {
        // Before 300 classes of three rows, 300 of one, which can give none.
        var data = new DataSet(1, 600);
        for (int row = 0; row < 1200; row++)
            data.Add([row], row < 300 ? row : 200 + (row / 3));
        RowSet heldOut = RowSet.HoldOut(data, 0.1, seed: 1).HeldOut;
        Assert.AreEqual(90, heldOut.Count, 1);
        Assert.AreEqual(1, Enumerable.Range(0, 600).Max(heldOut.Statistics.WeightOf));
    }

    [TestMethod]
    public void Holding_out_takes_little_more_memory_than_the_numbers_of_the_rows()
    {
        const int rows = 200_000;
        DataSet data = TwoClasses(rows, noise: 1);
        RowSet.HoldOut(data, 0.3, seed: 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        RowSet.HoldOut(data, 0.3, seed: 2);
        Assert.IsLessThan(rows * sizeof(int) + 10_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(1)]
    [DataRow(0)]
    [DataRow(double.NaN)]
    public void A_fraction_out_of_its_range_is_named(double fraction) => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => RowSet.HoldOut(s_data, fraction, seed: 1)).Message,
        "it must be above 0 and below 1");

    [TestMethod]
    public void Training_converges_where_the_loss_stands_still()
    {
        // Labels by chance: after a few epochs there is nothing to be gained.
        MlpClassifier model = MlpClassifier.Train(s_data, s_options with { HiddenLayers = [], Tolerance = 1e-3, Patience = 3, Epochs = 500 });
        Assert.AreEqual(StopReason.Converged, model.History.StopReason);
        Assert.IsLessThan(200, model.History.Epochs.Count);
    }

    [TestMethod]
    public void A_callback_stops_it_within_a_minibatch_with_the_best_so_far()
    {
        int calls = 0, started = 0;
        MlpClassifier model = MlpClassifier.Train(s_data, s_options with
        {
            BatchSize = 10,
            ProgressInterval = 1,
            MiniBatchStarting = () => started++,
            Progress = progress =>
            {
                if (progress.EpochEnded is not null)
                    return;
                Assert.AreEqual(60, progress.RowsPerEpoch);
                Assert.AreEqual(60, progress.Epochs);
                Assert.IsTrue(progress.Remaining > TimeSpan.Zero && progress.Elapsed > TimeSpan.Zero && progress.Loss > 0);
                Assert.AreEqual((++calls - 1) % 6 * 10 + 10, progress.Rows);
                if (calls == 20)
                    progress.Stop();
            },
        });
        Assert.AreEqual(20, calls);
        Assert.AreEqual(21, started, "the one that it was stopped before");
        Assert.AreEqual(StopReason.Cancelled, model.History.StopReason);
        Assert.HasCount(3, model.History.Epochs);
    }

    [TestMethod]
    public void Who_stops_it_in_the_last_epochs_callback_has_had_them_all()
    {
        MlpClassifier model = MlpClassifier.Train(s_data, s_options with { Epochs = 3, Progress = Stop });
        Assert.AreEqual((StopReason.EpochsCompleted, 3), (model.History.StopReason, model.History.Epochs.Count));

        static void Stop(TrainingProgress progress)
        {
            if (progress.Epoch == 3)
                progress.Stop();
        }
    }

    [TestMethod]
    public void Progress_within_an_epoch_and_at_its_end_tells_what_there_is_to_tell()
    {
        var within = new List<(int Epoch, double Rate, double Norm, double? Loss, double? Metric, double Speed)>();
        MlpClassifier model = MlpClassifier.Train(s_data, s_options with
        {
            Epochs = 3,
            BatchSize = 10,
            Schedule = new StepSchedule(1, 0.5),
            ProgressInterval = 2,
            Progress = progress =>
            {
                within.Add((
                    progress.EpochEnded is null ? progress.Epoch : -progress.Epoch, progress.LearningRate, progress.GradientNorm,
                    progress.ValidationLoss, progress.ValidationMetric, progress.RowsPerSecond));
                if (progress.EpochEnded is { } epoch)
                {
                    Assert.AreEqual(
                        (epoch.Loss, epoch.LearningRate, epoch.GradientNorm, epoch.RowsPerSecond),
                        (progress.Loss, progress.LearningRate, progress.GradientNorm, progress.RowsPerSecond));
                    Assert.AreEqual((epoch.ValidationLoss, epoch.ValidationMetric), (progress.ValidationLoss, progress.ValidationMetric));
                }
            },
        }, s_validation);
        IReadOnlyList<EpochRecord> epochs = model.History.Epochs;
        CollectionAssert.AreEqual(new[] { 1, 1, 1, -1, 2, 2, 2, -2, 3, 3, 3, -3 }, within.Select(call => call.Epoch).ToArray());
        foreach ((int epoch, double rate, double norm, double? loss, double? metric, double speed) in within.Where(call => call.Epoch > 0))
        {
            Assert.AreEqual(0.1 * Math.Pow(0.5, epoch - 1), rate, 1e-15);
            Assert.IsTrue(norm > 0 && speed > 0 && double.IsFinite(norm) && double.IsFinite(speed));
            EpochRecord? before = epoch == 1 ? null : epochs[epoch - 2];
            Assert.AreEqual((before?.ValidationLoss, before?.ValidationMetric), (loss, metric));
        }
    }

    [TestMethod]
    public void Lbfgs_tells_its_progress_within_each_pass_over_the_rows()
    {
        var rows = new List<long>();
        MlpClassifier.Train(TwoClasses(1000, noise: 1), s_options with
        {
            Optimizer = OptimizerKind.Lbfgs,
            Epochs = 3,
            ProgressInterval = 1,
            Progress = progress =>
            {
                if (progress.EpochEnded is null)
                    rows.Add(progress.Rows);
                Assert.IsGreaterThan(0, progress.Loss);
                Assert.IsTrue(progress.EpochEnded is null || progress.Rows == 1000);
            },
        });
        Assert.IsGreaterThanOrEqualTo(4 * 4, rows.Count, "the start and three iterations, each in four parts or more");
        for (int i = 0; i < rows.Count; i++)
            Assert.AreEqual(new[] { 256L, 512, 768, 1000 }[i % 4], rows[i]);
    }

    [TestMethod]
    public void A_loss_that_is_not_finite_ends_it_at_that_minibatch()
    {
        int started = 0;
        MlpRegressorOptions wild = new() { HiddenLayers = [], LearningRate = 1e20, BatchSize = 1, MiniBatchStarting = () => started++ };
        TrainingDivergedException diverged = Assert.ThrowsExactly<TrainingDivergedException>(() => MlpRegressor.Train(Line(1000), wild));
        Assert.IsLessThan(10, started);
        StringAssert.StartsWith(
            diverged.Message, "Training diverged in epoch 1: the loss is not finite any more. Try a smaller learning rate (it is 1E+20)");
        Assert.AreEqual((1, StopReason.Diverged), (diverged.History.Epochs.Count, diverged.History.StopReason));
    }

    [TestMethod]
    public void Lbfgs_that_diverges_is_not_told_of_a_learning_rate_that_it_does_not_have()
    {
        DataSet huge = Values(50, seed: 1, (x, random) =>
        {
            x[0] *= 1e38f;
            return [(float)random.NextNormal()];
        });
        string message = Assert.ThrowsExactly<TrainingDivergedException>(
            () => MlpRegressor.Train(huge, new() { Optimizer = OptimizerKind.Lbfgs })).Message;
        StringAssert.Contains(message, "L-BFGS chooses its steps by itself");
        Assert.DoesNotContain("learning rate", message);
    }

    [TestMethod]
    public void A_token_stops_it_and_validation_gives_back_the_best_epoch()
    {
        using var source = new CancellationTokenSource();
        MlpClassifier model = MlpClassifier.Train(
            s_data,
            s_options with { Cancellation = source.Token, Progress = progress => { if (progress.Epoch == 40) source.Cancel(); } },
            s_validation);
        Assert.AreEqual(StopReason.Cancelled, model.History.StopReason);
        Assert.HasCount(40, model.History.Epochs);
        CollectionAssert.AreEqual(Parameters(MlpClassifier.Train(s_data, s_options with { Epochs = model.History.BestEpoch })), Parameters(model));
    }

    [TestMethod]
    public void History_survives_save_and_load_to_the_bit()
    {
        MlpClassifier model = MlpClassifier.Train(s_data, s_options with { Epochs = 4, EarlyStopping = true, Patience = 2 }, s_validation);
        using var stream = new MemoryStream();
        model.Save(stream);
        stream.Position = 0;
        TrainingHistory loaded = MlpClassifier.Load(stream).History;
        CollectionAssert.AreEqual(model.History.Epochs.ToArray(), loaded.Epochs.ToArray());
        Assert.AreEqual((model.History.StopReason, model.History.BestEpoch), (loaded.StopReason, loaded.BestEpoch));
        Assert.IsTrue(loaded.Epochs.All(epoch => epoch.GradientNorm > 0 && epoch.LearningRate == 0.1));
    }

    [TestMethod]
    public void Options_that_contradict_each_other_are_named()
    {
        Assert.ThrowsExactly<ArgumentException>(() => MlpClassifier.Train(s_data, s_options with { EarlyStopping = true }));
        Assert.ThrowsExactly<ArgumentException>(() => MlpClassifier.Train(s_data, s_options with { ValidationFraction = 0.1 }, s_validation));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => MlpClassifier.Train(s_data, s_options, new DataSet(3, 2))).Message, "0 rows of 3 features");
        MlpClassifierOptions[] wrong =
        [
            s_options with { Nesterov = true, Momentum = 0 }, s_options with { BalanceClasses = true, ClassWeights = [1, 1] },
            s_options with { ClassWeights = [1, 1, 1] }, s_options with { ClassWeights = [0, 0] }, s_options with { ClassWeights = [1, -1] },
            s_options with { Optimizer = OptimizerKind.Lbfgs, Dropout = 0.1 },
            s_options with { Optimizer = OptimizerKind.Lbfgs, GradientClipping = 1 },
            s_options with { Optimizer = OptimizerKind.Lbfgs, Schedule = new CosineSchedule() },
            s_options with { Dropout = 1 }, s_options with { Dropout = -0.1 }, s_options with { L1 = -1 }, s_options with { LabelSmoothing = 1 },
            s_options with { ValidationFraction = 1 }, s_options with { Patience = 0 }, s_options with { MinimumImprovement = -1 },
            s_options with { Tolerance = -1 }, s_options with { GradientClipping = 0 }, s_options with { ProgressInterval = 0 },
            s_options with { CheckpointInterval = 0 }, s_options with { CheckpointPath = " " },
            s_options with { Rho = 1 }, s_options with { Schedule = null! },
            s_options with { Activation = (Backprop.Networks.ActivationKind)99 },
            s_options with { Initializer = (Backprop.Networks.InitializerKind)(-1) },
        ];
        foreach (MlpClassifierOptions options in wrong)
        {
            StringAssert.Contains(
                Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => MlpClassifier.Train(s_data, options), $"{options}").Message, "it must be");
        }
    }

    [TestMethod]
    public void Weights_that_leave_nothing_to_go_by_are_an_error()
    {
        DataSet positives = DataSet.FromRows([1, 2, 3], 1, [1, 1, 1]);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => MlpClassifier.Train(positives, s_options with { ClassWeights = [1, 0] })).Message,
            "All 3 rows are of classes whose weight is 0");
    }
}
