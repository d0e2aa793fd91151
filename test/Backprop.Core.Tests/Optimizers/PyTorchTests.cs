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
    public void Sgd_without_momentum_after_ten_steps() => AssertTenSteps(
        new Sgd<double>(s_segments, 0.05), new Sgd<float>(s_segments, 0.05),
        0.68867682920833, -0.564826391112103, 1.13381957860822, 2.25252566569037, -0.0497213314621787);

    [TestMethod]
    public void Sgd_after_ten_steps() => AssertTenSteps(
        new Sgd<double>(s_segments, 0.05, 0.9), new Sgd<float>(s_segments, 0.05, 0.9),
        0.0295749649916242, 1.14900494846341, 1.13029403333441, 0.674986639772926, 0.585471612565777);

    [TestMethod]
    public void Nesterov_after_ten_steps() => AssertTenSteps(
        new Sgd<double>(s_segments, 0.05, 0.9, nesterov: true), new Sgd<float>(s_segments, 0.05, 0.9, nesterov: true),
        0.0771088145771007, 1.16855593891013, 1.18690784196299, 0.861706430994948, 0.699202951968852);

    [TestMethod]
    public void RmsProp_after_ten_steps() => AssertTenSteps(
        new RmsProp<double>(s_segments, 0.05), new RmsProp<float>(s_segments, 0.05),
        0.12422159233098, -0.61744124559391, 1.19948964660934, 2.75967405802389, -0.00437492789514853);

    [TestMethod]
    public void RmsProp_with_momentum_after_ten_steps() => AssertTenSteps(
        new RmsProp<double>(s_segments, 0.05, 0.9, 0.8, 1e-3), new RmsProp<float>(s_segments, 0.05, 0.9, 0.8, 1e-3),
        -0.329135832042245, -0.0510802981891177, 1.20930640409047, 2.70966805995078, 0.0434037314700059);

    [TestMethod]
    public void Adam_after_ten_steps() => AssertTenSteps(
        new Adam<double>(s_segments, 0.05, 0.8, 0.95, 1e-3), new Adam<float>(s_segments, 0.05, 0.8, 0.95, 1e-3),
        0.612569317219246, -1.52305603201752, 0.96643075881436, 2.95011945442653, -0.200562063520935);

    [TestMethod]
    public void AdamW_after_ten_steps() => AssertTenSteps(
        new AdamW<double>(s_segments, 0.05, 0.5, 0.8, 0.95, 1e-3), new AdamW<float>(s_segments, 0.05, 0.5, 0.8, 0.95, 1e-3),
        0.468297902281073, -1.1502779577812, 0.810806495275608, 2.95011945442653, -0.200562063520935);

    [TestMethod]
    public void Ten_steps_of_a_rate_that_is_less_after_each()
    {
        AssertTenStepsOfDecayingRate(
            new Sgd<double>(s_segments, 0.05, 0.9), new Sgd<float>(s_segments, 0.05, 0.9),
            0.558070105851195, 0.710688105442016, 1.41875465816715, 1.87018650592476, 0.0291204439976539);
        AssertTenStepsOfDecayingRate(
            new Sgd<double>(s_segments, 0.05, 0.9, nesterov: true), new Sgd<float>(s_segments, 0.05, 0.9, nesterov: true),
            0.523857248049056, 0.766050933300639, 1.39111312227339, 1.79389289971064, 0.091748048037818);
        AssertTenStepsOfDecayingRate(
            new RmsProp<double>(s_segments, 0.05, 0.9, 0.8, 1e-3), new RmsProp<float>(s_segments, 0.05, 0.9, 0.8, 1e-3),
            0.226120320838443, -1.02197319546868, 1.34922263093612, 2.88092901566169, -0.132926162683153);
        AssertTenStepsOfDecayingRate(
            new AdamW<double>(s_segments, 0.05, 0.5, 0.8, 0.95, 1e-3), new AdamW<float>(s_segments, 0.05, 0.5, 0.8, 0.95, 1e-3),
            0.715068538560253, -1.58200885357738, 0.651252113944263, 2.97769448005815, -0.227906398081238);
    }

    private static void AssertTenSteps(Optimizer<double> inDouble, Optimizer<float> inFloat, params double[] expected) =>
        AssertTenSteps(inDouble, inFloat, 1, expected);

    private static void AssertTenStepsOfDecayingRate(Optimizer<double> inDouble, Optimizer<float> inFloat, params double[] expected) =>
        AssertTenSteps(inDouble, inFloat, 0.8, expected);

    private static void AssertTenSteps(Optimizer<double> inDouble, Optimizer<float> inFloat, double decay, double[] expected)
    {
        double[] w = [1, -2, 0.5, 3, -0.25];
        float[] single = [1, -2, 0.5f, 3, -0.25f];
        for (int t = 1; t <= 10; t++)
        {
            double offset = t % 2 == 0 ? 0.5 : -0.5;
            inDouble.Step(w, [.. w.Select((x, i) => (x * x * x) - i + offset)]);
            inFloat.Step(single, [.. single.Select((x, i) => (x * x * x) - i + (float)offset)]);
            inDouble.LearningRate *= decay;
            inFloat.LearningRate *= decay;
        }

        for (int i = 0; i < w.Length; i++)
        {
            Assert.AreEqual(expected[i], w[i], 1e-13, $"double {i}");
            Assert.AreEqual(expected[i], single[i], 1e-5, $"float {i}");
        }
    }
}
