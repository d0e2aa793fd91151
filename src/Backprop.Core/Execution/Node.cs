using Backprop.Graphs;

namespace Backprop.Execution;

/// <summary>A value of a plan: what a variable became after equal ones were merged and the algebra was simplified.</summary>
internal sealed class Node
{
    /// <summary>The first variable that has this value.</summary>
    public required Variable Source { get; init; }

    public required VariableKind Kind { get; init; }

    public required Shape Shape { get; init; }

    /// <summary>What computes it; null unless it is computed.</summary>
    public Operation? Operation { get; init; }

    public Node[] Inputs { get; init; } = [];

    /// <summary>The value of every element of a constant.</summary>
    public double Constant { get; init; }

    /// <summary>Whether every element is one number, whatever the run.</summary>
    public bool IsConstant(double value) => Kind == VariableKind.Constant && Constant == value;

    /// <summary>The nodes and everything they are computed from, in topological order.</summary>
    public static List<Node> Needed(IEnumerable<Node> nodes)
    {
        var needed = new HashSet<Node>(nodes);
        var open = new Stack<Node>(needed);
        while (open.TryPop(out Node? node))
        {
            foreach (Node input in node.Inputs)
            {
                if (needed.Add(input))
                    open.Push(input);
            }
        }

        return [.. needed.OrderBy(node => node.Source.Id)];
    }

    /// <summary>The same computation once more, as a node of its own.</summary>
    public Node Again() => new() { Source = Source, Kind = Kind, Shape = Shape, Operation = Operation, Inputs = Inputs };
}
