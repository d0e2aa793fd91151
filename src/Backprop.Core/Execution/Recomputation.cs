using Backprop.Graphs;

namespace Backprop.Execution;

/// <summary>A step of a run: which node it makes, and from which.</summary>
internal readonly record struct NodeStep(Node Result, Node[] Inputs);

/// <summary>
/// Trades work for memory (Goodfellow, Bengio and Courville, section 6.5.3, equation 6.53): a value that is needed again
/// long after it was made is not kept but computed again. The run is cut into about sqrt(n) segments; what passes from
/// one to the next is kept, and the rest of a segment is made anew from it when it is needed later (Chen and others
/// 2016, arXiv 1604.06174).
/// </summary>
internal sealed class Recomputation
{
    private readonly Dictionary<Node, int> _segment = [];
    private readonly HashSet<Node> _madeAgain = [];
    private readonly Dictionary<Node, (Node Node, int Segment)> _latest = [];
    private readonly List<NodeStep> _steps = [];

    private Recomputation(IReadOnlyList<Node> computed, HashSet<Node> kept)
    {
        int length = (int)Math.Ceiling(Math.Sqrt(computed.Count));
        var consumers = new Dictionary<Node, List<Node>>();
        for (int i = 0; i < computed.Count; i++)
        {
            _segment[computed[i]] = i / length;
            consumers[computed[i]] = [];
            foreach (Node input in computed[i].Inputs.Where(input => input.Kind == VariableKind.Computed).Distinct())
                consumers[input].Add(computed[i]);
        }

        // From the last on, so that it is known of a consumer whether it is made again.
        foreach (Node node in computed.Reverse())
        {
            if (!kept.Contains(node) && CanBeMadeAgain(node, consumers[node]))
                _madeAgain.Add(node);
        }
    }

    /// <summary>The steps of a run in which a value lives on only where it is kept or needed soon.</summary>
    /// <param name="computed">The computed nodes in topological order.</param>
    /// <param name="kept">Nodes that live to the end in any case.</param>
    public static IReadOnlyList<NodeStep> Run(IReadOnlyList<Node> computed, HashSet<Node> kept)
    {
        var recomputation = new Recomputation(computed, kept);
        foreach (Node node in computed)
            recomputation.Emit(node, recomputation._segment[node]);
        return recomputation._steps;
    }

    /// <summary>
    /// Whether a node is needed far away, or by a node of its segment that is made again. Not one that the next segment
    /// begins from, that is made again in another segment's stead, or that is needed far away too often.
    /// </summary>
    private bool CanBeMadeAgain(Node node, List<Node> consumers)
    {
        int here = _segment[node];
        int far = consumers.Select(c => _segment[c]).Where(segment => segment > here + 1).Distinct().Count();
        bool isBoundary = consumers.Exists(c => _segment[c] == here + 1 || (_segment[c] != here && _madeAgain.Contains(c)));
        bool isInside = consumers.Exists(c => _segment[c] == here && _madeAgain.Contains(c));
        return !isBoundary && far <= 2 && (far > 0 || isInside);
    }

    /// <summary>Adds the step of a node, and before it those that make anew what it needs and is gone.</summary>
    private void Emit(Node node, int segment)
    {
        if (!node.Inputs.Any(input => IsGone(input, segment)))
        {
            Add(node, segment);
            return;
        }

        var open = new Stack<Node>([node]); // A stack of our own: segments may be deep.
        while (open.TryPeek(out Node? next))
        {
            Node[] gone = [.. next.Inputs.Where(input => IsGone(input, segment))];
            foreach (Node input in gone)
                open.Push(input);
            if (gone.Length > 0)
                continue;
            open.Pop();
            if (next == node || IsGone(next, segment))
                Add(next, segment);
        }
    }

    private void Add(Node node, int segment)
    {
        Node[] inputs = [.. node.Inputs.Select(input => _latest.TryGetValue(input, out (Node Node, int) last) ? last.Node : input)];
        Node result = _latest.ContainsKey(node) ? node.Again() : node;
        _latest[node] = (result, segment);
        _steps.Add(new NodeStep(result, inputs));
    }

    private bool IsGone(Node node, int segment) => _madeAgain.Contains(node) && _latest[node].Segment < segment - 1;
}
