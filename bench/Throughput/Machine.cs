using System.Runtime.InteropServices;
using Backprop.Kernels;

namespace Throughput;

/// <summary>The machine, and the most multiply-adds that it has done so far.</summary>
internal sealed class Machine
{
    private readonly double[] _peaks = new double[2];

    /// <summary>Floating-point operations a second of so many cores at once, a multiply-add counting as two.</summary>
    public double Peak(int threads = 1) => _peaks[threads - 1];

    /// <summary>Measures the peak, and keeps the best: what else runs on the machine takes from it.</summary>
    public void Measure(double seconds)
    {
        for (int threads = 1; threads <= _peaks.Length; threads++)
            _peaks[threads - 1] = Math.Max(_peaks[threads - 1], MultiplyAddPeak.Measure(threads, seconds));
    }

    /// <summary>Reports the machine.</summary>
    public void Describe(Report report)
    {
        string runtime = RuntimeInformation.FrameworkDescription, kernels = KernelSets.Chosen.ToString();
        report.Line($"{ProcessorName()}, {Environment.ProcessorCount} cores, {runtime}, kernels {kernels}, {DateTime.Now:yyyy-MM-dd HH:mm}.");
        report.Line($"Multiply-add peak in float: {Peak(1) / 1e9:F1} GFLOP/s of one core, {Peak(2) / 1e9:F1} of two.");
        report.Entry(new
        {
            Section = "machine",
            Processor = ProcessorName(),
            Cores = Environment.ProcessorCount,
            runtime,
            kernels,
            Date = DateTime.Now.ToString("yyyy-MM-dd"),
            PeakGflops = Peak(1) / 1e9,
            PeakGflopsOfTwo = Peak(2) / 1e9,
        });
    }

    private static string ProcessorName()
    {
        const string file = "/proc/cpuinfo";
        string? name = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return name is not null
            ? name[(name.IndexOf(':') + 1)..].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
