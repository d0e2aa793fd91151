using Backprop.Graphs;

namespace Backprop.Operations;

public static partial class Op
{
    /// <summary>
    /// lambda elu(x, alpha) with the numbers that keep mean 0 and variance 1 from layer to layer: the self-normalising unit
    /// (Klambauer, Unterthiner, Mayr and Hochreiter 2017, arXiv 1706.02515, equation 14).
    /// </summary>
    /// <param name="x">Any tensor.</param>
    public static Variable Selu(Variable x) => Scale(Elu(x, alpha: 1.6732632423543772848), 1.0507009873554804934);
}
