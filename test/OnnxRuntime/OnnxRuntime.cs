using System.Diagnostics;
using System.Text.Json;

namespace Backprop.Tests;

/// <summary>A value that goes into an ONNX model or comes out of one.</summary>
/// <param name="Type">ONNX Runtime's name: float32, int64, uint32, bool, string.</param>
/// <param name="Sizes">The size of each axis.</param>
/// <param name="Data">The elements in row-major order; null for NaN.</param>
internal sealed record OnnxValue(string Type, int[] Sizes, JsonElement[] Data)
{
    public static OnnxValue Of(int[] sizes, IEnumerable<float> values) =>
        Make("float32", sizes, values.Select(v => float.IsNaN(v) ? (float?)null : v));

    public static OnnxValue Of(int[] sizes, IEnumerable<string> values) => Make("string", sizes, values);

    public static OnnxValue Of(int[] sizes, IEnumerable<bool> values) => Make("bool", sizes, values.Select(v => v ? 1 : 0));

    public static OnnxValue Of(int[] sizes, IEnumerable<uint> values) => Make("uint32", sizes, values);

    public float[] Floats() => [.. Data.Select(v => v.ValueKind == JsonValueKind.Null ? float.NaN : v.GetSingle())];

    public long[] Integers() => [.. Data.Select(v => v.GetInt64())];

    public string[] Texts() => [.. Data.Select(v => v.GetString()!)];

    private static OnnxValue Make<T>(string type, int[] sizes, IEnumerable<T> values) =>
        new(type, sizes, [.. values.Select(v => JsonSerializer.SerializeToElement(v))]);
}

/// <summary>One run of a model.</summary>
/// <param name="Model">The ONNX file.</param>
/// <param name="Inputs">What is fed, by name.</param>
internal sealed record OnnxRun(byte[] Model, IReadOnlyDictionary<string, OnnxValue> Inputs);

/// <summary>
/// The real ONNX Runtime in a process of its own: npm's onnxruntime-node, in a folder with node_modules that the environment variable
/// BACKPROP_ONNXRUNTIME names (<c>npm install --ignore-scripts onnxruntime-node</c>).
/// </summary>
internal static class OnnxRuntime
{
    private const string Variable = "BACKPROP_ONNXRUNTIME";

    private const string Script = """
        const fs = require('fs'), path = require('path');
        const ort = require(path.join(process.argv[1], 'node_modules', 'onnxruntime-node'));
        const arrays = { float32: Float32Array, int64: BigInt64Array, uint32: Uint32Array, bool: Uint8Array };
        const read = (type, data) => type === 'string' ? data
          : arrays[type].from(data, v => v === null ? NaN : type === 'int64' ? BigInt(v) : v);
        (async () => {
          const results = [];
          for (const run of JSON.parse(fs.readFileSync(process.argv[2]))) {
            const session = await ort.InferenceSession.create(Buffer.from(run.Model, 'base64'), { logSeverityLevel: 3 });
            const feeds = {};
            for (const [name, value] of Object.entries(run.Inputs))
              feeds[name] = new ort.Tensor(value.Type, read(value.Type, value.Data), value.Sizes);
            const outputs = {};
            for (const [name, tensor] of Object.entries(await session.run(feeds)))
              outputs[name] = { Type: tensor.type, Sizes: tensor.dims, Data: Array.from(tensor.data, v => typeof v === 'bigint' ? Number(v) : v) };
            results.push(outputs);
          }
          fs.writeFileSync(process.argv[3], JSON.stringify(results));
        })().catch(e => { console.error(e.message); process.exit(1); });
        """;

    /// <summary>Runs models, all in one process; the test is inconclusive where there is no ONNX Runtime.</summary>
    /// <returns>The outputs of each, by name.</returns>
    public static IReadOnlyList<Dictionary<string, OnnxValue>> Run(params IReadOnlyList<OnnxRun> runs)
    {
        string? folder = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(folder))
            Assert.Inconclusive($"{Variable} names no folder with the ONNX Runtime.");
        string work = Directory.CreateTempSubdirectory("backprop").FullName;
        try
        {
            string request = Path.Combine(work, "request.json"), response = Path.Combine(work, "response.json");
            File.WriteAllText(request, JsonSerializer.Serialize(runs));
            var start = new ProcessStartInfo("node", ["-e", Script, folder!, request, response]) { RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.AreEqual(0, process.ExitCode, error);
            return JsonSerializer.Deserialize<List<Dictionary<string, OnnxValue>>>(File.ReadAllText(response))!;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }
}
