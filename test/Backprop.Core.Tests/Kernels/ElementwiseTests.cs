using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Tests.Kernels;

/// <summary>The kernels that are not products, against plain loops over odd sizes and empties, in float and double.</summary>
[TestClass]
public sealed class ElementwiseTests
{
    private static readonly int[] s_sizes = [0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 100, 257, 1000];

    [TestMethod]
    public void A_gate_lets_through_what_is_above_zero_in_float_and_double()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            foreach (int size in s_sizes)
            {
                T[] x = Values<T>(size, 1), condition = Values<T>(size, 2), result = Values<T>(size, 3);
                if (size > 4)
                    (condition[1], condition[3], x[2], condition[2]) = (T.NaN, T.Zero, T.NaN, T.One);
                Selection.WherePositive<T>(x, condition, result);
                for (int i = 0; i < size; i++)
                    Assert.AreEqual(condition[i] > T.Zero ? x[i] : T.Zero, result[i], $"{typeof(T).Name}, {size}, {i}");
            }
        }
    }

    [TestMethod]
    public void Momentum_updates_every_element_as_one_alone()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            (T rate, T momentum) = (T.CreateChecked(0.1), T.CreateChecked(0.9));
            foreach (int size in s_sizes)
            {
                T[] w = Values<T>(size, 1), g = Values<T>(size, 2), v = Values<T>(size, 3);
                T[] expectedV = [.. v.Zip(g, (a, b) => (momentum * a) + b)], expectedW = [.. w.Zip(expectedV, (a, b) => a - (rate * b))];
                Update.Momentum(w, g, v, rate, momentum);
                CollectionAssert.AreEqual(expectedV, v, $"{typeof(T).Name}, {size}");
                CollectionAssert.AreEqual(expectedW, w, $"{typeof(T).Name}, {size}");
            }
        }
    }

    [TestMethod]
    public void Softmax_and_cross_entropy_equal_the_plain_formula()
    {
        Check<float>(1e-6);
        Check<double>(1e-14);

        static void Check<T>(double tolerance)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            foreach (int size in s_sizes.Where(s => s > 0))
            {
                T[] z = Values<T>(size, 4), p = new T[size];
                double[] exp = [.. z.Select(x => Math.Exp(double.CreateChecked(x)))];
                double sum = exp.Sum();
                Softmax.Normalize<T>(z, z.Length, p);
                for (int i = 0; i < size; i++)
                {
                    Assert.AreEqual(exp[i] / sum, double.CreateChecked(p[i]), tolerance, $"{typeof(T).Name}, {size}, {i}");
                    Assert.AreEqual(
                        -Math.Log(exp[i] / sum), double.CreateChecked(Softmax.CrossEntropy<T>(z, i)), 10 * tolerance,
                        $"{typeof(T).Name}, {size}, {i}");
                }
            }
        }
    }

    [TestMethod]
    public void Softmax_of_a_row_that_is_not_finite_is_NaN_not_an_exception()
    {
        foreach (float strange in new[] { float.NaN, float.PositiveInfinity })
        {
            var p = new float[3];
            Softmax.Normalize<float>([1, strange, 2], 3, p);
            Assert.IsTrue(Array.Exists(p, float.IsNaN));
            Assert.IsTrue(float.IsNaN(Softmax.CrossEntropy<float>([1, strange, 2], 0)));
        }
    }

    [TestMethod]
    public void Broadcasting_and_its_adjoint_equal_plain_loops()
    {
        (int[] X, int[] Y)[] shapes =
        [
            ([], []), ([3], []), ([], [3]), ([5, 17], [17]), ([17], [5, 17]), ([5, 17], [5, 1]), ([5, 1], [1, 17]), ([2, 3, 4], [3, 1]),
            ([2, 1, 4], [3, 4]), ([1, 1, 1], [2, 3, 4]), ([4, 33], [4, 33]), ([0, 3], [3]), ([3, 0], [3, 1]), ([2, 3, 2, 5], [2, 1, 2, 1]),
        ];
        foreach ((int[] xSizes, int[] ySizes) in shapes)
        {
            int rank = Math.Max(xSizes.Length, ySizes.Length);
            int[] sizes = [.. Enumerable.Range(1, rank).Select(i => Math.Max(SizeAt(xSizes, i), SizeAt(ySizes, i))).Reverse()];
            if (xSizes.Contains(0) || ySizes.Contains(0))
                sizes = [.. sizes.Select((size, axis) => SizeAt(xSizes, rank - axis) == 0 || SizeAt(ySizes, rank - axis) == 0 ? 0 : size)];
            double[] x = Values<double>(Count(xSizes), 1), y = Values<double>(Count(ySizes), 2), sum = new double[Count(sizes)];
            Elementwise.Binary<double, Minus>(x, xSizes, y, ySizes, sum, sizes);
            var wide = new double[Count(sizes)];
            Reduction.Broadcast<double>(y, ySizes, wide, sizes);
            var expectedDown = new double[y.Length];
            for (int i = 0; i < sum.Length; i++)
            {
                Assert.AreEqual(x[IndexOf(i, xSizes, sizes)] - y[IndexOf(i, ySizes, sizes)], sum[i]);
                Assert.AreEqual(y[IndexOf(i, ySizes, sizes)], wide[i]);
                expectedDown[IndexOf(i, ySizes, sizes)] += sum[i];
            }

            double[] down = Values<double>(y.Length, 3);
            Reduction.SumTo<double>(sum, sizes, down, ySizes);
            for (int i = 0; i < down.Length; i++)
                Assert.AreEqual(expectedDown[i], down[i], 1e-12);
        }
    }

    private static int SizeAt(int[] sizes, int fromEnd) => fromEnd <= sizes.Length ? sizes[^fromEnd] : 1;

    private static int Count(int[] sizes) => sizes.Aggregate(1, (a, b) => a * b);

    // Where an element of the common shape lies in a tensor that is broadcast to it.
    private static int IndexOf(int element, int[] sizes, int[] common)
    {
        int index = 0, stride = 1;
        for (int fromEnd = 1; fromEnd <= common.Length; fromEnd++)
        {
            int at = element % common[^fromEnd];
            element /= common[^fromEnd];
            if (SizeAt(sizes, fromEnd) != 1)
                index += at * stride;
            stride *= SizeAt(sizes, fromEnd);
        }

        return index;
    }

    private static T[] Values<T>(int count, int seed)
        where T : INumber<T>
    {
        var random = new Random(seed);
        var values = new T[count];
        foreach (ref T value in values.AsSpan())
            value = T.CreateChecked((random.NextDouble() * 4) - 2);
        return values;
    }

    private readonly struct Minus : IBinaryOperator<double>
    {
        public static void Invoke(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = x[i] - y[i];
        }

        public static void Invoke(ReadOnlySpan<double> x, double y, Span<double> result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = x[i] - y;
        }

        public static void Invoke(double x, ReadOnlySpan<double> y, Span<double> result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = x - y[i];
        }
    }
}
