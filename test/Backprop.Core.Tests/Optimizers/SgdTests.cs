using Backprop.Optimizers;

namespace Backprop.Tests.Optimizers;

[TestClass]
public class SgdTests
{
    [TestMethod]
    public void Steps_equal_hand_arithmetic()
    {
        // rate 0.1, momentum 0.5, g = 2 each time. v = 2, 3, 3.5; w = 1 - 0.2 - 0.3 - 0.35 = 0.15.
        var sgd = new Sgd<double>(1, 0.1, 0.5);
        double[] w = [1];
        foreach (double expected in new[] { 0.8, 0.5, 0.15 })
        {
            sgd.Step(w, [2]);
            Assert.AreEqual(expected, w[0], 1e-15);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(15)]
    [DataRow(16)]
    [DataRow(77)]
    public void Each_parameter_is_updated_alike_at_any_length(int length)
    {
        var sgd = new Sgd<float>(length, 0.25, 0.5);
        float[] w = [.. Enumerable.Range(0, length).Select(i => (float)i)], g = [.. Enumerable.Repeat(2f, length)];
        sgd.Step(w, g);
        sgd.Step(w, g);
        for (int i = 0; i < length; i++)
            Assert.AreEqual(i - 0.5f - 0.75f, w[i]);
    }

    [TestMethod]
    public void A_step_allocates_nothing()
    {
        var sgd = new Sgd<float>(100, 0.1, 0.9);
        float[] w = new float[100], g = new float[100];
        sgd.Step(w, g);
        long before = GC.GetAllocatedBytesForCurrentThread();
        sgd.Step(w, g);
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void Settings_out_of_range_and_wrong_lengths_are_refused()
    {
        foreach (double rate in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Sgd<float>(1, rate));
        foreach (double momentum in new[] { -0.1, 1, double.NaN })
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Sgd<float>(1, 0.1, momentum));
        Assert.ThrowsExactly<ArgumentException>(() => new Sgd<float>(2, 0.1).Step(new float[1], new float[2]));
        Assert.ThrowsExactly<ArgumentException>(() => new Sgd<float>(2, 0.1).Step(new float[2], new float[3]));
    }
}
