namespace Backprop.Graphs;

/// <summary>
/// General back-propagation, symbol to symbol: the gradient of a scalar is more variables in the same graph
/// (Goodfellow, Bengio and Courville, Deep Learning, algorithms 6.5 and 6.6). It knows no differentiation rule; each
/// operation brings its own.
/// </summary>
public static class Backpropagation
{
    /// <summary>The outermost skeleton, algorithm 6.5.</summary>
    /// <param name="z">The scalar to differentiate.</param>
    /// <param name="targets">The variables to differentiate it by.</param>
    /// <returns>The gradient of <paramref name="z"/> for each target, of the target's shape, new variables of the graph.</returns>
    /// <exception cref="ArgumentException">
    /// z is not a scalar, a target is of another graph, or z does not depend on a target.
    /// </exception>
    public static IReadOnlyList<Variable> Gradients(Variable z, params IReadOnlyList<Variable> targets)
    {
        IReadOnlyDictionary<Variable, Variable> gradTable = GradTable(z, targets);
        return [.. targets.Select(target => gradTable[target])];
    }

    /// <summary>The whole grad table of algorithm 6.5, not restricted to the targets.</summary>
    /// <param name="z">The scalar to differentiate.</param>
    /// <param name="targets">The variables to differentiate it by.</param>
    /// <returns>The gradient of z for every variable between the targets and z, both included.</returns>
    /// <exception cref="ArgumentException">
    /// z is not a scalar, a target is of another graph, or z does not depend on a target.
    /// </exception>
    public static IReadOnlyDictionary<Variable, Variable> GradTable(Variable z, params IReadOnlyList<Variable> targets)
    {
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(targets);
        if (z.Shape != Shape.Scalar)
            throw new ArgumentException(
                $"Only a scalar can be differentiated; {z.Label} is none. Sum it, or take its mean, first.", nameof(z));

        // G': the variables between, descendants of a target and ancestors of z, in topological order.
        List<Variable> between = Between(z, targets);
        int outer = z.Graph.DerivativeOrder;
        z.Graph.DerivativeOrder = z.DerivativeOrder + 1;
        try
        {
            var gradTable = new Dictionary<Variable, Variable> { [z] = z.Graph.Constant(1) };
            BuildGrad(between, gradTable);
            return gradTable;
        }
        finally
        {
            z.Graph.DerivativeOrder = outer;
        }
    }

    /// <summary>
    /// The inner loop, algorithm 6.6. The book calls it recursively for a variable's consumers; going through the variables
    /// in reverse order meets every consumer before what it consumes, so the recursion becomes a loop that no depth of
    /// graph exhausts. Each edge is visited once.
    /// </summary>
    private static void BuildGrad(List<Variable> between, Dictionary<Variable, Variable> gradTable)
    {
        for (int i = between.Count - 1; i >= 0; i--)
        {
            Variable v = between[i];
            if (gradTable.ContainsKey(v))
                continue;

            var parts = new List<Variable>();
            foreach (Variable c in v.Consumers.ToArray()) // A copy: what Bprop adds may consume v.
            {
                if (!gradTable.TryGetValue(c, out Variable? d))
                    continue; // z does not depend on c, or the gradient there is 0.
                for (int x = 0; x < c.Inputs.Count; x++)
                {
                    if (c.Inputs[x] == v && Bprop(c, x, d) is { } part)
                        parts.Add(part);
                }
            }

            if (parts.Count > 0)
                gradTable[v] = parts.Count == 1 ? parts[0] : v.Graph.Apply(new Accumulate(), [.. parts]);
        }

        // What has no part has gradient 0. Said only now: a zero would be passed on, and 0 times infinity is NaN.
        foreach (Variable v in between)
        {
            if (!gradTable.ContainsKey(v))
                gradTable[v] = v.Graph.Constant(0, v.Shape);
        }
    }

    private static Variable? Bprop(Variable c, int x, Variable d)
    {
        Variable? part = c.Operation!.Bprop(c.Inputs, x, d);
        if (part is not null && (part.Graph != c.Graph || part.Shape != c.Inputs[x].Shape))
        {
            throw new InvalidOperationException(
                $"The bprop rule of {c.Operation.Name} gives {part.Label} for {c.Inputs[x].Label}: graph and shape must be the same.");
        }

        return part;
    }

    private static List<Variable> Between(Variable z, IReadOnlyList<Variable> targets)
    {
        IReadOnlyList<Variable> all = z.Graph.Variables;
        var descends = new bool[z.Id + 1];
        foreach (Variable target in targets)
        {
            ArgumentNullException.ThrowIfNull(target, nameof(targets));
            if (target.Graph != z.Graph)
                throw new ArgumentException($"Target {target.Label} is a variable of another graph than {z.Label}.", nameof(targets));
            if (target.Id <= z.Id)
                descends[target.Id] = true;
        }

        for (int id = 0; id <= z.Id; id++)
            descends[id] |= all[id].Inputs.Any(input => descends[input.Id]);

        var leads = new bool[z.Id + 1];
        leads[z.Id] = true;
        for (int id = z.Id; id >= 0; id--)
        {
            if (leads[id])
            {
                foreach (Variable input in all[id].Inputs)
                    leads[input.Id] = true;
            }
        }

        if (targets.FirstOrDefault(t => t.Id > z.Id || !leads[t.Id]) is { } unrelated)
            throw new ArgumentException($"{z.Label} does not depend on target {unrelated.Label}.", nameof(targets));

        return [.. all.Take(z.Id + 1).Where(v => descends[v.Id] && leads[v.Id])];
    }
}
