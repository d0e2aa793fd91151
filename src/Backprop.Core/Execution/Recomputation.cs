using Backprop.Graphs;

namespace Backprop.Execution;

/// <summary>A step of a run: which node it makes, and from which.</summary>
internal readonly record struct NodeStep(Node Result, Node[] Inputs);

/// <summary>
/// Trades work for memory (Goodfellow, Bengio and Courville, section 6.5.3, equation 6.53): a value that is needed again
/// long after it was made is not kept but computed again. Of n values in a chain those at every sqrt(n)-th depth are
/// kept, so that at most about sqrt(n) steps lead back to one (Chen and others 2016, arXiv 1604.06174).
/// </summary>
internal sealed class Recomputation
{
    private readonly HashSet<Node> _kept;
    private readonly int _distance;
    private readonly Dictionary<Node, int> _depth = [];
    private readonly Dictionary<Node, (Node Node, int Step)> _latest = [];
    private readonly List<NodeStep> _steps = [];

    private Recomputation(IReadOnlyList<Node> computed, HashSet<Node> kept)
    {
        _kept = kept;
        _distance = (int)Math.Ceiling(Math.Sqrt(computed.Count));
        foreach (Node node in computed)
            _depth[node] = 1 + node.Inputs.Max(input => (int?)_depth.GetValueOrDefault(input)) ?? 1;
    }

    /// <summary>The steps of a run in which a value lives on only where it is kept or needed soon.</summary>
    /// <param name="computed">The computed nodes in topological order.</param>
    /// <param name="kept">Nodes that live to the end in any case.</param>
    public static IReadOnlyList<NodeStep> Run(IReadOnlyList<Node> computed, HashSet<Node> kept)
    {
        var recomputation = new Recomputation(computed, kept);
        foreach (Node node in computed)
            recomputation.Emit(node);
        return recomputation._steps;
    }

    /// <summary>Adds the step of a node, and before it those that make anew what it needs and is gone.</summary>
    private void Emit(Node node)
    {
        var made = new HashSet<Node>();
        var open = new Stack<Node>([node]); // A stack of our own: graphs may be deep.
        while (open.TryPeek(out Node? next))
        {
            Node[] gone = [.. next.Inputs.Where(input => !made.Contains(input) && IsGone(input))];
            foreach (Node input in gone)
                open.Push(input);
            if (gone.Length > 0)
                continue;
            open.Pop();
            if (made.Add(next))
                Add(next);
        }
    }

    private void Add(Node node)
    {
        Node[] inputs = [.. node.Inputs.Select(input => _latest.TryGetValue(input, out (Node Node, int) last) ? last.Node : input)];
        Node result = _latest.ContainsKey(node) ? node.Again() : node;
        _latest[node] = (result, _steps.Count);
        _steps.Add(new NodeStep(result, inputs));
    }

    private bool IsGone(Node input) =>
        input.Kind == VariableKind.Computed
        && !_kept.Contains(input)
        && _depth[input] % _distance != 0
        && _steps.Count - _latest[input].Step > 4 * _distance;
}
