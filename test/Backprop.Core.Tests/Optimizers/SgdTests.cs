using Backprop.Kernels;
using Backprop.Optimizers;

namespace Backprop.Tests.Optimizers;

[TestClass]
public class SgdTests
{
    [TestMethod]
    public void Steps_equal_hand_arithmetic()
    {
        // rate 0.1, momentum 0.5, g = 2 each time. v = 2, 3, 3.5; w = 1 - 0.2 - 0.3 - 0.35 = 0.15.
        var sgd = new Sgd<double>(Segments.Of(1), 0.1, 0.5);
        double[] w = [1];
        foreach (double expected in new[] { 0.8, 0.5, 0.15 })
        {
            sgd.Step(w, [2]);
            Assert.AreEqual(expected, w[0], 1e-15);
        }
    }

    [TestMethod]
    public void Nesterov_steps_equal_hand_arithmetic_and_need_momentum()
    {
        // rate 0.1, momentum 0.5, g = 2 each time. v = 2, 3, 3.5; g + v / 2 = 3, 3.5, 3.75; w = 1 - 0.3 - 0.35 - 0.375 = -0.025.
        var sgd = new Sgd<double>(Segments.Of(1), 0.1, 0.5, nesterov: true);
        double[] w = [1];
        foreach (double expected in new[] { 0.7, 0.35, -0.025 })
        {
            sgd.Step(w, [2]);
            Assert.AreEqual(expected, w[0], 1e-15);
        }

        Assert.AreEqual("nesterov", Assert.ThrowsExactly<ArgumentException>(() => new Sgd<float>(Segments.Of(1), 0.1, nesterov: true)).ParamName);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(15)]
    [DataRow(16)]
    [DataRow(77)]
    public void Each_parameter_is_updated_alike_at_any_length(int length)
    {
        var sgd = new Sgd<float>(Segments.Of(length), 0.25, 0.5);
        float[] w = [.. Enumerable.Range(0, length).Select(i => (float)i)], g = [.. Enumerable.Repeat(2f, length)];
        sgd.Step(w, g);
        sgd.Step(w, g);
        for (int i = 0; i < length; i++)
            Assert.AreEqual(i - 0.5f - 0.75f, w[i]);
    }

    [TestMethod]
    public void A_factor_scales_the_rate_of_its_segment_alone()
    {
        ParameterSegment[] segments = Segments.Of(1, 2, 1);
        segments[1] = segments[1] with { LearningRateFactor = 3 };
        segments[2] = segments[2] with { LearningRateFactor = 0 };
        double[] w = [0, 0, 0, 0];
        new Sgd<double>(segments, 0.5).Step(w, [1, 1, 2, 1]);
        CollectionAssert.AreEqual(new[] { -0.5, -1.5, -3, 0 }, w);
    }

    [TestMethod]
    public void Settings_out_of_range_and_wrong_lengths_are_refused()
    {
        foreach (double rate in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.AreEqual("learningRate", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Sgd<float>(Segments.Of(1), rate)).ParamName);
        foreach (double momentum in new[] { -0.1, 1, double.NaN })
        {
            Assert.AreEqual(
                "momentum", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Sgd<float>(Segments.Of(1), 0.1, momentum)).ParamName);
        }

        Assert.ThrowsExactly<ArgumentException>(() => new Sgd<float>(Segments.Of(2), 0.1).Step(new float[1], new float[2]));
        Assert.ThrowsExactly<ArgumentException>(() => new Sgd<float>(Segments.Of(2), 0.1).Step(new float[2], new float[3]));
    }
}
