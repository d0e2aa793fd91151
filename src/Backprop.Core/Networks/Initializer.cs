using Backprop.Kernels;

namespace Backprop.Networks;

/// <summary>The distributions that starting values of weights are drawn from: a variance, in an even or a normal form.</summary>
public enum InitializerKind
{
    /// <summary>
    /// Even, variance 2 / fanIn, which keeps the size of the signal through ReLU layers (He et al. 2015, arXiv 1502.01852, equation 10).
    /// </summary>
    HeUniform,

    /// <summary>Normal, variance 2 / fanIn.</summary>
    HeNormal,

    /// <summary>
    /// Even, variance 2 / (fanIn + fanOut), a compromise between signal and gradient (Glorot and Bengio 2010, equation 16);
    /// scikit-learn's for all activations but the logistic.
    /// </summary>
    GlorotUniform,

    /// <summary>Normal, variance 2 / (fanIn + fanOut).</summary>
    GlorotNormal,

    /// <summary>Even, variance 1 / fanIn (LeCun et al. 1998, Efficient BackProp, equation 16).</summary>
    LeCunUniform,

    /// <summary>Normal, variance 1 / fanIn; the one that SELU asks for (Klambauer et al. 2017, arXiv 1706.02515).</summary>
    LeCunNormal,
}

/// <summary>Starting values of weights.</summary>
public static class Initializer
{
    /// <summary>Draws independent values of mean 0.</summary>
    /// <param name="weights">Takes the values.</param>
    /// <param name="kind">The distribution.</param>
    /// <param name="fanIn">The number of inputs of a unit, 1 or more.</param>
    /// <param name="fanOut">The number of units that an input goes to, 1 or more.</param>
    /// <param name="random">The source of randomness.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such distribution, or a number is below 1.</exception>
    public static void Draw(Span<float> weights, InitializerKind kind, int fanIn, int fanOut, RandomSource random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fanIn, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(fanOut, 1);
        ArgumentNullException.ThrowIfNull(random);
        double variance = kind switch
        {
            InitializerKind.HeUniform or InitializerKind.HeNormal => 2.0 / fanIn,
            InitializerKind.GlorotUniform or InitializerKind.GlorotNormal => 2.0 / ((double)fanIn + fanOut),
            InitializerKind.LeCunUniform or InitializerKind.LeCunNormal => 1.0 / fanIn,
            _ => throw new ArgumentOutOfRangeException(
                nameof(kind), kind, $"The initializer must be one of {string.Join(", ", Enum.GetNames<InitializerKind>())}."),
        };
        if (kind is InitializerKind.HeNormal or InitializerKind.GlorotNormal or InitializerKind.LeCunNormal)
        {
            double deviation = Math.Sqrt(variance);
            foreach (ref float weight in weights)
                weight = (float)(deviation * random.NextNormal());
        }
        else
        {
            double r = Math.Sqrt(3 * variance); // Even in (-r, r) has the variance r^2 / 3.
            foreach (ref float weight in weights)
                weight = (float)(r * ((2 * random.NextDouble()) - 1));
        }
    }
}
