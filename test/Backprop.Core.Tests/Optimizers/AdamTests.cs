using Backprop.Kernels;
using Backprop.Optimizers;

namespace Backprop.Tests.Optimizers;

[TestClass]
public class AdamTests
{
    [TestMethod]
    public void The_first_step_is_the_learning_rate_against_the_sign_and_later_ones_equal_hand_arithmetic()
    {
        // beta1 = 0.5, beta2 = 0.75, g = 2, then 0. Step 1: m = 1, v = 1; m / 0.5 = 2, sqrt(v / 0.25) = 2: w = 1 - 0.1.
        // Step 2: m = 0.5, v = 0.75; m / 0.75 = 2/3, sqrt(v / 0.4375) = sqrt(12/7): w = 0.9 - 0.1 * 0.66667 / 1.30931.
        var adam = new Adam<double>(Segments.Of(1), 0.1, 0.5, 0.75, 1e-300);
        double[] w = [1];
        adam.Step(w, [2]);
        Assert.AreEqual(0.9, w[0], 1e-15);
        adam.Step(w, [0]);
        Assert.AreEqual(0.9 - (0.1 * (2 / 3.0) / Math.Sqrt(12 / 7.0)), w[0], 1e-15);
    }

    [TestMethod]
    public void Where_no_gradient_ever_was_Adam_stays_and_AdamW_decays_by_its_factor()
    {
        ParameterSegment[] segments = Segments.Of(2, 1, 1);
        segments[1] = segments[1] with { DecayFactor = 0 };
        segments[2] = segments[2] with { DecayFactor = 0.5, LearningRateFactor = 2 };
        double[] w = [1, 2, 3, 4];
        new AdamW<double>(segments, 0.1, weightDecay: 0.5).Step(w, new double[4]);
        CollectionAssert.AreEqual(new[] { 0.95, 1.9, 3, 3.8 }, w);
        new Adam<double>(segments, 0.1).Step(w, new double[4]);
        CollectionAssert.AreEqual(new[] { 0.95, 1.9, 3, 3.8 }, w);
    }

    [TestMethod]
    public void Long_runs_in_float_stay_with_double()
    {
        // beta2 = 0.999: 1 - beta2 taken in float would be off by 5e-5.
        var inFloat = new Adam<float>(Segments.Of(1), 0.01);
        var inDouble = new Adam<double>(Segments.Of(1), 0.01);
        float[] w = [1];
        double[] reference = [1];
        for (int t = 0; t < 300; t++)
        {
            inFloat.Step(w, [MathF.Cos(t) + 0.5f]);
            inDouble.Step(reference, [MathF.Cos(t) + 0.5f]);
        }

        Assert.AreEqual(reference[0], w[0], 2e-6);
    }

    [TestMethod]
    public void Settings_out_of_range_are_named()
    {
        Assert.AreEqual("learningRate", Name(() => new Adam<float>(Segments.Of(1), 0)));
        Assert.AreEqual("beta1", Name(() => new Adam<float>(Segments.Of(1), beta1: 1)));
        Assert.AreEqual("beta2", Name(() => new Adam<float>(Segments.Of(1), beta2: double.NaN)));
        Assert.AreEqual("epsilon", Name(() => new Adam<float>(Segments.Of(1), epsilon: 0)));
        Assert.AreEqual("weightDecay", Name(() => new AdamW<float>(Segments.Of(1), weightDecay: -1)));
        Assert.AreEqual("DecayFactor", Name(() => Segments.Of(1)[0] with { DecayFactor = -1 }));
        Assert.AreEqual("LearningRateFactor", Name(() => Segments.Of(1)[0] with { LearningRateFactor = double.PositiveInfinity }));

        static string? Name(Func<object> make) => Assert.ThrowsExactly<ArgumentOutOfRangeException>(make).ParamName;
    }
}
