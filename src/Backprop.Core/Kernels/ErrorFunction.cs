using System.Numerics;

namespace Backprop.Kernels;

/// <summary>
/// The complementary error function by the rational approximations of W. J. Cody, "Rational Chebyshev approximations for the
/// error function", Mathematics of Computation 23 (1969), 631-637, as tabulated in his routine CALERF: within a few
/// units in the last place of double, relative to the result, also far out where the result is tiny.
/// </summary>
internal static class ErrorFunction
{
    // From here on exp(-x^2) is 0 in double.
    private const double Vanishes = 28;

    private const double InverseSqrtPi = 0.56418958354775628695;

    // Coefficients from the highest power down. erf(x) / x in x^2 up to 15/32:
    private static readonly double[] s_nearNumerator =
        [1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3];

    private static readonly double[] s_nearDenominator =
        [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3];

    // exp(x^2) erfc(x) in x from 15/32 to 4:
    private static readonly double[] s_middleNumerator =
    [
        2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1, 2.98635138197400131e2,
        8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
    ];

    private static readonly double[] s_middleDenominator =
    [
        1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
        3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
    ];

    // x^2 (1 / sqrt(pi) - x exp(x^2) erfc(x)) in 1 / x^2 from 4:
    private static readonly double[] s_farNumerator =
    [
        1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
        1.60837851487422766e-2, 6.58749161529837803e-4,
    ];

    private static readonly double[] s_farDenominator =
    [
        1, 2.56852019228982242e0, 1.87295284992346047e0, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3,
    ];

    /// <summary>erfc(x) = 1 - erf(x) = 2 / sqrt(pi) times the integral of exp(-t^2) from x to infinity.</summary>
    public static double Complementary(double x)
    {
        double y = Math.Abs(x);
        if (y <= 15.0 / 32)
            return 1 - (x * Ratio(s_nearNumerator, s_nearDenominator, x * x));
        double scaled = y <= 4 ? Ratio(s_middleNumerator, s_middleDenominator, y) : Far(y);
        double tail = y >= Vanishes ? 0 : ExpOfMinusSquare(y) * scaled;
        return x < 0 ? 2 - tail : tail;
    }

    /// <summary>
    /// result = the probability that a standard normal variable is at most x, erfc(-x / sqrt(2)) / 2; computed in double.
    /// </summary>
    public static void NormalCdf<T>(ReadOnlySpan<T> x, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const double SqrtHalf = 0.70710678118654752440;
        for (int i = 0; i < x.Length; i++)
            result[i] = T.CreateTruncating(0.5 * Complementary(-SqrtHalf * double.CreateTruncating(x[i])));
    }

    private static double Far(double y)
    {
        double z = 1 / (y * y);
        return (InverseSqrtPi - (z * Ratio(s_farNumerator, s_farDenominator, z))) / y;
    }

    // y^2 = a^2 + (y - a)(y + a): with 16 a a whole number a^2 is exact, and so the exponential of a large square is, too.
    private static double ExpOfMinusSquare(double y)
    {
        double a = Math.Truncate(16 * y) / 16;
        return Math.Exp(-a * a) * Math.Exp(-(y - a) * (y + a));
    }

    private static double Ratio(double[] numerator, double[] denominator, double x)
    {
        double p = 0, q = 0;
        for (int i = 0; i < numerator.Length; i++)
        {
            p = (p * x) + numerator[i];
            q = (q * x) + denominator[i];
        }

        return p / q;
    }
}
