using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Onnx;

/// <summary>
/// Writes graphs in ONNX's operators. Only forms are used that are the same in opsets 9 to 12; what these opsets lack (the normal
/// distribution function of GELU, say) is composed of what they have.
/// </summary>
public static class OnnxTranslation
{
    /// <summary>Adds what computes some variables to an ONNX graph.</summary>
    /// <param name="graph">Takes the nodes and tensors.</param>
    /// <param name="outputs">The variables.</param>
    /// <param name="names">The names that inputs have in the ONNX graph, and those that computed variables are to have there.</param>
    /// <param name="parameters">The values of all parameters of the variables' graph, flat.</param>
    /// <exception cref="NotSupportedException">An operation has no form in ONNX's operators; the message names it.</exception>
    /// <exception cref="ArgumentException">There are not as many parameter values as the graph has, or an input has no name.</exception>
    public static void Translate(
        IOnnxGraph graph, IReadOnlyCollection<Variable> outputs, IReadOnlyDictionary<Variable, string> names, ReadOnlySpan<float> parameters)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(names);
        var known = new Dictionary<Variable, string>();
        foreach (Variable v in Ancestors.Of(outputs))
        {
            if (parameters.Length != v.Graph.ParameterCount)
            {
                throw new ArgumentException(
                    $"There are {parameters.Length} parameter values; the graph has {v.Graph.ParameterCount}.", nameof(parameters));
            }

            if (v.Operation is { } operation)
            {
                known[v] = names.GetValueOrDefault(v) ?? graph.NewName(operation.Name);
                Translate(graph, v, operation, [.. v.Inputs.Select(input => known[input])], known[v]);
                continue;
            }

            known[v] = v.Kind switch
            {
                VariableKind.Parameter => graph.AddTensor(v.Name, Sizes(v.Shape), v.Segment!.Of(parameters).ToArray()),
                VariableKind.Constant => Constant(graph, v.ConstantValue, v.Shape),
                _ => names.GetValueOrDefault(v) ?? throw new ArgumentException($"Input {v.Label} has no name in the ONNX graph.", nameof(names)),
            };
        }
    }

    private static void Translate(IOnnxGraph graph, Variable v, Operation operation, string[] inputs, string output)
    {
        Shape? of = v.Inputs.Count > 0 ? v.Inputs[0].Shape : null;
        switch (operation)
        {
            case Add or Subtract or Multiply or Divide or Maximum or VariablePower:
            case Relu or Sigmoid or Tanh or Softplus or Exp or Log or Sqrt or Abs or Sign:
                graph.AddNode(StandardName(operation), inputs, output);
                break;
            case LeakyRelu { Slope: var slope }:
                graph.AddNode("LeakyRelu", inputs, output, new OnnxNumber("alpha", (float)slope));
                break;
            case Elu { Alpha: var alpha }:
                graph.AddNode("Elu", inputs, output, new OnnxNumber("alpha", (float)alpha));
                break;
            case NormalCdf: // (1 + erf(x / sqrt(2))) / 2
                string erf = Node("Erf", Node("Mul", inputs[0], Constant(graph, Math.Sqrt(0.5))));
                graph.AddNode("Mul", [Node("Add", erf, Constant(graph, 1)), Constant(graph, 0.5)], output);
                break;
            case Power { Exponent: var exponent }:
                graph.AddNode("Pow", [inputs[0], Constant(graph, exponent)], output);
                break;
            case Clamp { Min: var min, Max: var max }: // Clip has another form in opset 11.
                graph.AddNode("Min", [Node("Max", inputs[0], Constant(graph, min)), Constant(graph, max)], output);
                break;
            case Softmax:
                graph.AddNode("Softmax", inputs, output, LastAxis());
                break;
            case LogSoftmax:
                graph.AddNode("LogSoftmax", inputs, output, LastAxis());
                break;
            case LogSumExp:
                graph.AddNode("ReduceLogSumExp", inputs, output, new OnnxIntegers("axes", [of!.Value.Rank - 1]), new OnnxInteger("keepdims", 1));
                break;
            case MatMul { TransposeA: var transposeA, TransposeB: var transposeB }:
                graph.AddNode("MatMul", [Transposed(inputs[0], transposeA), Transposed(inputs[1], transposeB)], output);
                break;
            case Transpose { Axes: var axes }:
                graph.AddNode("Transpose", inputs, output, new OnnxIntegers("perm", [.. axes.Select(axis => (long)axis)]));
                break;
            case Reshape { Target: var target }:
                graph.AddNode("Reshape", [inputs[0], graph.AddList("Sizes", Sizes(target))], output);
                break;
            case BroadcastTo { Target: var target } when !target.IsFree || of!.Value.IsFree:
                // A size of 1 leaves the input's: the rows are not known here.
                graph.AddNode("Expand", [inputs[0], graph.AddList("Sizes", [.. Sizes(target).Select(size => Math.Max(size, 1))])], output);
                break;
            case Concatenate { Axis: var axis }:
                graph.AddNode("Concat", inputs, output, new OnnxInteger("axis", axis));
                break;
            case Slice { Axis: var axis, Start: var start, Length: var length }: // Slice has another form in opset 10.
                string places = graph.AddList("Places", [.. Enumerable.Range(start, length).Select(place => (long)place)]);
                graph.AddNode("Gather", [inputs[0], places], output, new OnnxInteger("axis", axis));
                break;
            case SumTo { Target: var target }:
                Reduce("ReduceSum", target);
                break;
            case MaxTo { Target: var target }:
                Reduce("ReduceMax", target);
                break;
            case SumOfSquares:
                graph.AddNode("ReduceSumSquare", inputs, output, new OnnxInteger("keepdims", 0));
                break;
            case Accumulate:
                graph.AddNode("Sum", inputs, output);
                break;
            case Gate:
                graph.AddNode("Where", [Node("Greater", inputs[1], Constant(graph, 0)), inputs[0], Constant(graph, 0)], output);
                break;
            case Select:
                graph.AddNode("Where", [Node("Greater", inputs[0], Constant(graph, 0)), inputs[1], inputs[2]], output);
                break;
            case InverseCount { Of: { IsFree: false } counted }:
                graph.AddNode("Identity", [Constant(graph, 1.0 / counted.Count(1))], output);
                break;
            default:
                throw new NotSupportedException($"{v.Label} is made by {operation}, which cannot be exported to ONNX.");
        }

        string Node(string operatorType, params string[] of)
        {
            string result = graph.NewName(operatorType);
            graph.AddNode(operatorType, of, result);
            return result;
        }

        // All axes from it on are taken for one, up to opset 12: the last, then, is meant.
        OnnxInteger LastAxis() => new("axis", of!.Value.Rank - 1);

        string Transposed(string matrix, bool isTransposed)
        {
            if (!isTransposed)
                return matrix;
            string result = graph.NewName("Transpose");
            graph.AddNode("Transpose", [matrix], result, new OnnxIntegers("perm", [1, 0]));
            return result;
        }

        // The axes that the target has with size 1, and those in front that it lacks.
        void Reduce(string operatorType, Shape target)
        {
            Shape from = of!.Value;
            int lacking = from.Rank - target.Rank;
            IEnumerable<int> reduced = Enumerable.Range(0, from.Rank).Where(axis => axis < lacking || target[axis - lacking] != from[axis]);
            string kept = lacking == 0 ? output : graph.NewName(operatorType);
            graph.AddNode(
                operatorType, inputs, kept, new OnnxIntegers("axes", [.. reduced.Select(axis => (long)axis)]), new OnnxInteger("keepdims", 1));
            long[] gone = [.. Enumerable.Range(0, lacking).Select(axis => (long)axis)];
            if (lacking > 0)
                graph.AddNode("Squeeze", [kept], output, new OnnxIntegers("axes", gone));
        }
    }

    private static string StandardName(Operation operation) => operation switch
    {
        Subtract => "Sub",
        Multiply => "Mul",
        Divide => "Div",
        Maximum => "Max",
        VariablePower => "Pow",
        _ => operation.Name,
    };

    private static string Constant(IOnnxGraph graph, double value, Shape shape = default)
    {
        if (shape.IsFree)
            throw new NotSupportedException($"A constant of shape {shape}, whose size depends on the rows, cannot be exported to ONNX.");
        var values = new float[shape.Count(1)];
        values.AsSpan().Fill((float)value);
        return graph.AddTensor("Constant", Sizes(shape), values);
    }

    // The free axis is -1 here as there.
    private static long[] Sizes(Shape shape)
    {
        var sizes = new long[shape.Rank];
        for (int axis = 0; axis < sizes.Length; axis++)
            sizes[axis] = shape[axis];
        return sizes;
    }
}
