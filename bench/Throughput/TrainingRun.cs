using System.Numerics.Tensors;
using Backprop.Training;

namespace Throughput;

/// <summary>A training by the library, start to end: shuffling, filling minibatches, and the steps.</summary>
/// <param name="Classifier">What was trained.</param>
/// <param name="Loss">The mean cross-entropy of the last epoch's minibatches, without the penalty.</param>
/// <param name="RowsPerSecond">The rate of the best epoch.</param>
/// <param name="BytesPerStep">What a step allocates, in the epoch that allocated the least: compiling may allocate too.</param>
internal sealed record TrainingRun(MlpClassifier Classifier, double Loss, double RowsPerSecond, double BytesPerStep)
{
    /// <summary>The optimizers that the yardstick has.</summary>
    public static readonly string[] Optimizers = ["sgd", "adam"];

    /// <summary>
    /// The yardstick's settings. L2 of 1e-4 there, PyTorch's weight_decay, is lambda of 5e-5 here. With Adam, PyTorch has none
    /// and scikit-learn always some; ours has it, which is more work than none.
    /// </summary>
    public static MlpClassifierOptions Options(NetworkShape shape, string optimizer)
    {
        var options = new MlpClassifierOptions { HiddenLayers = shape.Hidden, BatchSize = shape.Batch };
        return optimizer switch
        {
            "sgd" => options with { LearningRate = 0.01, Momentum = 0.9, L2 = 5e-5 },
            "adam" => options with { Optimizer = OptimizerKind.Adam, LearningRate = 0.001, L2 = 5e-5 },
            _ => throw new ArgumentOutOfRangeException(nameof(optimizer), optimizer, "No such optimizer."),
        };
    }

    /// <summary>Trains, and measures every epoch.</summary>
    public static TrainingRun Of(DataSet data, NetworkShape shape, string optimizer, int threads, int epochs)
    {
        var meter = new AllocationMeter((data.Count + shape.Batch - 1) / shape.Batch);
        MlpClassifierOptions options = Options(shape, optimizer) with
        {
            Threads = threads,
            Epochs = epochs,
            MiniBatchStarting = meter.StepStarts,
        };
        MlpClassifier classifier = MlpClassifier.Train(data, options);
        IReadOnlyList<EpochRecord> records = classifier.History.Epochs;
        double squares = Enumerable.Range(0, classifier.LayerCount).Sum(layer => (double)TensorPrimitives.SumOfSquares(classifier.Weights(layer)));
        return new TrainingRun(
            classifier, records[^1].Loss - (options.L2 * squares), records.Max(epoch => epoch.RowsPerSecond), meter.BytesPerStep);
    }

    /// <summary>The better of two runs of one training.</summary>
    public TrainingRun BetterOf(TrainingRun other) => this with
    {
        RowsPerSecond = Math.Max(RowsPerSecond, other.RowsPerSecond),
        BytesPerStep = Math.Min(BytesPerStep, other.BytesPerStep),
    };

    /// <summary>How many epochs fill a time, at least some.</summary>
    public int EpochsIn(double seconds, int least) =>
        Math.Max(least, (int)Math.Ceiling(seconds / Classifier.History.Epochs.Min(epoch => epoch.Seconds)));

    /// <summary>What the steps of an epoch allocate, from the second to the last: an epoch's own records lie before the first.</summary>
    private sealed class AllocationMeter(int stepsPerEpoch)
    {
        private int _step;
        private long _atSecond;

        public double BytesPerStep { get; private set; } = double.PositiveInfinity;

        public void StepStarts()
        {
            int step = _step++ % stepsPerEpoch;
            if (step == 1)
                _atSecond = GC.GetTotalAllocatedBytes(precise: true);
            else if (step == stepsPerEpoch - 1)
                BytesPerStep = Math.Min(BytesPerStep, (GC.GetTotalAllocatedBytes(precise: true) - _atSecond) / (stepsPerEpoch - 2.0));
        }
    }
}
