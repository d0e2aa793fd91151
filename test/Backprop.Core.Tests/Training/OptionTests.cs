using System.Numerics.Tensors;
using Backprop.Networks;
using Backprop.Optimizers;
using Backprop.Training;
using static Backprop.Tests.Training.Samples;

namespace Backprop.Tests.Training;

/// <summary>Every option does what it says.</summary>
[TestClass]
public class OptionTests
{
    private static readonly MlpRegressorOptions s_quick = new() { HiddenLayers = [16], Epochs = 20, LearningRate = 0.02 };

    [TestMethod]
    public void Every_activation_every_initializer_and_every_optimizer_learns()
    {
        DataSet data = Line(400);
        foreach (ActivationKind activation in Enum.GetValues<ActivationKind>())
            AssertLearns(s_quick with { Activation = activation });
        foreach (InitializerKind initializer in Enum.GetValues<InitializerKind>())
            AssertLearns(s_quick with { Initializer = initializer });
        foreach (OptimizerKind optimizer in Enum.GetValues<OptimizerKind>())
            AssertLearns(s_quick with { Optimizer = optimizer, LearningRate = optimizer == OptimizerKind.Sgd ? 0.02 : 0.005 });
        AssertLearns(s_quick with { Nesterov = true });

        void AssertLearns(MlpRegressorOptions options)
        {
            IReadOnlyList<EpochRecord> epochs = MlpRegressor.Train(data, options, validation: Line(200, seed: 2)).History.Epochs;
            Assert.IsGreaterThan(0.95, epochs[^1].ValidationMetric!.Value, $"{options.Activation}, {options.Initializer}, {options.Optimizer}");
        }
    }

    [TestMethod]
    public void Options_of_an_optimizer_change_its_steps()
    {
        DataSet data = Line(100);
        MlpRegressorOptions[] different =
        [
            s_quick, s_quick with { Momentum = 0.5 }, s_quick with { Nesterov = true }, s_quick with { LearningRate = 0.01 },
            s_quick with { Optimizer = OptimizerKind.Adam }, s_quick with { Optimizer = OptimizerKind.Adam, Beta1 = 0.5 },
            s_quick with { Optimizer = OptimizerKind.Adam, Beta2 = 0.9 }, s_quick with { Optimizer = OptimizerKind.Adam, Epsilon = 0.1 },
            s_quick with { Optimizer = OptimizerKind.AdamW, WeightDecay = 0.5 }, s_quick with { Optimizer = OptimizerKind.RmsProp },
            s_quick with { Optimizer = OptimizerKind.RmsProp, Rho = 0.5 }, s_quick with { Optimizer = OptimizerKind.Lbfgs },
            s_quick with { Seed = 1 }, s_quick with { Shuffle = false }, s_quick with { BatchSize = 10 }, s_quick with { BatchSize = null },
        ];
        int kinds = different.Select(options => string.Join(' ', Parameters(MlpRegressor.Train(data, options)))).Distinct().Count();
        Assert.AreEqual(different.Length, kinds);
    }

    [TestMethod]
    public void A_batch_size_of_null_is_200_rows_or_all()
    {
        DataSet many = Line(450), few = Line(50);
        CollectionAssert.AreEqual(
            Parameters(MlpRegressor.Train(many, s_quick with { BatchSize = 200 })),
            Parameters(MlpRegressor.Train(many, s_quick with { BatchSize = null })));
        CollectionAssert.AreEqual(
            Parameters(MlpRegressor.Train(few, s_quick with { BatchSize = 50 })),
            Parameters(MlpRegressor.Train(few, s_quick with { BatchSize = null })));
    }

    [TestMethod]
    public void More_of_either_penalty_makes_weights_smaller_and_l1_makes_more_of_them_vanish()
    {
        DataSet data = Line(400);
        double[] squares = [.. new[] { 0, 1e-3, 1e-2 }.Select(l2 => Sum(s_quick with { L2 = l2 }, w => w * w))];
        double[] sizes = [.. new[] { 0, 1e-3, 1e-2 }.Select(l1 => Sum(s_quick with { L2 = 0, L1 = l1 }, Math.Abs))];
        Assert.IsTrue(squares[0] > squares[1] && squares[1] > squares[2], string.Join(' ', squares));
        Assert.IsTrue(sizes[0] > sizes[1] && sizes[1] > sizes[2], string.Join(' ', sizes));
        Assert.IsGreaterThan(Sum(s_quick with { L2 = 1e-2 }, Vanishes), Sum(s_quick with { L2 = 0, L1 = 1e-2 }, Vanishes));

        double Sum(MlpRegressorOptions options, Func<double, double> of)
        {
            MlpRegressor model = MlpRegressor.Train(data, options);
            return model.Weights(0).ToArray().Concat(model.Weights(1).ToArray()).Sum(w => of(w));
        }

        static double Vanishes(double weight) => Math.Abs(weight) < 1e-2 ? 1 : 0;
    }

    [TestMethod]
    public void Dropout_trains_to_the_same_bits_each_time_and_predicts_without_chance()
    {
        DataSet data = Line(300);
        MlpRegressorOptions half = s_quick with { Dropout = 0.5 };
        MlpRegressor one = MlpRegressor.Train(data, half), two = MlpRegressor.Train(data, half with { Threads = 3 });
        CollectionAssert.AreEqual(Parameters(one), Parameters(two));
        CollectionAssert.AreNotEqual(Parameters(one), Parameters(MlpRegressor.Train(data, s_quick)));
        Assert.AreEqual(one.Predict(0.5f, 0.5f)[0], one.Predict(0.5f, 0.5f)[0]);
        Assert.AreEqual(100.5, one.Predict(0.5f, 0.5f)[0], 1);

        // The noise costs training loss.
        Assert.IsGreaterThan(MlpRegressor.Train(data, s_quick).History.Epochs[^1].Loss * 1.5, one.History.Epochs[^1].Loss);
    }

    [TestMethod]
    public void Label_smoothing_makes_predictions_less_sure()
    {
        DataSet data = TwoClasses(300, noise: 0);
        var options = new MlpClassifierOptions { Epochs = 150, LearningRate = 0.05 };
        int[] positives = [.. Enumerable.Range(0, data.Count).Where(row => data.Label(row) == 1)];
        MlpClassifier sure = MlpClassifier.Train(data, options);
        Assert.IsGreaterThan(0.96, positives.Average(row => sure.PredictProbabilities(Features(data, row))[1]));
        foreach (double smoothing in new[] { 0.1, 0.4 })
        {
            MlpClassifierOptions smoothed = options with { LabelSmoothing = smoothing };
            MlpClassifier several = MlpClassifier.Train(data, smoothed);
            MlpBinaryClassifier binary = MlpBinaryClassifier.Train(data, smoothed);
            Assert.AreEqual(1 - (smoothing / 2), positives.Average(row => several.PredictProbabilities(Features(data, row))[1]), 0.03);
            Assert.AreEqual(1 - (smoothing / 2), positives.Average(row => binary.PredictProbability(Features(data, row))), 0.03);
        }
    }

    [TestMethod]
    public void Class_weights_move_the_recall_and_balanced_is_the_weights_that_it_stands_for()
    {
        DataSet data = TwoClasses(600, noise: 1, oneIn: 10);
        int positives = Enumerable.Range(0, data.Count).Count(row => data.Label(row) == 1);
        var options = new MlpClassifierOptions { Epochs = 20 };
        double plain = Recall(MlpBinaryClassifier.Train(data, options));
        double weighted = Recall(MlpBinaryClassifier.Train(data, options with { ClassWeights = [1, 10] }));
        Assert.IsGreaterThan(plain + 0.3, weighted);

        double negatives = data.Count - positives;
        MlpClassifier balanced = MlpClassifier.Train(data, options with { BalanceClasses = true });
        MlpClassifier given = MlpClassifier.Train(
            data, options with { ClassWeights = [data.Count / (2 * negatives), data.Count / (2.0 * positives)] });
        CollectionAssert.AreEqual(Parameters(given), Parameters(balanced));

        double Recall(MlpBinaryClassifier model) => Enumerable.Range(0, data.Count)
            .Where(row => data.Label(row) == 1).Average(row => model.Predict(Features(data, row)) ? 1.0 : 0);
    }

    [TestMethod]
    public void A_clipped_gradient_is_as_long_as_the_limit_and_no_longer()
    {
        // One step of plain SGD: what the parameters move by is the rate times the gradient.
        DataSet data = Line(64);
        MlpRegressorOptions options = s_quick with { Epochs = 1, BatchSize = 64, Momentum = 0, LearningRate = 0.5, L2 = 0 };
        float[] start = Parameters(MlpRegressor.Train(data, options with { LearningRate = 1e-30 }));
        EpochRecord free = Move(null, out double freeMove), clipped = Move(0.01, out double clippedMove);
        Assert.AreEqual(0.5 * free.GradientNorm, freeMove, 1e-4);
        Assert.AreEqual(0.5 * 0.01, clippedMove, 1e-6);
        Assert.AreEqual(free.GradientNorm, clipped.GradientNorm, "the norm is that before clipping");
        Move(1000, out double loose);
        Assert.AreEqual(freeMove, loose);

        EpochRecord Move(double? limit, out double length)
        {
            MlpRegressor model = MlpRegressor.Train(data, options with { GradientClipping = limit });
            length = TensorPrimitives.Distance<float>(start, Parameters(model));
            return model.History.Epochs[0];
        }
    }

    [TestMethod]
    public void A_schedule_sets_the_rate_of_each_step_and_the_plateau_lowers_it()
    {
        DataSet data = Line(100);
        IReadOnlyList<EpochRecord> step = MlpRegressor.Train(
            data, s_quick with { Epochs = 5, Schedule = new StepSchedule(epochsPerStep: 2, decay: 0.5) }).History.Epochs;
        CollectionAssert.AreEqual(new[] { 0.02, 0.02, 0.01, 0.01, 0.005 }, step.Select(epoch => epoch.LearningRate).ToArray());

        MlpRegressorOptions noise = s_quick with { Epochs = 30, LearningRate = 0.05, Schedule = new PlateauSchedule(decay: 0.5, patience: 2) };
        double[] rates = [.. MlpRegressor.Train(Line(100, noise: 10), noise).History.Epochs.Select(epoch => epoch.LearningRate)];
        Assert.AreEqual(0.05, rates[0]);
        Assert.IsLessThan(0.05, rates[^1]);

        LearningRateSchedule[] schedules = [new CosineSchedule(warmUpEpochs: 1), new OneCycleSchedule(), new InverseScalingSchedule()];
        foreach (LearningRateSchedule schedule in schedules)
        {
            MlpRegressor model = MlpRegressor.Train(data, s_quick with { Schedule = schedule });
            Assert.IsLessThan(0.02, model.History.Epochs[^1].LearningRate, $"{schedule}");
            Assert.AreEqual(100.5, model.Predict(0.5f, 0.5f)[0], 0.7, $"{schedule}");
        }
    }

    [TestMethod]
    public void A_schedule_that_stands_still_within_epochs_is_asked_once_in_each()
    {
        var schedule = new Counting(ChangesWithinEpochs: false);
        MlpRegressor.Train(Line(100), s_quick with { Epochs = 3, BatchSize = 10, Schedule = schedule });
        CollectionAssert.AreEqual(new[] { (0.0, 0.1), (1.0, 1.1), (2.0, 2.1) }, schedule.Steps);
        schedule = new Counting(ChangesWithinEpochs: true);
        MlpRegressor.Train(Line(100), s_quick with { Epochs = 3, BatchSize = 30, Schedule = schedule });
        Assert.HasCount(12, schedule.Steps);
        Assert.AreEqual((2.9, 3.0), schedule.Steps[^1], "the last minibatch has the ten rows that are left");
    }

    internal static float[] Features(DataSet data, int row)
    {
        var features = new float[data.Columns];
        data.CopyRow(row, features);
        return features;
    }

    /// <summary>Takes note of every step that it is asked for.</summary>
    private sealed record Counting(bool ChangesWithinEpochs) : LearningRateSchedule
    {
        public override bool ChangesWithinEpochs { get; } = ChangesWithinEpochs;

        public List<(double Start, double End)> Steps { get; } = [];

        public override double Factor(double start, double end, int epochs, IReadOnlyList<double> losses)
        {
            Steps.Add((start, end));
            return 1;
        }
    }
}
