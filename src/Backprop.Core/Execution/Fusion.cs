using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Execution;

/// <summary>
/// Puts operations that follow each other into one kernel where there is one, so that a value is finished while it is in
/// the first cache: sums, ReLU and gate into the matrix product before them, and the gradient of the cross-entropy. It
/// matches operations, wherever they come from, and changes no bit of a result.
/// </summary>
internal sealed class Fusion
{
    private readonly Dictionary<Node, Node> _fused = [];
    private readonly HashSet<Node> _shared = []; // Read more than once, or at the end.
    private readonly List<Node> _order = [];

    private Fusion(IReadOnlyList<Node> order, IEnumerable<Node> kept)
    {
        _shared.UnionWith(kept);
        var read = new HashSet<Node>();
        foreach (Node input in order.SelectMany(node => node.Inputs))
        {
            if (!read.Add(input))
                _shared.Add(input);
        }
    }

    /// <summary>Fuses.</summary>
    /// <param name="order">Nodes in topological order.</param>
    /// <param name="kept">Those whose values are read at the end.</param>
    /// <param name="replaced">The node that each node that is still needed became.</param>
    /// <returns>The nodes that are left, in topological order.</returns>
    public static List<Node> Run(IReadOnlyList<Node> order, IReadOnlyCollection<Node> kept, out IReadOnlyDictionary<Node, Node> replaced)
    {
        var fusion = new Fusion(order, kept);
        foreach (Node node in order)
            fusion._fused[node] = fusion.Rewrite(node);
        replaced = fusion._fused;
        HashSet<Node> needed = [.. Node.Needed(kept.Select(node => fusion._fused[node]))];
        return fusion._order.FindAll(needed.Contains);
    }

    private Node Rewrite(Node node)
    {
        Node[] inputs = [.. node.Inputs.Select(input => _fused[input])];
        if (node.Operation is not Accumulate || inputs.Length < 2)
            return Emit(node, node.Operation, inputs);

        // As a chain of sums, each of which a product can take in.
        Node sum = inputs[0];
        for (int i = 1; i < inputs.Length; i++)
            sum = Emit(node, node.Operation, [sum, inputs[i]], mayBeShared: i == inputs.Length - 1);
        return sum;
    }

    /// <summary>Adds the node of an operation, or of the kernel that does it together with the one before.</summary>
    private Node Emit(Node node, Operation? operation, Node[] inputs, bool mayBeShared = true)
    {
        (operation, inputs) = Fuse(node, operation, inputs) ?? (operation, inputs);
        Node result = operation == node.Operation && inputs.SequenceEqual(node.Inputs)
            ? node
            : new Node { Source = node.Source, Kind = node.Kind, Shape = node.Shape, Operation = operation, Inputs = inputs };
        if (mayBeShared && _shared.Contains(node))
            _shared.Add(result);
        _order.Add(result);
        return result;
    }

    /// <summary>The kernel that does an operation together with the one before it, and what it reads.</summary>
    private (Operation? Operation, Node[] Inputs)? Fuse(Node node, Operation? operation, Node[] x)
    {
        switch (operation)
        {
            case Add or Accumulate when x.Length == 2:
                return AddTo(x[1], x[0], node.Shape) ?? AddTo(x[0], x[1], node.Shape);
            case Relu when Unfinished(x[0]) is { Rectifies: false } product:
                return (product with { Rectifies = true }, x[0].Inputs);
            case Gate when Unfinished(x[0]) is { } product:
                return (product with { Gates = true }, [.. x[0].Inputs, x[1]]);
            case Multiply when IsCrossEntropyGradient(x[0]) && (x[1].Shape == Shape.Scalar || x[1].Shape == x[0].Inputs[1].Inputs[0].Shape):
                return (new FusedCrossEntropyGradient(), [x[0].Inputs[0].Inputs[0], x[0].Inputs[1].Inputs[0], x[1]]);
            default:
                return null;
        }
    }

    private (Operation, Node[])? AddTo(Node product, Node addend, Shape shape)
    {
        if (Unfinished(product) is not { Adds: false, Rectifies: false } fused || product.Shape != shape)
            return null;
        double scale = 1;
        if (addend is { Operation: Multiply, Inputs: [{ Kind: VariableKind.Constant } factor, var scaled] } && scaled.Shape == addend.Shape)
            (scale, addend) = (factor.Constant, scaled);
        bool isRow = addend.Shape.Rank > 0 && addend.Shape[^1] == shape[1] && addend.Shape.Count(1) == shape[1] && !addend.Shape.IsFree;
        return isRow || addend.Shape == shape
            ? (fused with { Adds = true, Scale = scale }, [.. product.Inputs, addend])
            : null;
    }

    /// <summary>The product that a node is, if nobody else reads it and a gate has not ended it.</summary>
    private FusedProduct? Unfinished(Node node)
    {
        FusedProduct? product = node.Operation as FusedProduct ?? (node.Operation is MatMul plain ? new FusedProduct(plain) : null);
        return product is { Gates: false } && !_shared.Contains(node) ? product : null;
    }

    private bool IsCrossEntropyGradient(Node node) =>
        node is { Operation: Subtract, Inputs: [{ Operation: Softmax } p, { Operation: OneHot } labels] } &&
        !_shared.Contains(node) && !_shared.Contains(p) && !_shared.Contains(labels) && p.Shape == labels.Shape;
}
