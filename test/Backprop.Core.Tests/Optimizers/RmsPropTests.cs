using Backprop.Optimizers;

namespace Backprop.Tests.Optimizers;

[TestClass]
public class RmsPropTests
{
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.5)]
    public void Steps_equal_hand_arithmetic(double momentum)
    {
        // alpha = 0.75, g = 2, then 1. v = 1, then 1: g / sqrt(v) = 2, then 1. With momentum 0.5, u = 2, then 2.
        var rmsProp = new RmsProp<double>(Segments.Of(1), 0.1, 0.75, momentum, 1e-300);
        double[] w = [1];
        rmsProp.Step(w, [2]);
        Assert.AreEqual(0.8, w[0], 1e-15);
        rmsProp.Step(w, [1]);
        Assert.AreEqual(momentum == 0 ? 0.7 : 0.6, w[0], 1e-15);
    }

    [TestMethod]
    public void Long_runs_in_float_stay_with_double()
    {
        // alpha = 0.999: 1 - alpha taken in float would be off by 5e-5.
        var inFloat = new RmsProp<float>(Segments.Of(1), 0.01, 0.999);
        var inDouble = new RmsProp<double>(Segments.Of(1), 0.01, 0.999);
        float[] w = [1];
        double[] reference = [1];
        for (int t = 0; t < 300; t++)
        {
            inFloat.Step(w, [MathF.Cos(t) + 0.5f]);
            inDouble.Step(reference, [MathF.Cos(t) + 0.5f]);
        }

        Assert.AreEqual(reference[0], w[0], 4e-6 * Math.Abs(reference[0]));
    }

    [TestMethod]
    public void Settings_out_of_range_are_named()
    {
        Assert.AreEqual("learningRate", Name(() => new RmsProp<float>(Segments.Of(1), 0)));
        Assert.AreEqual("alpha", Name(() => new RmsProp<float>(Segments.Of(1), alpha: 1)));
        Assert.AreEqual("momentum", Name(() => new RmsProp<float>(Segments.Of(1), momentum: double.NaN)));
        Assert.AreEqual("epsilon", Name(() => new RmsProp<float>(Segments.Of(1), epsilon: 0)));

        static string? Name(Func<object> make) => Assert.ThrowsExactly<ArgumentOutOfRangeException>(make).ParamName;
    }
}
