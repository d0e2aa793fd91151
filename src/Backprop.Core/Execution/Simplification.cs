using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Execution;

/// <summary>
/// Turns variables into nodes, fewer where it can (Goodfellow, Bengio and Courville, end of section 6.5.3): the same
/// operation on the same nodes is one node, so a gradient may say softmax(z) again and costs nothing; what depends on
/// constants alone is a constant; and what the algebra says is another node is that node.
/// </summary>
internal sealed class Simplification
{
    private readonly Dictionary<Variable, Node> _nodes = [];
    private readonly Dictionary<(long Bits, Shape Shape), Node> _constants = []; // By bits: -0 is not 0.
    private readonly Dictionary<Computation, Node> _computed = [];

    /// <summary>The node of every variable.</summary>
    /// <param name="topological">The variables, each after what it is computed from.</param>
    public static Dictionary<Variable, Node> Run(IEnumerable<Variable> topological)
    {
        var simplification = new Simplification();
        foreach (Variable v in topological)
            simplification._nodes[v] = simplification.Simplify(v);
        return simplification._nodes;
    }

    private Node Simplify(Variable v)
    {
        if (v.Kind == VariableKind.Constant)
            return Constant(v, v.ConstantValue);
        if (v.Operation is not { } operation)
            return new Node { Source = v, Kind = v.Kind, Shape = v.Shape };

        Node[] inputs = [.. v.Inputs.Select(input => _nodes[input])];
        if (Fold(operation, inputs) is { } value)
            return Constant(v, value);
        Canonicalize(operation, inputs, v.Shape);
        if (Identity(operation, inputs) is { } same && same.Shape == v.Shape)
            return same;
        var key = new Computation(operation, inputs);
        if (!_computed.TryGetValue(key, out Node? node))
            _computed[key] = node = new Node { Source = v, Kind = v.Kind, Shape = v.Shape, Operation = operation, Inputs = inputs };
        return node;
    }

    /// <summary>Writes the same computation so that fewer values are needed, or more of it can be fused.</summary>
    private void Canonicalize(Operation operation, Node[] x, Shape result)
    {
        switch (operation)
        {
            // What lets the same elements through: the gate's condition is then the ReLU's result, not what it was made from.
            case Gate when _computed.TryGetValue(new Computation(new Relu(), [x[1]]), out Node? relu):
                x[1] = relu;
                break;

            // Products last: each takes in the sum of what stands before it.
            case Accumulate:
                Node[] sorted = [.. x.OrderBy(node => node.Operation is MatMul)];
                sorted.CopyTo(x, 0);
                break;

            // An element-wise operation broadcasts by itself.
            case ElementwiseBinary:
                for (int i = 0; i < x.Length; i++)
                {
                    if (x[i].Operation is BroadcastTo && Broadcast(x[i].Inputs[0].Shape, x[1 - i].Shape) == result)
                        x[i] = x[i].Inputs[0];
                }

                break;
        }

        Shape Broadcast(Shape a, Shape b) => operation.InferShape([a, b]);
    }

    /// <summary>What the operation gives back as it is, if its shape is that of the result.</summary>
    private static Node? Identity(Operation operation, Node[] x) => operation switch
    {
        Multiply when x[1].IsConstant(1) => x[0],
        Multiply when x[0].IsConstant(1) => x[1],
        Add when x[1].IsConstant(0) => x[0],
        Add when x[0].IsConstant(0) => x[1],
        Subtract when x[1].IsConstant(0) => x[0],
        Divide when x[1].IsConstant(1) => x[0],
        Accumulate when x.Length == 1 => x[0],
        Reshape when x[0].Operation is Reshape => x[0].Inputs[0],
        Transpose second when x[0].Operation is Transpose first && second.Undoes(first) => x[0].Inputs[0],
        _ => null,
    };

    /// <summary>The value of all elements, where the operation works on constants element by element, or moves them.</summary>
    private static double? Fold(Operation operation, Node[] x)
    {
        if (!x.All(node => node.Kind == VariableKind.Constant))
            return null;
        if (operation is Reshape or Transpose or Slice)
            return x[0].Constant;
        bool isElementwise = operation is ElementwiseUnary or ElementwiseBinary or ElementwiseLoss or Gate or Select;
        if (!isElementwise && operation is not (BroadcastTo or Accumulate))
            return null;
        double[] values = [.. x.Select(node => node.Constant), 0];
        Slot[] slots = [.. values.Select((_, i) => new Slot(Slot.Work, i, Shape.Scalar))];
        Operation scalar = operation is BroadcastTo ? new BroadcastTo(Shape.Scalar) : operation;
        scalar.Forward(new Operands<double>(slots.AsSpan(0, x.Length), slots[^1], new RunMemory<double>([values], [], []), 1));
        return values[^1];
    }

    private Node Constant(Variable v, double value)
    {
        (long, Shape) key = (BitConverter.DoubleToInt64Bits(value), v.Shape);
        if (!_constants.TryGetValue(key, out Node? node))
            _constants[key] = node = new Node { Source = v, Kind = VariableKind.Constant, Shape = v.Shape, Constant = value };

        return node;
    }

    private readonly record struct Computation(Operation Operation, Node[] Inputs)
    {
        public bool Equals(Computation other) =>
            Operation.Equals(other.Operation) && Inputs.AsSpan().SequenceEqual(other.Inputs);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.Add(Operation);
            foreach (Node input in Inputs)
                hash.Add(input);
            return hash.ToHashCode();
        }
    }
}
