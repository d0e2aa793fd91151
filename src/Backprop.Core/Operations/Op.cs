using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>
/// Applies operations to variables: each method adds one variable to the graph of its arguments. Shapes that differ are
/// broadcast as in NumPy: axes are matched from the last, and a size of 1, or an axis that is missing, is repeated.
/// </summary>
public static partial class Op
{
    /// <summary>A tensor times a number.</summary>
    /// <param name="x">Any tensor.</param>
    /// <param name="factor">The number.</param>
    public static Variable Scale(Variable x, double factor)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Multiply(x.Graph.Constant(factor), x);
    }

    /// <summary>-x.</summary>
    /// <param name="x">Any tensor.</param>
    public static Variable Negate(Variable x) => Scale(x, -1);

    internal static Variable OneMinus(Variable x) => Subtract(x.Graph.Constant(1), x);

    private static Variable Apply(Operation operation, params ReadOnlySpan<Variable> inputs)
    {
        foreach (Variable input in inputs)
            ArgumentNullException.ThrowIfNull(input);
        return inputs[0].Graph.Apply(operation, inputs);
    }
}
