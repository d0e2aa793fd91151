using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Execution;

/// <summary>
/// A gradient of which a minibatch has few rows: <c>A' G + multiple W</c> with a sparse input A, where only products A W with
/// it read the parameter W. Of a row of W that is a column absent from A, only the multiple is left.
/// </summary>
/// <param name="Parameter">W.</param>
/// <param name="A">The sparse input.</param>
/// <param name="G">The other factor.</param>
/// <param name="Multiple">What W is multiplied by.</param>
internal readonly record struct RowSparsity(Variable Parameter, Node A, Node G, double Multiple)
{
    /// <summary>Finds such gradients, and takes the products that would make all of their rows out of the order.</summary>
    /// <param name="order">Nodes in topological order, fused.</param>
    /// <param name="gradients">The nodes of the parameters' gradients.</param>
    /// <param name="outputs">The nodes that are read as a whole after a run.</param>
    public static List<RowSparsity> Extract(
        List<Node> order, IReadOnlyDictionary<Variable, Node> gradients, IReadOnlyCollection<Node> outputs)
    {
        ILookup<Node, Node> readers = order.SelectMany(node => node.Inputs.Distinct(), (reader, input) => (reader, input))
            .ToLookup(pair => pair.input, pair => pair.reader);
        var found = new List<RowSparsity>();
        foreach ((Variable parameter, Node gradient) in gradients)
        {
            bool isForOptimizer = !readers[gradient].Any() && !outputs.Contains(gradient) && gradients.Values.Count(other => other == gradient) == 1;
            if (!isForOptimizer || order.Find(node => node.Source == parameter) is not { } w || outputs.Contains(w))
                continue;
            if (MultipleOf(gradient, w) is not { } multiple ||
                !readers[w].All(reader => reader == gradient || IsProduct(reader, gradient.Inputs[0], w)))
            {
                continue;
            }

            found.Add(new RowSparsity(parameter, gradient.Inputs[0], gradient.Inputs[1], multiple));
            order.Remove(gradient);
        }

        return found;
    }

    /// <summary>Whether a node is A W, plus something else perhaps, and reads W in no other way.</summary>
    private static bool IsProduct(Node node, Node a, Node w) =>
        ProductOf(node) is { TransposeA: false } && node.Inputs[0] == a && node.Inputs[1] == w && node.Inputs.Count(input => input == w) == 1;

    /// <summary>The multiple of w in a gradient A' G + multiple w with a sparse A; null for any other.</summary>
    private static double? MultipleOf(Node gradient, Node w)
    {
        if (ProductOf(gradient) is not { TransposeA: true } || !gradient.Inputs[0].Source.IsSparse || gradient.Inputs[1] == w)
            return null;
        return gradient.Operation switch
        {
            MatMul => 0,
            FusedProduct { Adds: true, Rectifies: false, Gates: false, Scale: var scale } when gradient.Inputs[2] == w => scale,
            _ => null,
        };
    }

    private static MatMul? ProductOf(Node node) => node.Operation as MatMul ?? (node.Operation as FusedProduct)?.Product;
}
