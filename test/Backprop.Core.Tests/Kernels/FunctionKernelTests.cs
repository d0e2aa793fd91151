using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Tests.Kernels;

/// <summary>Kernels of functions against plain formulas, over sizes that leave all remainders, in float and double.</summary>
[TestClass]
public sealed class FunctionKernelTests
{
    private static readonly int[] s_sizes = [0, 1, 2, 3, 7, 8, 9, 15, 17, 33, 255, 256, 257, 600];

    private delegate void Kernel<T>(ReadOnlySpan<T> x, Span<T> result);

    [TestMethod]
    public void Tanh_is_exact_to_a_few_units_in_the_last_place_and_odd()
    {
        Check<double>(Activation.Tanh, Math.Tanh, 1e-15);
        Check<float>(Activation.Tanh, Math.Tanh, 5e-7);
        float[] zeros = new float[17];
        Activation.Tanh<float>(zeros, zeros);
        Assert.IsTrue(zeros.All(value => value == 0));
    }

    [TestMethod]
    public void Softplus_is_exact_where_it_is_tiny_too()
    {
        Check<double>(Activation.Softplus, Softplus, 1e-15);
        Check<float>(Activation.Softplus, Softplus, 5e-7);

        // log(1 + e) = 2 artanh(e / (2 + e)), where 1 + e alone would lose digits.
        static double Softplus(double x)
        {
            double e = Math.Exp(-Math.Abs(x));
            return Math.Max(x, 0) + (2 * Math.Atanh(e / (2 + e)));
        }
    }

    [TestMethod]
    public void Elu_is_exact_where_it_is_tiny_too()
    {
        Check<double>((x, result) => Activation.Elu(x, 1.5, result), Elu, 2e-15);
        Check<float>((x, result) => Activation.Elu(x, 1.5f, result), Elu, 1e-6);

        // exp(x) - 1 = 2 sinh(x/2) exp(x/2).
        static double Elu(double x) => x > 0 ? x : 1.5 * 2 * Math.Sinh(x / 2) * Math.Exp(x / 2);
    }

    [TestMethod]
    public void The_complementary_error_function_equals_values_of_an_independent_high_precision_computation()
    {
        // From mpmath with 40 digits.
        (double X, double Value)[] table =
        [
            (-30, 2), (-3, 1.9999779095030015), (-0.5, 1.5204998778130465), (-1e-10, 1.000000000112838), (0, 1),
            (0.25, 0.7236736098317631), (0.46875, 0.507386526782062), (0.5, 0.4795001221869535), (1, 0.15729920705028513),
            (2, 0.004677734981047266), (3.9, 3.4792248597231765e-08), (4, 1.541725790028002e-08), (4.1, 6.700027654084918e-09),
            (6, 2.1519736712498913e-17), (10, 2.088487583762545e-45), (20, 5.395865611607901e-176),
            (26, 5.663192408856143e-296), (26.5, 2.2109076642637343e-307),
        ];
        foreach ((double x, double value) in table)
            Assert.AreEqual(value, ErrorFunction.Complementary(x), 1e-15 * value, $"erfc({x})");
        Assert.AreEqual(0, ErrorFunction.Complementary(double.PositiveInfinity));
        Assert.AreEqual(2, ErrorFunction.Complementary(double.NegativeInfinity));
        Assert.IsTrue(double.IsNaN(ErrorFunction.Complementary(double.NaN)));
    }

    [TestMethod]
    public void Transposes_equal_plain_indexing_for_any_rank_and_order()
    {
        var random = new Random(3);
        for (int trial = 0; trial < 200; trial++)
        {
            int[] sizes = new int[random.Next(0, 6)];
            foreach (ref int size in sizes.AsSpan())
                size = random.Next(1, sizes.Length < 3 ? 40 : 6);
            int[] axes = [.. Enumerable.Range(0, sizes.Length)];
            random.Shuffle(axes);
            double[] x = [.. Enumerable.Range(0, sizes.Aggregate(1, (a, b) => a * b))];
            double[] result = new double[x.Length];
            Permutation.Transpose<double>(x, sizes, axes, result);

            for (int at = 0; at < x.Length; at++)
            {
                // The place of element `at` of the result: its index on each axis, put to the axis of x that it is.
                int[] index = new int[sizes.Length];
                for (int axis = sizes.Length - 1, rest = at; axis >= 0; axis--)
                {
                    index[axes[axis]] = rest % sizes[axes[axis]];
                    rest /= sizes[axes[axis]];
                }

                int from = 0;
                for (int axis = 0; axis < sizes.Length; axis++)
                    from = (from * sizes[axis]) + index[axis];
                Assert.AreEqual(x[from], result[at], $"[{string.Join(", ", sizes)}] by {string.Join(", ", axes)}, element {at}");
            }
        }
    }

    [TestMethod]
    public void Losses_equal_their_definitions_over_any_number_of_chunks()
    {
        foreach (int size in s_sizes)
        {
            double[] a = Arguments(size), b = [.. a.Reverse().Select(value => Math.Abs(value) / 30)];
            double[] huber = new double[size], cross = new double[size];
            Loss.Huber<double>(a, b, 0.5, huber);
            Loss.SigmoidCrossEntropy<double>(a, b, cross);
            for (int i = 0; i < size; i++)
            {
                double d = Math.Abs(a[i] - b[i]), p = 1 / (1 + Math.Exp(-a[i])), notP = 1 / (1 + Math.Exp(a[i]));
                double expectedHuber = d <= 0.5 ? d * d / 2 : 0.5 * (d - 0.25);
                double expectedCross = (-b[i] * Math.Log(p)) - ((1 - b[i]) * Math.Log(notP));
                Assert.AreEqual(expectedHuber, huber[i], 1e-14 * Math.Max(1, expectedHuber), $"{size}, {i}");
                Assert.AreEqual(expectedCross, cross[i], 1e-14 * Math.Max(1, expectedCross), $"{size}, {i}");
            }
        }
    }

    [TestMethod]
    public void Softmax_kernels_are_right_for_more_classes_than_a_chunk()
    {
        // 600 equal logits: each probability 1/600. Targets that add up to 2: twice log 600.
        double[] z = [.. Enumerable.Repeat(7.0, 600)], log = new double[600];
        Softmax.LogNormalize<double>(z, log);
        Assert.IsTrue(log.All(value => Math.Abs(value + Math.Log(600)) < 1e-13));
        Assert.AreEqual(7 + Math.Log(600), Softmax.LogSumExp<double>(z), 1e-13);
        Assert.AreEqual(2 * Math.Log(600), Softmax.CrossEntropy<double>(z, [.. Enumerable.Repeat(1.0 / 300, 600)]), 1e-11);
    }

    [TestMethod]
    public void A_selection_takes_the_first_where_the_condition_is_above_zero()
    {
        foreach (int size in s_sizes)
        {
            float[] condition = [.. Arguments(size).Select(value => (float)value)], result = new float[size];
            if (size > 2)
                (condition[0], condition[1]) = (0, float.NaN);
            float[] x = [.. Enumerable.Range(0, size)], y = [.. x.Select(value => -value)];
            Selection.Where<float>(condition, x, y, result);
            for (int i = 0; i < size; i++)
                Assert.AreEqual(condition[i] > 0 ? x[i] : y[i], result[i], $"{size}, {i}");
        }
    }

    // Over all sizes; into another span and in place; relative to the result.
    private static void Check<T>(Kernel<T> kernel, Func<double, double> definition, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (int size in s_sizes)
        {
            T[] x = [.. Arguments(size).Select(T.CreateChecked)], result = new T[size], inPlace = [.. x];
            kernel(x, result);
            kernel(inPlace, inPlace);
            CollectionAssert.AreEqual(result, inPlace);
            for (int i = 0; i < size; i++)
            {
                double expected = definition(double.CreateChecked(x[i])), actual = double.CreateChecked(result[i]);
                Assert.AreEqual(expected, actual, tolerance * Math.Abs(expected), $"{typeof(T).Name}, {size}, at {x[i]}");
            }
        }
    }

    // Of all magnitudes from 1e-9 to 30, and both signs.
    private static double[] Arguments(int size)
    {
        var random = new Random(size);
        return [.. Enumerable.Range(0, size).Select(
            i => Math.Pow(10, (random.NextDouble() * 10.47) - 9) * (i % 2 == 0 ? 1 : -1))];
    }
}
