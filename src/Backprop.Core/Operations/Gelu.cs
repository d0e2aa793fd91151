using Backprop.Graphs;

namespace Backprop.Operations;

public static partial class Op
{
    /// <summary>
    /// x times the probability that a standard normal variable is at most x: the Gaussian error linear unit, exact, by the
    /// error function (Hendrycks and Gimpel 2016, arXiv 1606.08415). It shares the probability with its derivative.
    /// NaN at -infinity.
    /// </summary>
    /// <param name="x">Any tensor.</param>
    public static Variable Gelu(Variable x) => Multiply(x, NormalCdf(x));
}
