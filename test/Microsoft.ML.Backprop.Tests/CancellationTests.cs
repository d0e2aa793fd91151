using System.Reflection;
using Backprop.Training;

namespace Microsoft.ML.Backprop.Tests;

[TestClass]
public class CancellationTests
{
    /// <summary>All kinds, trained by minibatches, by L-BFGS, and on rows that are read anew in each pass.</summary>
    public static IEnumerable<object[]> Trainings =>
        from kind in Enum.GetValues<Kind>()
        from way in new[] { OptimizerKind.Sgd, OptimizerKind.Lbfgs }
        from streams in new[] { false, true }
        select new object[] { kind, way, streams };

    [TestMethod]
    [DynamicData(nameof(Trainings))]
    public void Cancelling_the_contexts_execution_ends_a_training_as_ml_net_does(Kind kind, OptimizerKind optimizer, bool streams)
    {
        var mlContext = new MLContext(seed: 1);
        int epochs = 0;
        mlContext.Log += (_, e) =>
        {
            if (e.RawMessage.StartsWith("Epoch", StringComparison.Ordinal) && ++epochs == 3)
                Cancel(mlContext);
        };
        BackpropMlpOptions options = Family.Options(kind);
        (options.Optimizer, options.NumberOfIterations, options.MemoryBudget) = (optimizer, 20, streams ? 1 : null);
        (options.HiddenLayers, options.LearningRate) = ([16], 0.001);
        IDataView data = streams ? Family.WideData(kind, mlContext, Family.Rows(3000)) : Family.Data(kind, mlContext);
        IEstimator<ITransformer> trainer = Family.Trainer(options, mlContext);
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(data));
        Assert.AreEqual(3, epochs);
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void Cancelling_within_a_pass_ends_it_before_the_next_minibatch(Kind kind)
    {
        var mlContext = new MLContext(seed: 1);
        int calls = 0;
        BackpropMlpOptions options = Family.Options(kind);
        options.ProgressInterval = 1;
        options.Progress = progress =>
        {
            if (++calls == 5)
                Cancel(mlContext);
        };
        IEstimator<ITransformer> trainer = Family.Trainer(options, mlContext);
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(Family.Data(kind, mlContext)));
        Assert.AreEqual(5, calls);
    }

    [TestMethod]
    [DynamicData(nameof(Trainings))]
    public void Cancelling_while_rows_are_read_ends_it_soon(Kind kind, OptimizerKind optimizer, bool streams)
    {
        // ML.NET reads some thousand rows ahead. Streamed, row 20,000 is one of the third or fourth pass over 6000 rows.
        var mlContext = new MLContext(seed: 1);
        List<Example> rows = Family.Rows(6000);
        int read = 0, last = streams ? 20_000 : 3000;
        IEnumerable<Example> Read()
        {
            for (int row = 0; row < (streams ? 6000 : 100_000); row++)
            {
                if (++read == last)
                    Cancel(mlContext);
                yield return rows[row % 6000];
            }
        }

        BackpropMlpOptions options = Family.Options(kind);
        (options.Optimizer, options.NumberOfIterations, options.MemoryBudget) = (optimizer, 20, streams ? 1 : null);
        IDataView data = streams ? Family.WideData(kind, mlContext, Read()) : Family.Data(kind, mlContext, Read());
        IEstimator<ITransformer> trainer = Family.Trainer(options, mlContext);
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(data));
        Assert.IsInRange(last, last + 10_000, read);
    }

    /// <summary>Internal in ML.NET, where AutoML calls it.</summary>
    private static void Cancel(MLContext mlContext) =>
        typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)!
            .Invoke(mlContext, null);
}
