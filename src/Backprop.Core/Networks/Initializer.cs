using Backprop.Kernels;

namespace Backprop.Networks;

/// <summary>Starting values of weights.</summary>
public static class Initializer
{
    /// <summary>
    /// He initialisation, even form: independent and even in (-r, r) with r = sqrt(6 / fanIn), so of variance 2 / fanIn, which
    /// keeps the size of the signal through ReLU layers (He, Zhang, Ren and Sun 2015, arXiv 1502.01852, equation 10).
    /// </summary>
    /// <param name="weights">Takes the values.</param>
    /// <param name="fanIn">The number of inputs of a unit, 1 or more.</param>
    /// <param name="random">The source of randomness.</param>
    public static void He(Span<float> weights, int fanIn, RandomSource random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fanIn, 1);
        ArgumentNullException.ThrowIfNull(random);
        double r = Math.Sqrt(6.0 / fanIn);
        foreach (ref float weight in weights)
            weight = (float)(r * ((2 * random.NextDouble()) - 1));
    }
}
