namespace Backprop.Onnx;

/// <summary>An ONNX graph that is being built: a file of its own, or a part of somebody else's.</summary>
public interface IOnnxGraph
{
    /// <summary>A name that no value of the graph has yet.</summary>
    /// <param name="hint">What it should be like.</param>
    string NewName(string hint);

    /// <summary>Adds a node of the standard domain.</summary>
    /// <param name="operatorType">The operator, <c>MatMul</c> say.</param>
    /// <param name="inputs">The names of the values that it takes.</param>
    /// <param name="output">The name of the value that it makes.</param>
    /// <param name="attributes">The operator's attributes; what is not given has the value that its specification says.</param>
    void AddNode(string operatorType, IReadOnlyList<string> inputs, string output, params IReadOnlyList<OnnxAttributeValue> attributes);

    /// <summary>Adds a constant tensor of floats.</summary>
    /// <param name="hint">What its name should be like.</param>
    /// <param name="sizes">The size of each axis; none for a scalar.</param>
    /// <param name="values">The values in row-major order.</param>
    /// <returns>Its name.</returns>
    string AddTensor(string hint, IReadOnlyList<long> sizes, float[] values);

    /// <summary>Adds a constant list of whole numbers, of one axis.</summary>
    /// <param name="hint">What its name should be like.</param>
    /// <param name="values">The numbers.</param>
    /// <returns>Its name.</returns>
    string AddList(string hint, long[] values);
}
