using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Tests.Kernels;

[TestClass]
public sealed class UpdateTests
{
    private const int Length = 37; // Whole vectors, and what is left.

    [TestMethod]
    public void The_state_of_a_weight_that_is_not_learned_any_more_ends_at_zero_and_never_is_too_small_to_be_normal()
    {
        Check<float>(float.IsSubnormal, 150_000, 1e-17f);
        Check<double>(double.IsSubnormal, 20_000, 1e-151);
    }

    // Gradients that are large, then shrink by a tenth a step as those of a decaying weight do, then are 0.
    private static void Check<T>(Predicate<T> isSubnormal, int steps, T least)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T tenth = T.CreateChecked(0.1), half = T.CreateChecked(0.5), rate = T.CreateChecked(1e-3);
        var rules = new (string Name, Action<T[], T[], T[], T[]> Step)[]
        {
            ("momentum", (w, g, v, _) => Update.Momentum<T>(w, g, v, rate, half)),
            ("Nesterov", (w, g, v, _) => Update.Nesterov<T>(w, g, v, rate, half)),
            ("RMSProp", (w, g, v, _) => Update.RmsProp<T>(w, g, v, new RmsPropRule<T>(1e-3, 0.99, 1e-8))),
            ("RMSProp with momentum", (w, g, v, u) => Update.RmsProp<T>(w, g, v, u, new RmsPropMomentumRule<T>(1e-3, 0.99, 1e-8, 0.5))),
            ("Adam", (w, g, m, v) => Update.Adam<T>(w, g, m, v, new AdamRule<T>(0.9, 0.999, 1, 1e-3, 1, 1e-8))),
        };
        foreach ((string name, Action<T[], T[], T[], T[]> step) in rules)
        {
            T[] w = new T[Length], g = [.. Enumerable.Range(1, Length).Select(i => T.CreateChecked(i - 19))], first = new T[Length], second = new T[Length];
            for (int t = 0; t < steps; t++)
            {
                step(w, g, first, second);
                Assert.IsFalse(Array.Exists(first, isSubnormal) || Array.Exists(second, isSubnormal), $"{name}, step {t}");
                for (int i = 0; i < Length; i++)
                    g[i] = T.Abs(g[i]) < least ? T.Zero : g[i] * tenth;
            }

            Assert.IsTrue(w.Where((_, i) => i != 18).All(x => x != T.Zero), name);
            if (typeof(T) == typeof(float))
                Assert.IsTrue(first.Concat(second).All(x => x == T.Zero), name);
        }
    }

    [TestMethod]
    public void A_gradient_that_is_no_number_stays_one_in_the_weight()
    {
        float[] w = [1, 1, 1], g = [float.NaN, float.PositiveInfinity, 0], m = new float[3], v = new float[3];
        Update.Adam<float>(w, g, m, v, new AdamRule<float>(0.9, 0.999, 1, 1e-3, 1, 1e-8));
        Assert.IsTrue(float.IsNaN(w[0]) && float.IsNaN(w[1]) && w[2] == 1);
        (w, v) = ([1, 1, 1], [0, 0, 0]);
        Update.Momentum<float>(w, g, v, 0.1f, 0.9f);
        Assert.IsTrue(float.IsNaN(w[0]) && float.IsNegativeInfinity(w[1]) && w[2] == 1);
    }
}
