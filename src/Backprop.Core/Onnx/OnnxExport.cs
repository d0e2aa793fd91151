using Backprop.Graphs;

namespace Backprop.Onnx;

/// <summary>Writes graphs as ONNX models, for the ONNX Runtime and others.</summary>
public static class OnnxExport
{
    /// <summary>Writes what computes some variables; the inputs keep their names.</summary>
    /// <param name="stream">Takes the file, from its present position on.</param>
    /// <param name="outputs">The variables, each with the name that it is to have. Inputs and parameters are none.</param>
    /// <param name="parameters">The values of all parameters of the graph, flat.</param>
    /// <param name="opset">The version of ONNX's operators, 9 to 12.</param>
    /// <exception cref="ArgumentException">
    /// There are not as many parameter values as the graph has, or nothing computes an output, or two are one variable.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The opset is another one.</exception>
    /// <exception cref="NotSupportedException">An operation has no form in ONNX's operators; the message names it.</exception>
    public static void Write(
        Stream stream, IReadOnlyDictionary<string, Variable> outputs, ReadOnlySpan<float> parameters, int opset = OnnxFile.LargestOpset)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(outputs);
        var file = new OnnxFile(opset);
        var names = new Dictionary<Variable, string>();
        foreach (Variable input in Ancestors.Of(outputs.Values).Where(v => v.Kind == VariableKind.Input))
        {
            names.Add(input, input.Name);
            file.AddInput(input.Name, input.Shape);
        }

        foreach ((string name, Variable v) in outputs)
        {
            if (v.Kind != VariableKind.Computed)
                throw new ArgumentException($"Output '{name}' is {v.Label}, which nothing computes.", nameof(outputs));
            if (!names.TryAdd(v, name))
                throw new ArgumentException($"Outputs '{names[v]}' and '{name}' are both {v.Label}; each must be another variable.", nameof(outputs));
            file.AddOutput(name, v.Shape);
        }

        OnnxTranslation.Translate(file, [.. outputs.Values], names, parameters);
        file.WriteTo(stream);
    }
}
