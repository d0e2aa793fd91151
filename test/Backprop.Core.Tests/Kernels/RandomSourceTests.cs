using Backprop.Kernels;

namespace Backprop.Tests.Kernels;

[TestClass]
public class RandomSourceTests
{
    [TestMethod]
    public void The_stream_is_xoshiro256starstar_seeded_by_splitmix64()
    {
        // By an independent implementation of the published algorithms in Python's unbounded integers.
        var zero = new RandomSource(0);
        CollectionAssert.AreEqual(
            new[] { 0x99ec5f36cb75f2b4UL, 0xbf6e1f784956452aUL, 0x1a5f849d4933e6e0UL },
            new[] { zero.NextUInt64(), zero.NextUInt64(), zero.NextUInt64() });
        var minusOne = new RandomSource(-1);
        CollectionAssert.AreEqual(new[] { 0x8f5520d52a7ead08UL, 0xc476a018caa1802dUL }, new[] { minusOne.NextUInt64(), minusOne.NextUInt64() });
    }

    [TestMethod]
    public void Bounded_integers_are_even_and_below_the_bound()
    {
        var random = new RandomSource(1);
        var counts = new int[7];
        for (int i = 0; i < 70_000; i++)
            counts[random.NextInt32(7)]++;
        foreach (int count in counts)
            Assert.AreEqual(10_000, count, 500); // 5 standard deviations of 93
        Assert.AreEqual(0, random.NextInt32(1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => random.NextInt32(0));
    }

    [TestMethod]
    public void Doubles_are_even_in_the_unit_interval()
    {
        var random = new RandomSource(2);
        double sum = 0, least = 1, most = 0;
        for (int i = 0; i < 100_000; i++)
        {
            double x = random.NextDouble();
            (sum, least, most) = (sum + x, Math.Min(least, x), Math.Max(most, x));
        }

        Assert.AreEqual(0.5, sum / 100_000, 0.005);
        Assert.IsTrue(least is >= 0 and < 0.001 && most is < 1 and > 0.999);
    }

    [TestMethod]
    public void A_shuffle_is_a_permutation_and_every_item_reaches_every_place()
    {
        var random = new RandomSource(3);
        var counts = new int[4, 4];
        for (int trial = 0; trial < 8000; trial++)
        {
            int[] items = [0, 1, 2, 3];
            random.Shuffle(items);
            CollectionAssert.AreEquivalent(new[] { 0, 1, 2, 3 }, items);
            for (int place = 0; place < 4; place++)
                counts[items[place], place]++;
        }

        foreach (int count in counts)
            Assert.AreEqual(2000, count, 200); // 5 standard deviations of 39
        random.Shuffle([]);
    }
}
