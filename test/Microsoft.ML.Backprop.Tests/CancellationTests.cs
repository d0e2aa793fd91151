using System.Reflection;
using static Microsoft.ML.Backprop.Tests.TestData;

namespace Microsoft.ML.Backprop.Tests;

[TestClass]
public class CancellationTests
{
    [TestMethod]
    public void Cancelling_the_contexts_execution_ends_a_training_as_ml_net_does()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView data = KeyedPoints(mlContext);
        int epochs = 0;
        mlContext.Log += (_, e) =>
        {
            // Internal in ML.NET, where AutoML calls it.
            const BindingFlags any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
            if (e.RawMessage.StartsWith("Epoch", StringComparison.Ordinal) && ++epochs == 3)
                typeof(MLContext).GetMethod("CancelExecution", any)!.Invoke(mlContext, null);
        };
        var trainer = mlContext.MulticlassClassification.Trainers.BackpropMlp(numberOfIterations: 1000);
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(data));
        Assert.AreEqual(3, epochs);
    }
}
