using Microsoft.ML.Data;

namespace Microsoft.ML.Model.OnnxConverter;

// What an exporter to ONNX asks models for. The stand-in has no exporter: these are here for the adapter to be compiled against.
internal interface ICanSaveOnnx
{
    bool CanSaveOnnx(OnnxContext ctx);
}

internal interface ISingleCanSaveOnnx : ICanSaveOnnx
{
    bool SaveAsOnnx(OnnxContext ctx, string[] outputNames, string featureColumn);
}

internal interface IBindableCanSaveOnnx : ICanSaveOnnx, ISchemaBindableMapper
{
    bool SaveAsOnnx(OnnxContext ctx, RoleMappedSchema schema, string[] outputNames);
}

internal abstract class OnnxContext
{
    public abstract string GetNodeName(string prefix);

    public abstract void CheckOpSetVersion(int thisTransformerMinumumOpSetVersion, string registerTransformerName);

    public abstract bool ContainsColumn(string colName);

    public abstract string GetVariableName(string colName);

    public abstract string AddIntermediateVariable(DataViewType type, string colName, bool skip = false);

    public abstract OnnxNode CreateNode(
        string opType, IEnumerable<string> inputs, IEnumerable<string> outputs, string name, string domain = null);

    public abstract string AddInitializer(float value, string name = null, bool makeUniqueName = true);

    public abstract string AddInitializer(IEnumerable<float> values, IEnumerable<long> dims, string name = null, bool makeUniqueName = true);

    public abstract string AddInitializer(IEnumerable<long> values, IEnumerable<long> dims, string name = null, bool makeUniqueName = true);
}

internal abstract class OnnxNode
{
    public abstract void AddAttribute(string argName, double value);

    public abstract void AddAttribute(string argName, long value);

    public abstract void AddAttribute(string argName, IEnumerable<long> value);
}
