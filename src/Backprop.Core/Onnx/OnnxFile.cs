using System.Buffers.Binary;
using System.Globalization;
using Backprop.Graphs;

namespace Backprop.Onnx;

/// <summary>What the elements of a tensor are, by ONNX's numbers.</summary>
internal enum OnnxElementType
{
    Float = 1,
    Int64 = 7,
}

/// <summary>An ONNX model that is a file of its own (the format: onnx.proto of the ONNX project, of which the numbers of fields are).</summary>
internal sealed class OnnxFile : IOnnxGraph
{
    /// <summary>The least and the largest version of the standard operators whose forms the nodes have that are made here.</summary>
    public const int LeastOpset = 9, LargestOpset = 12;

    private readonly ProtobufMessage _graph = new();
    private readonly HashSet<string> _names = [];
    private readonly int _opset;
    private int _nodes;

    /// <summary>Begins a file.</summary>
    /// <param name="opset">The version of the standard operators.</param>
    public OnnxFile(int opset)
    {
        if (opset is < LeastOpset or > LargestOpset)
            throw new ArgumentOutOfRangeException(nameof(opset), opset, $"The opset is {opset}; it must be {LeastOpset} to {LargestOpset}.");
        _opset = opset;
        _graph.Add(2, "Backprop"); // GraphProto.name
    }

    /// <summary>Adds a value that is fed.</summary>
    public void AddInput(string name, Shape shape) => AddValue(11, name, shape, OnnxElementType.Float);

    /// <summary>Says that a value is a result.</summary>
    public void AddOutput(string name, Shape shape, OnnxElementType type = OnnxElementType.Float) => AddValue(12, name, shape, type);

    /// <inheritdoc/>
    public string NewName(string hint)
    {
        string name = hint;
        for (int number = 1; !_names.Add(name); number++)
            name = string.Create(CultureInfo.InvariantCulture, $"{hint}_{number}");
        return name;
    }

    /// <inheritdoc/>
    public void AddNode(string operatorType, IReadOnlyList<string> inputs, string output, params IReadOnlyList<OnnxAttributeValue> attributes)
    {
        var node = new ProtobufMessage();
        foreach (string input in inputs)
            node.Add(1, input);
        node.Add(2, output);
        node.Add(3, string.Create(CultureInfo.InvariantCulture, $"{operatorType}{_nodes++}")); // name
        node.Add(4, operatorType);
        foreach (OnnxAttributeValue attribute in attributes)
            node.Add(5, Message(attribute));
        _graph.Add(1, node);
    }

    /// <inheritdoc/>
    public string AddTensor(string hint, IReadOnlyList<long> sizes, float[] values)
    {
        var bytes = new byte[values.Length * (long)sizeof(float)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return AddTensor(hint, sizes, OnnxElementType.Float, bytes);
    }

    /// <inheritdoc/>
    public string AddList(string hint, long[] values)
    {
        var bytes = new byte[values.Length * sizeof(long)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), values[i]);
        return AddTensor(hint, [values.Length], OnnxElementType.Int64, bytes);
    }

    /// <summary>Writes the file.</summary>
    public void WriteTo(Stream stream)
    {
        var opset = new ProtobufMessage();
        opset.Add(1, ""); // The domain of the standard operators.
        opset.Add(2, _opset);
        var model = new ProtobufMessage();
        model.Add(1, _opset - 5); // ir_version: the one that came with the opset.
        model.Add(2, "Backprop.Core"); // producer_name
        model.Add(7, _graph);
        model.Add(8, opset);
        model.WriteTo(stream);
    }

    private string AddTensor(string hint, IReadOnlyList<long> sizes, OnnxElementType type, byte[] bytes)
    {
        string name = NewName(hint);
        var tensor = new ProtobufMessage();
        foreach (long size in sizes)
            tensor.Add(1, size);
        tensor.Add(2, (long)type);
        tensor.Add(8, name);
        tensor.Add(9, bytes); // raw_data
        _graph.Add(5, tensor);
        return name;
    }

    private void AddValue(int field, string name, Shape shape, OnnxElementType type)
    {
        _names.Add(name);
        var sizes = new ProtobufMessage();
        foreach (int size in shape.Sizes)
        {
            var axis = new ProtobufMessage();
            if (size == Shape.Free)
                axis.Add(2, "rows"); // dim_param
            else
                axis.Add(1, size);
            sizes.Add(1, axis);
        }

        var tensor = new ProtobufMessage();
        tensor.Add(1, (long)type);
        tensor.Add(2, sizes);
        var valueType = new ProtobufMessage();
        valueType.Add(1, tensor);
        var value = new ProtobufMessage();
        value.Add(1, name);
        value.Add(2, valueType);
        _graph.Add(field, value);
    }

    private static ProtobufMessage Message(OnnxAttributeValue attribute)
    {
        const int type = 20, number = 1, integer = 2, integers = 7;
        var message = new ProtobufMessage();
        message.Add(1, attribute.Name);
        switch (attribute)
        {
            case OnnxNumber { Value: var value }:
                message.Add(2, value);
                message.Add(type, (long)number);
                break;
            case OnnxInteger { Value: var value }:
                message.Add(3, value);
                message.Add(type, (long)integer);
                break;
            case OnnxIntegers { Values: var values }:
                foreach (long value in values)
                    message.Add(8, value);
                message.Add(type, (long)integers);
                break;
            default:
                throw new ArgumentException($"There is no form for {attribute}.", nameof(attribute));
        }

        return message;
    }
}
