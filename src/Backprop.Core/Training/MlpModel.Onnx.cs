using Backprop.Graphs;
using Backprop.Onnx;

namespace Backprop.Training;

public abstract partial class MlpModel
{
    /// <summary>
    /// Writes the model for the ONNX Runtime and others that read ONNX. It takes <c>features</c>, [rows, inputs], float, and makes
    /// <c>label</c>, [rows], int64, and <c>probabilities</c>, [rows, classes], of several classes; <c>label</c>, <c>probability</c>
    /// and <c>logit</c>, the last two [rows, 1], of two classes; <c>prediction</c>, [rows, targets], of numbers.
    /// </summary>
    /// <param name="stream">Takes the file, from its present position on.</param>
    /// <param name="opset">The version of ONNX's operators, 9 to 12.</param>
    /// <exception cref="ArgumentOutOfRangeException">The opset is another one.</exception>
    public void SaveOnnx(Stream stream, int opset = OnnxFile.LargestOpset)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var file = new OnnxFile(opset);
        file.AddInput("features", Network.Features.Shape);
        AddOutputs(file);
        file.WriteTo(stream);
    }

    /// <summary>Writes the model to an ONNX file, whole or not at all: one that is there already is replaced in the end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="opset">The version of ONNX's operators, 9 to 12.</param>
    /// <exception cref="ArgumentOutOfRangeException">The opset is another one.</exception>
    public void SaveOnnx(string path, int opset = OnnxFile.LargestOpset) => WholeFile.Write(path, stream => SaveOnnx(stream, opset));

    /// <summary>Adds what the model predicts to a file that has its features.</summary>
    private protected abstract void AddOutputs(OnnxFile file);

    /// <summary>Adds what the network predicts, under a name.</summary>
    private protected void AddPrediction(OnnxFile file, string name)
    {
        file.AddOutput(name, Network.Prediction.Shape);
        var names = new Dictionary<Variable, string> { [Network.Features] = "features", [Network.Prediction] = name };
        OnnxTranslation.Translate(file, [Network.Prediction], names, Parameters);
    }
}
