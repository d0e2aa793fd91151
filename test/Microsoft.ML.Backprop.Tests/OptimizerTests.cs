using Backprop.Training;
using static Microsoft.ML.Backprop.Tests.TestData;

namespace Microsoft.ML.Backprop.Tests;

[TestClass]
public class OptimizerTests
{
    [TestMethod]
    public void Each_setting_of_an_optimizer_reaches_the_training()
    {
        IDataView data = KeyedPoints(new MLContext());
        Action<BackpropMlpTrainer.Options>[] changes =
        [
            _ => { },
            options => options.Momentum = 0.5,
            options => options.Optimizer = OptimizerKind.Adam,
            options => (options.Optimizer, options.Beta1) = (OptimizerKind.Adam, 0.5),
            options => (options.Optimizer, options.Beta2) = (OptimizerKind.Adam, 0.9),
            options => (options.Optimizer, options.Epsilon) = (OptimizerKind.Adam, 0.1),
            options => options.Optimizer = OptimizerKind.AdamW,
            options => (options.Optimizer, options.WeightDecay) = (OptimizerKind.AdamW, 1),
        ];
        var seen = new HashSet<float>();
        for (int i = 0; i < changes.Length; i++)
        {
            BackpropMlpTrainer.Options options = Quick();
            changes[i](options);
            Assert.IsTrue(seen.Add(Parameters(new BackpropMlpTrainer(options).Fit(data).Model)[0]), $"change {i} changed nothing");
        }
    }
}
