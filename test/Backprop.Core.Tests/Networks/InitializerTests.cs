using Backprop.Kernels;
using Backprop.Networks;

namespace Backprop.Tests.Networks;

[TestClass]
public class InitializerTests
{
    private const int Count = 100_000;

    [TestMethod]
    [DataRow(InitializerKind.HeUniform, 2.0 / 30, true)]
    [DataRow(InitializerKind.HeNormal, 2.0 / 30, false)]
    [DataRow(InitializerKind.GlorotUniform, 2.0 / (30 + 70), true)]
    [DataRow(InitializerKind.GlorotNormal, 2.0 / (30 + 70), false)]
    [DataRow(InitializerKind.LeCunUniform, 1.0 / 30, true)]
    [DataRow(InitializerKind.LeCunNormal, 1.0 / 30, false)]
    public void Weights_have_the_variance_and_the_form_that_their_source_gives(InitializerKind kind, double variance, bool isEven)
    {
        var weights = new float[Count];
        Initializer.Draw(weights, kind, fanIn: 30, fanOut: 70, new RandomSource(1));
        double Moment(int power) => weights.Average(w => Math.Pow(w, power));
        Assert.AreEqual(0, Moment(1), 5 * Math.Sqrt(variance / Count));
        Assert.AreEqual(variance, Moment(2), 0.02 * variance);
        Assert.AreEqual(isEven ? 1.8 : 3, Moment(4) / (Moment(2) * Moment(2)), 0.1); // The kurtosis.
        double most = weights.Max(Math.Abs), bound = Math.Sqrt(3 * variance);
        Assert.IsTrue(isEven ? most <= bound && most > 0.999 * bound : most > 1.2 * bound, $"{most}");
    }

    [TestMethod]
    public void Draws_differ_from_seed_to_seed_and_not_for_one_seed()
    {
        float[] a = Draw(1), b = Draw(1), c = Draw(2);
        CollectionAssert.AreEqual(a, b);
        Assert.AreEqual(0, a.Intersect(c).Count());

        static float[] Draw(int seed)
        {
            var weights = new float[100];
            Initializer.Draw(weights, InitializerKind.HeNormal, 3, 4, new RandomSource(seed));
            return weights;
        }
    }

    [TestMethod]
    public void Impossible_layers_and_kinds_are_refused()
    {
        (InitializerKind, int, int)[] impossible =
            [(InitializerKind.HeNormal, 0, 1), (InitializerKind.HeNormal, 1, 0), ((InitializerKind)6, 1, 1)];
        foreach ((InitializerKind kind, int fanIn, int fanOut) in impossible)
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Initializer.Draw(new float[1], kind, fanIn, fanOut, new RandomSource(1)));
    }
}
