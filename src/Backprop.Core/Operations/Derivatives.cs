using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>Derivatives beyond the gradient of a scalar, all made of the same back-propagation.</summary>
public static class Derivatives
{
    /// <summary>J'v: the Jacobian of y by x, transposed, times a vector, without the Jacobian; what one bprop computes.</summary>
    /// <param name="y">Any tensor.</param>
    /// <param name="x">What y is differentiated by.</param>
    /// <param name="v">A tensor of the shape of y.</param>
    /// <returns>A tensor of the shape of x.</returns>
    /// <exception cref="ArgumentException">The shapes of y and v differ, or y does not depend on x.</exception>
    public static Variable JacobianTransposeProduct(Variable y, Variable x, Variable v)
    {
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(v);
        if (y.Shape != v.Shape)
            throw new ArgumentException($"The vector has shape {v.Shape}; it must be that of y, {y.Shape}.", nameof(v));
        return Backpropagation.Gradients(Op.Sum(Op.Multiply(y, v)), x)[0];
    }

    /// <summary>Hv: the Hessian of z times a vector, without the Hessian: the gradient of (gradient' v).</summary>
    /// <param name="z">The scalar to differentiate twice.</param>
    /// <param name="x">The variables to differentiate it by.</param>
    /// <param name="v">For each of them a tensor of its shape, which must not depend on them.</param>
    /// <returns>The product, in tensors of the shapes of x.</returns>
    /// <exception cref="ArgumentException">z is no scalar, or does not depend on a variable; the vectors do not fit.</exception>
    public static IReadOnlyList<Variable> HessianVectorProduct(Variable z, IReadOnlyList<Variable> x, IReadOnlyList<Variable> v)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(v);
        if (!x.Select(variable => variable.Shape).SequenceEqual(v.Select(vector => vector.Shape)))
            throw new ArgumentException("There must be one vector for each variable, of its shape.", nameof(v));
        IReadOnlyList<Variable> gradients = Backpropagation.Gradients(z, x);
        Variable slope = gradients.Zip(v, (g, direction) => Op.Sum(Op.Multiply(g, direction))).Aggregate(Op.Add);

        // Where z is linear in a variable, the gradient does not depend on it, and that part of Hv is 0.
        HashSet<Variable> curved = [.. Ancestors.Of([slope])];
        Variable[] targets = [.. x.Where(curved.Contains)];
        Dictionary<Variable, Variable> products = targets.Zip(Backpropagation.Gradients(slope, targets)).ToDictionary(p => p.First, p => p.Second);
        return [.. x.Select(variable => products.TryGetValue(variable, out Variable? product) ? product : z.Graph.Constant(0, variable.Shape))];
    }
}
