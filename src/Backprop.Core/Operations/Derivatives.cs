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

    /// <summary>
    /// The whole Jacobian of y by x, dy_i / dx_j: one back-propagation for each element of y. Where a product with it will do,
    /// <see cref="JacobianTransposeProduct"/> costs one.
    /// </summary>
    /// <param name="y">A tensor of fixed shape, with m elements.</param>
    /// <param name="x">A tensor of fixed shape, with n elements, that y depends on.</param>
    /// <returns>An m by n matrix, elements in row-major order of y and x.</returns>
    /// <exception cref="ArgumentException">A shape has a free axis or no elements, or y does not depend on x.</exception>
    public static Variable Jacobian(Variable y, Variable x)
    {
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(x);
        if (y.Shape.IsFree || x.Shape.IsFree)
            throw new ArgumentException($"The Jacobian of {y.Label} by {x.Label}: neither may have a free axis.", nameof(y));
        int m = y.Shape.Count(0), n = x.Shape.Count(0);
        if (m == 0 || n == 0)
            throw new ArgumentException($"The Jacobian of {y.Label} by {x.Label}: neither may be empty.", nameof(y));

        Variable flat = Op.Reshape(y, new Shape(m));
        var rows = new Variable[m];
        for (int i = 0; i < m; i++)
        {
            Variable element = Op.Sum(Op.Slice(flat, 0, i, 1));
            rows[i] = Op.Reshape(Backpropagation.Gradients(element, x)[0], new Shape(1, n));
        }

        return Op.Concatenate(0, rows);
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
        if (x.Count == 0 || x.Distinct().Count() != x.Count)
            throw new ArgumentException("There must be one variable or more to differentiate by, none of them twice.", nameof(x));
        if (Ancestors.Of(v).FirstOrDefault(x.Contains) is { } moving)
            throw new ArgumentException($"A vector depends on {moving.Label}, which is differentiated by.", nameof(v));
        IReadOnlyList<Variable> gradients = Backpropagation.Gradients(z, x);
        Variable slope = gradients.Zip(v, (g, direction) => Op.Sum(Op.Multiply(g, direction))).Aggregate(Op.Add);

        // Where z is linear in a variable, the gradient does not depend on it, and that part of Hv is 0.
        HashSet<Variable> curved = [.. Ancestors.Of([slope])];
        Variable[] targets = [.. x.Where(curved.Contains)];
        Dictionary<Variable, Variable> products = targets.Zip(Backpropagation.Gradients(slope, targets)).ToDictionary(p => p.First, p => p.Second);
        return [.. x.Select(variable => products.TryGetValue(variable, out Variable? product) ? product : z.Graph.Constant(0, variable.Shape))];
    }
}
