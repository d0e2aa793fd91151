using Backprop.Kernels;
using Backprop.Networks;
using Backprop.Training;
using static Backprop.Tests.Training.Samples;

namespace Backprop.Tests.Training;

/// <summary>What validation rows show, and what they cannot.</summary>
[TestClass]
public class ValidationTests
{
    private static readonly MlpRegressorOptions s_options = new() { HiddenLayers = [8], Epochs = 3, LearningRate = 0.02 };

    [TestMethod]
    public void A_target_that_is_constant_in_the_validation_rows_cannot_choose_an_epoch_by_its_metric()
    {
        DataSet data = Values(50, 1, (x, _) => [x[0], x[1]]), validation = Values(7, 2, (x, _) => [x[0], 3]);
        MlpRegressorOptions byMetric = s_options with { Criterion = ValidationCriterion.Metric, TargetNames = ["a", "b"] };
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => MlpRegressor.Train(data, byMetric, validation)).Message;
        StringAssert.StartsWith(message, "Target 'b' is 3 in all 7 validation rows");
        StringAssert.Contains(message, "ValidationCriterion.Loss");
        MlpRegressorOptions oneRow = byMetric with { TargetNames = null, ValidationFraction = 0.1 };
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => MlpRegressor.Train(Line(10), oneRow)).Message,
            "in all 1 validation rows");

        // By the loss it can; there is no metric.
        EpochRecord epoch = MlpRegressor.Train(data, s_options, validation).History.Epochs[0];
        Assert.IsTrue(double.IsNaN(epoch.ValidationMetric!.Value) && double.IsFinite(epoch.ValidationLoss!.Value));
    }

    [TestMethod]
    public void A_validation_loss_that_is_not_finite_ends_the_training()
    {
        DataSet validation = DataSet.FromValues([1e38f, 1e38f, 1, -1], 2, [1, 0]);
        var e = Assert.ThrowsExactly<TrainingDivergedException>(() => MlpRegressor.Train(Line(50), s_options, validation));
        StringAssert.StartsWith(e.Message, "In epoch 1 the validation rows have a loss of ");
        Assert.AreEqual(StopReason.Diverged, e.History.StopReason);
        Assert.IsTrue(double.IsFinite(e.History.Epochs.Single().Loss));
    }

    [TestMethod]
    public void Negative_counts_are_found_in_validation_rows_as_well()
    {
        DataSet data = Values(50, 1, (x, _) => [x[0] > 0 ? 2 : 1]), validation = Values(10, 2, (x, _) => [x[0]]);
        MlpRegressorOptions options = s_options with { Loss = new PoissonLoss() };
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => MlpRegressor.Train(data, options, validation)).Message,
            "in a validation row; with the Poisson loss");
    }

    [TestMethod]
    public void Validation_rows_of_classes_without_weight_are_called_so()
    {
        MlpClassifierOptions options = new() { HiddenLayers = [4], Epochs = 1, ClassWeights = [0, 1] };
        var validation = new DataSet(2, 2);
        validation.Add([1, 2], 0);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => MlpClassifier.Train(TwoClasses(20, 0), options, validation)).Message,
            "All 1 validation rows are of classes whose weight is 0");
    }

    [TestMethod]
    public void Targets_without_a_name_are_called_by_their_number_and_tiny_ones_are_constant()
    {
        DataSet constant = Values(10, 1, (x, _) => [x[0], 5]), tiny = Values(20, 1, (x, _) => [x[0] > 0 ? float.Epsilon : 0]);
        StringAssert.StartsWith(Refusal(constant, s_options with { TargetNames = ["", ""] }), "Target '1' is 5 in all 10 rows");
        StringAssert.StartsWith(Refusal(tiny, s_options), "The target is as good as constant, 0 to 1E-45, in all 20 rows");

        static string Refusal(DataSet data, MlpRegressorOptions options) =>
            Assert.ThrowsExactly<InvalidOperationException>(() => MlpRegressor.Train(data, options)).Message;
    }

    [TestMethod]
    public void A_token_stops_it_within_a_minibatch_of_validation_rows()
    {
        // 640 rows are 10 minibatches of 64. In the second epoch's the token is cancelled at the third: that epoch counts for nothing.
        using var source = new CancellationTokenSource();
        int started = 0;
        MlpRegressor model = MlpRegressor.Train(
            Line(64), s_options with { Cancellation = source.Token, ValidationBatchStarting = () => Cancel() }, Line(640, seed: 2));
        Assert.AreEqual(13, started);
        Assert.AreEqual(StopReason.Cancelled, model.History.StopReason);
        Assert.AreEqual((1, 1), (model.History.Epochs.Count, model.History.BestEpoch));
        CollectionAssert.AreEqual(Parameters(MlpRegressor.Train(Line(64), s_options with { Epochs = 1 })), Parameters(model));

        void Cancel()
        {
            if (++started == 13)
                source.Cancel();
        }
    }

    [TestMethod]
    public void A_stop_at_the_last_minibatch_of_an_epoch_looks_at_no_validation_row()
    {
        int started = 0;
        MlpRegressorOptions options = s_options with { BatchSize = 64, ProgressInterval = 1, Progress = progress => progress.Stop() };
        MlpRegressor model = MlpRegressor.Train(Line(64), options with { ValidationBatchStarting = () => started++ }, Line(640, seed: 2));
        Assert.AreEqual(1, started, "the one that it was stopped before");
        Assert.IsEmpty(model.History.Epochs);
    }

    [TestMethod]
    public void A_token_that_is_cancelled_before_leaves_a_model_without_training_and_a_checkpoint_alone()
    {
        string path = NewPath();
        MlpRegressor.Train(Line(64), s_options with { CheckpointPath = path });
        byte[] kept = File.ReadAllBytes(path);
        MlpRegressorOptions options = s_options with { CheckpointPath = path, Cancellation = new CancellationToken(canceled: true) };
        MlpRegressor model = MlpRegressor.Train(DataSet.FromValues([1, 2], 2, [7]), options);
        Assert.AreEqual((StopReason.Cancelled, 0), (model.History.StopReason, model.History.Epochs.Count));
        Assert.AreEqual(7, model.Predict(0, 0)[0], "its only row's, not yet scaled");
        CollectionAssert.AreEqual(kept, File.ReadAllBytes(path));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [TestMethod]
    public void Validation_reads_its_blocks_once_and_allocates_nothing_for_their_rows()
    {
        // 1,000 minibatches. An evaluation allocates a few small objects, how many depends on what the compiler can do without.
        Assert.IsLessThan(1000, Allocated(new Counted(Line(64_000))));

        static long Allocated(Counted rows)
        {
            var network = new Mlp(new MlpArchitecture(2, [4], 1, ActivationKind.Relu), new SquaredLoss());
            float[] parameters = network.Initialize(new RandomSource(1), InitializerKind.HeUniform);
            network.TargetScale!.Segment!.Of(parameters.AsSpan()).Fill(1);
            using var validation = new MlpValidation(rows, network, parameters, classWeights: null, threads: 1);
            Assert.IsNull(validation.Evaluate(parameters, () => true));
            validation.Evaluate(parameters, () => false);
            (long before, int readings) = (GC.GetAllocatedBytesForCurrentThread(), rows.Readings);
            ValidationResult? result = validation.Evaluate(parameters, () => false);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.IsNotNull(result);
            Assert.AreEqual(readings + 1, rows.Readings);
            return allocated;
        }
    }

    [TestMethod]
    public void Dropout_without_hidden_units_is_refused()
    {
        MlpRegressorOptions options = s_options with { HiddenLayers = [], Dropout = 0.5 };
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => MlpRegressor.Train(Line(10), options)).Message,
            "Dropout is 0.5; it must be 0 where there is no hidden layer");
    }

    /// <summary>Rows that count how often they are read.</summary>
    private sealed class Counted(DataSet data) : IRowBlocks
    {
        public long Skipped => 0;

        private readonly RowSet _rows = new(data);

        public int Readings { get; private set; }

        public int Columns => _rows.Columns;

        public int Classes => _rows.Classes;

        public int Targets => _rows.Targets;

        public bool IsSparse => _rows.IsSparse;

        public bool HasDifferentWeights => _rows.HasDifferentWeights;

        public int LargestBlock => _rows.LargestBlock;

        public TargetStatistics Statistics => _rows.Statistics;

        public IEnumerable<RowSet> ReadBlocks()
        {
            Readings++;
            return _rows.ReadBlocks();
        }
    }
}
