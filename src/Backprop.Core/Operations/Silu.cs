using Backprop.Graphs;

namespace Backprop.Operations;

public static partial class Op
{
    /// <summary>
    /// x sigmoid(x): the sigmoid-weighted linear unit, or swish (Elfwing, Uchibe and Doya 2017, arXiv 1702.03118). It shares the
    /// sigmoid with its derivative. NaN at -infinity.
    /// </summary>
    /// <param name="x">Any tensor.</param>
    public static Variable Silu(Variable x) => Multiply(x, Sigmoid(x));
}
