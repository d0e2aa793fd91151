using Backprop.Graphs;

namespace Backprop.Operations;

public static partial class Op
{
    /// <summary>
    /// x tanh(softplus(x)) (Misra 2019, arXiv 1908.08681). It shares the parts with its derivative. NaN at -infinity.
    /// </summary>
    /// <param name="x">Any tensor.</param>
    public static Variable Mish(Variable x) => Multiply(x, Tanh(Softplus(x)));
}
