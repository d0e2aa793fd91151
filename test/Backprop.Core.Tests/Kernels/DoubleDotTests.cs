using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Tests.Kernels;

[TestClass]
public sealed class DoubleDotTests
{
    [TestMethod]
    public void Every_length_has_the_sum_of_its_products()
    {
        for (int length = 0; length < 70; length++)
        {
            Check<float>(length);
            Check<double>(length);
        }
    }

    [TestMethod]
    public void Squares_that_a_float_cannot_hold_are_summed()
    {
        float[] x = [.. Enumerable.Repeat(1e20f, 33)];
        double square = (double)1e20f * 1e20f;
        Assert.AreEqual(33 * square, DoubleDot.Of<float>(x, x), 1e-14 * 33 * square);
    }

    [TestMethod]
    public void Small_terms_are_not_lost_beside_large_ones()
    {
        // In float, adding 1 does not change 10^8, whichever sum it is added to: each of the first 64 has its own large one.
        float[] x = [.. Enumerable.Repeat(1e4f, 64), .. Enumerable.Repeat(1f, 1000)];
        Assert.AreEqual((64 * 1e8) + 1000, DoubleDot.Of<float>(x, x));
    }

    private static void Check<T>(int length)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // Whole numbers: exact in any order.
        T[] x = [.. Enumerable.Range(1, length).Select(T.CreateChecked)], y = [.. Enumerable.Range(3, length).Select(T.CreateChecked)];
        double expected = Enumerable.Range(1, length).Sum(i => (double)i * (i + 2));
        Assert.AreEqual(expected, DoubleDot.Of<T>(x, y), $"{typeof(T).Name}, length {length}");
    }
}
