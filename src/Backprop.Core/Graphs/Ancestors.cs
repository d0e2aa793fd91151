namespace Backprop.Graphs;

/// <summary>The part of a graph that some variables need.</summary>
internal static class Ancestors
{
    /// <summary>The variables and everything they are computed from, in topological order.</summary>
    public static List<Variable> Of(IEnumerable<Variable> variables)
    {
        var needed = new HashSet<Variable>(variables);
        var open = new Stack<Variable>(needed);
        while (open.TryPop(out Variable? v))
        {
            foreach (Variable input in v.Inputs)
            {
                if (needed.Add(input))
                    open.Push(input);
            }
        }

        return [.. needed.OrderBy(v => v.Id)];
    }
}
