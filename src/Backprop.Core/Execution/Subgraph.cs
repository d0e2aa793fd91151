using Backprop.Graphs;

namespace Backprop.Execution;

/// <summary>The part of a graph that some variables need.</summary>
internal static class Subgraph
{
    /// <summary>The variables and everything they are computed from, in topological order.</summary>
    public static List<Variable> Needed(IEnumerable<Variable> variables)
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

    /// <summary>
    /// For each variable the first one that is sure to have the same value: the same constant, or an equal operation on the
    /// same inputs. So a gradient may say softmax(z) again and costs nothing.
    /// </summary>
    public static Dictionary<Variable, Variable> MergeEqual(IEnumerable<Variable> topological)
    {
        var same = new Dictionary<Variable, Variable>();
        var constants = new Dictionary<(double, Shape), Variable>();
        var computed = new Dictionary<Computation, Variable>();
        foreach (Variable v in topological)
        {
            same[v] = v.Kind switch
            {
                VariableKind.Constant => First(constants, (v.ConstantValue, v.Shape), v),
                VariableKind.Computed => First(computed, new Computation(v.Operation!, [.. v.Inputs.Select(input => same[input])]), v),
                _ => v,
            };
        }

        return same;
    }

    private static Variable First<TKey>(Dictionary<TKey, Variable> known, TKey key, Variable v)
        where TKey : notnull => known.TryAdd(key, v) ? v : known[key];

    private readonly record struct Computation(Operation Operation, Variable[] Inputs)
    {
        public bool Equals(Computation other) => Operation.Equals(other.Operation) && Inputs.AsSpan().SequenceEqual(other.Inputs);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.Add(Operation);
            foreach (Variable input in Inputs)
                hash.Add(input.Id);
            return hash.ToHashCode();
        }
    }
}
