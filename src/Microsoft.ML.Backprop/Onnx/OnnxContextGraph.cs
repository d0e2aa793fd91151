using Backprop.Onnx;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.Backprop;

/// <summary>The part of ML.NET's ONNX graph that a network becomes.</summary>
internal sealed class OnnxContextGraph(OnnxContext context) : IOnnxGraph
{
    // In ML.NET a name that is taken becomes that of the column of that name, from then on. So none of ours is like a column's.
    private const string Prefix = "BackpropMlp.";

    public string NewName(string hint) => context.AddIntermediateVariable(null, Prefix + hint, skip: true);

    public void AddNode(string operatorType, IReadOnlyList<string> inputs, string output, params IReadOnlyList<OnnxAttributeValue> attributes)
    {
        OnnxNode node = context.CreateNode(operatorType, inputs, [output], context.GetNodeName(operatorType), domain: "");
        foreach (OnnxAttributeValue attribute in attributes)
        {
            switch (attribute)
            {
                case OnnxNumber number:
                    node.AddAttribute(number.Name, number.Value);
                    break;
                case OnnxInteger integer:
                    node.AddAttribute(integer.Name, integer.Value);
                    break;
                case OnnxIntegers integers:
                    node.AddAttribute(integers.Name, integers.Values);
                    break;
            }
        }
    }

    public string AddTensor(string hint, IReadOnlyList<long> sizes, float[] values) => sizes.Count == 0
        ? context.AddInitializer(values[0], Prefix + hint)
        : context.AddInitializer(values, sizes, Prefix + hint);

    public string AddList(string hint, long[] values) => context.AddInitializer(values, [values.Length], Prefix + hint);
}
