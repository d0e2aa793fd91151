using Backprop.Training;
using static Backprop.Tests.Training.Samples;

namespace Backprop.Tests.Training;

/// <summary>A training in a process of its own, which may be killed.</summary>
internal static class TrainingChild
{
    /// <summary>The training, but for its checkpoint.</summary>
    public static MlpClassifierOptions Options { get; } = new() { HiddenLayers = [8], Epochs = 6, LearningRate = 0.02, Dropout = 0.2, Threads = 2 };

    /// <summary>The rows that it trains on.</summary>
    public static DataSet Data { get; } = TwoClasses(150, noise: 0.5);

    /// <summary>Trains, and saves the model.</summary>
    /// <param name="checkpoint">The checkpoint's path.</param>
    /// <param name="model">The model's path.</param>
    /// <param name="lastMiniBatch">Before which minibatch, counted from the start of the process, the process kills itself.</param>
    public static int Run(string checkpoint, string model, int lastMiniBatch)
    {
        int started = 0;
        MlpClassifier.Train(Data, Options with
        {
            CheckpointPath = checkpoint,
            MiniBatchStarting = () =>
            {
                if (++started == lastMiniBatch)
                    System.Diagnostics.Process.GetCurrentProcess().Kill();
            },
        }).Save(model);
        return 0;
    }
}
