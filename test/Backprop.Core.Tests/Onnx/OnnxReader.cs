using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Tests.Onnx;

/// <summary>
/// Reads an ONNX file, by the fields of onnx.proto, into a graph of ours: so that files are looked at, and computed, also where
/// there is no ONNX Runtime. It knows the operators that the library writes, by their specifications.
/// </summary>
internal sealed class OnnxReader
{
    private readonly Dictionary<string, Variable> _variables = [];
    private readonly Dictionary<string, long[]> _lists = [];

    public OnnxReader(byte[] file)
    {
        ILookup<int, object> model = Fields(file);
        IrVersion = model[1].Cast<long>().Single();
        ILookup<int, object> opset = Fields(model[8].Single());
        Assert.AreEqual("", Text(opset[1].Single()));
        Opset = opset[2].Cast<long>().Single();
        ILookup<int, object> graph = Fields(model[7].Single());
        foreach (object field in graph[11])
        {
            (string name, int type, Shape shape) = ReadValue(field);
            Assert.AreEqual(1, type, "inputs are floats");
            _variables.Add(name, Graph.Input(name, shape));
        }

        foreach (object tensor in graph[5])
            ReadTensor(Fields(tensor));
        foreach (object node in graph[1])
            Read(new Node(Fields(node)));
        Outputs = [.. graph[12].Select(ReadValue)];
    }

    public long IrVersion { get; }

    public long Opset { get; }

    public Graph Graph { get; } = new();

    /// <summary>The values of constant tensors.</summary>
    public Dictionary<Variable, double[]> Tensors { get; } = [];

    /// <summary>A line a node: output = operator(inputs) and attributes.</summary>
    public List<string> Lines { get; } = [];

    public IReadOnlyList<(string Name, int Type, Shape Shape)> Outputs { get; }

    public Variable this[string name] => _variables[name];

    private static ILookup<int, object> Fields(object message)
    {
        ReadOnlySpan<byte> bytes = (byte[])message;
        var fields = new List<(int Field, object Value)>();
        while (!bytes.IsEmpty)
        {
            long tag = Varint(ref bytes);
            object value;
            switch (tag & 7)
            {
                case 0:
                    value = Varint(ref bytes);
                    break;
                case 2:
                    int length = (int)Varint(ref bytes);
                    value = bytes[..length].ToArray();
                    bytes = bytes[length..];
                    break;
                case 5:
                    value = BinaryPrimitives.ReadSingleLittleEndian(bytes);
                    bytes = bytes[4..];
                    break;
                default:
                    throw new InvalidDataException($"wire type {tag & 7}");
            }

            fields.Add(((int)(tag >> 3), value));
        }

        return fields.ToLookup(f => f.Field, f => f.Value);
    }

    private static long Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte b = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return (long)value;
        }
    }

    private static string Text(object bytes) => Encoding.UTF8.GetString((byte[])bytes);

    private static (string Name, int Type, Shape Shape) ReadValue(object field)
    {
        ILookup<int, object> value = Fields(field), tensor = Fields(Fields(value[2].Single())[1].Single());
        int[] sizes = [.. Fields(tensor[2].Single())[1].Select(axis => Fields(axis)[1].SingleOrDefault() is long size ? (int)size : Shape.Free)];
        return (Text(value[1].Single()), (int)(long)tensor[1].Single(), new Shape(sizes));
    }

    private void ReadTensor(ILookup<int, object> tensor)
    {
        string name = Text(tensor[8].Single());
        var bytes = (byte[])tensor[9].Single();
        int[] sizes = [.. tensor[1].Select(size => (int)(long)size)];
        if ((long)tensor[2].Single() == 7)
        {
            Assert.HasCount(1, sizes);
            _lists.Add(name, MemoryMarshal.Cast<byte, long>(bytes).ToArray());
            Assert.HasCount(sizes[0], _lists[name]);
            return;
        }

        Variable v = Graph.Parameter(name, new Shape(sizes));
        _variables.Add(name, v);
        Tensors.Add(v, [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(x => (double)x)]);
    }

    private void Read(Node node)
    {
        string attributes = string.Join(
            ", ", node.Attributes.Select(a => $"{a.Key}={(a.Value is long[] list ? $"[{string.Join(",", list)}]" : a.Value)}"));
        Lines.Add($"{node.Output} = {node.Operator}({string.Join(", ", node.Inputs)}){(attributes.Length > 0 ? $" {attributes}" : "")}");
        if (Apply(node) is { } result)
            _variables.Add(node.Output, result);
    }

    private Variable? Apply(Node node)
    {
        Variable X(int input = 0) => _variables[node.Inputs[input]];
        Shape of = node.Operator is "Squeeze" or "Cast" or "ArgMax" && !_variables.ContainsKey(node.Inputs[0]) ? default : X().Shape;
        return node.Operator switch
        {
            "Add" => X() + X(1),
            "Sub" => X() - X(1),
            "Mul" => X() * X(1),
            "Div" => X() / X(1),
            "Pow" => Op.Power(X(), X(1)),
            "Max" => Op.Maximum(X(), X(1)),
            "Min" => -Op.Maximum(-X(), -X(1)),
            "Relu" => Op.Relu(X()),
            "Sigmoid" => Op.Sigmoid(X()),
            "Tanh" => Op.Tanh(X()),
            "Softplus" => Op.Softplus(X()),
            "Exp" => Op.Exp(X()),
            "Log" => Op.Log(X()),
            "Sqrt" => Op.Sqrt(X()),
            "Abs" => Op.Abs(X()),
            "Sign" => Op.Sign(X()),
            "Identity" => Op.Scale(X(), 1),
            "LeakyRelu" => Op.LeakyRelu(X(), (float)node.Attributes["alpha"]),
            "Elu" => Op.Elu(X(), (float)node.Attributes["alpha"]),
            "Erf" => (2 * Op.NormalCdf(X() * Math.Sqrt(2))) - 1,
            "Softmax" when node.Axis == of.Rank - 1 => Op.Softmax(X()),
            "LogSoftmax" when node.Axis == of.Rank - 1 => Op.LogSoftmax(X()),
            "ReduceLogSumExp" when node.List("axes") is [var axis] && axis == of.Rank - 1 => Op.LogSumExp(X(), node.KeepsAxes),
            "MatMul" => Op.MatMul(X(), X(1)),
            "Transpose" => Op.Transpose(X(), [.. node.List("perm").Select(axis => new Index((int)axis))]),
            "Reshape" => Op.Reshape(X(), new Shape([.. _lists[node.Inputs[1]].Select(size => (int)size)])),
            "Expand" => Expand(X(), _lists[node.Inputs[1]]),
            "Concat" => Op.Concatenate((int)node.Axis, [.. node.Inputs.Select(input => _variables[input])]),
            "Gather" => Gather(X(), _lists[node.Inputs[1]], (int)node.Axis),
            "ReduceSum" => Op.Sum(X(), Axes(node), node.KeepsAxes),
            "ReduceMax" => Op.Max(X(), Axes(node), node.KeepsAxes),
            "ReduceSumSquare" => Op.SumOfSquares(X()),
            "Sum" => node.Inputs.Skip(1).Aggregate(X(), (sum, input) => sum + _variables[input]),
            "Greater" => Op.Subtract(X(), X(1)), // Above 0 where it is true.
            "Where" => Op.Select(X(), X(1), Op.BroadcastTo(X(2), X().Shape)),
            "Squeeze" => Op.Reshape(X(), new Shape([.. of.Sizes.ToArray().Where((_, axis) => !node.List("axes").Contains(axis))])),
            "ArgMax" or "Cast" => null, // Whole numbers, which a graph of ours does not have: tests look at the lines.
            _ => throw new NotSupportedException(Lines[^1]),
        };
    }

    private static Index[] Axes(Node node) => [.. node.List("axes").Select(axis => new Index((int)axis))];

    // A size of 1 leaves the one that is there.
    private static Variable Expand(Variable x, long[] sizes)
    {
        int lacking = sizes.Length - x.Shape.Rank;
        return Op.BroadcastTo(x, new Shape([.. sizes.Select((size, axis) => size == 1 && axis >= lacking ? x.Shape[axis - lacking] : (int)size)]));
    }

    private static Variable Gather(Variable x, long[] places, int axis)
    {
        CollectionAssert.AreEqual(Enumerable.Range(0, places.Length).Select(i => places[0] + i).ToArray(), places);
        return Op.Slice(x, axis, places.Length == 0 ? 0 : (int)places[0], places.Length);
    }

    private sealed class Node(ILookup<int, object> fields)
    {
        public string[] Inputs { get; } = [.. fields[1].Select(Text)];

        public string Output { get; } = Text(fields[2].Single());

        public string Operator { get; } = Text(fields[4].Single());

        public Dictionary<string, object> Attributes { get; } = fields[5].Select(Fields).ToDictionary(a => Text(a[1].Single()), ReadAttribute);

        public long Axis => (long)Attributes["axis"];

        public bool KeepsAxes => (long)Attributes["keepdims"] == 1;

        public long[] List(string attribute) => (long[])Attributes[attribute];

        private static object ReadAttribute(ILookup<int, object> attribute) => (long)attribute[20].Single() switch
        {
            1 => attribute[2].Single(),
            2 => attribute[3].Single(),
            7 => attribute[8].Cast<long>().ToArray(),
            var type => throw new InvalidDataException($"attribute type {type}"),
        };
    }
}
