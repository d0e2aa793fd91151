using Backprop.Kernels;
using Backprop.Optimizers;

namespace Backprop.Tests.Optimizers;

/// <summary>The optimizers take the steps that PyTorch's take; golden.py prints the numbers.</summary>
[TestClass]
public class PyTorchTests
{
    private static readonly ParameterSegment[] s_segments =
        [new("weights", 0, 3, 3), new("bias", 3, 2, 2) { LearningRateFactor = 0.1, DecayFactor = 0 }];

    [TestMethod]
    public void Sgd_after_ten_steps() => AssertTenSteps(
        new Sgd<double>(s_segments, 0.05, 0.9), new Sgd<float>(s_segments, 0.05, 0.9),
        0.0295749649916242, 1.14900494846341, 1.13029403333441, 0.674986639772926, 0.585471612565777);

    [TestMethod]
    public void Adam_after_ten_steps() => AssertTenSteps(
        new Adam<double>(s_segments, 0.05, 0.8, 0.95, 1e-3), new Adam<float>(s_segments, 0.05, 0.8, 0.95, 1e-3),
        0.612569317219246, -1.52305603201752, 0.96643075881436, 2.95011945442653, -0.200562063520935);

    [TestMethod]
    public void AdamW_after_ten_steps() => AssertTenSteps(
        new AdamW<double>(s_segments, 0.05, 0.5, 0.8, 0.95, 1e-3), new AdamW<float>(s_segments, 0.05, 0.5, 0.8, 0.95, 1e-3),
        0.468297902281073, -1.1502779577812, 0.810806495275608, 2.95011945442653, -0.200562063520935);

    private static void AssertTenSteps(Optimizer<double> inDouble, Optimizer<float> inFloat, params double[] expected)
    {
        double[] w = [1, -2, 0.5, 3, -0.25];
        float[] single = [1, -2, 0.5f, 3, -0.25f];
        for (int t = 1; t <= 10; t++)
        {
            double offset = t % 2 == 0 ? 0.5 : -0.5;
            inDouble.Step(w, [.. w.Select((x, i) => (x * x * x) - i + offset)]);
            inFloat.Step(single, [.. single.Select((x, i) => (x * x * x) - i + (float)offset)]);
        }

        for (int i = 0; i < w.Length; i++)
        {
            Assert.AreEqual(expected[i], w[i], 1e-13, $"double {i}");
            Assert.AreEqual(expected[i], single[i], 1e-5, $"float {i}");
        }
    }
}
