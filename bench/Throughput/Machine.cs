using System.Runtime.InteropServices;
using Backprop.Kernels;

namespace Throughput;

/// <summary>The machine, and the most multiply-adds that it can do.</summary>
/// <param name="Peak">Floating-point operations a second of one core, a multiply-add counting as two.</param>
/// <param name="PeakOfTwo">The same of two cores at once.</param>
internal sealed record Machine(double Peak, double PeakOfTwo)
{
    /// <summary>Measures the machine and reports it.</summary>
    public static Machine Measure(Report report)
    {
        var machine = new Machine(MultiplyAddPeak.Measure(threads: 1), MultiplyAddPeak.Measure(threads: 2));
        string runtime = RuntimeInformation.FrameworkDescription;
        report.Line(
            $"{ProcessorName()}, {Environment.ProcessorCount} cores, {runtime}, kernels {KernelSets.Chosen}, {DateTime.Now:yyyy-MM-dd HH:mm}.");
        report.Line(
            $"Multiply-add peak in float: {machine.Peak / 1e9:F1} GFLOP/s of one core, {machine.PeakOfTwo / 1e9:F1} of two.");
        report.Entry(new
        {
            Section = "machine",
            Processor = ProcessorName(),
            Cores = Environment.ProcessorCount,
            Runtime = runtime,
            Kernels = KernelSets.Chosen.ToString(),
            Date = DateTime.Now.ToString("yyyy-MM-dd"),
            PeakGflops = Math.Round(machine.Peak / 1e9, 1),
            PeakGflopsOfTwo = Math.Round(machine.PeakOfTwo / 1e9, 1),
        });
        return machine;
    }

    /// <summary>The peak of so many threads.</summary>
    public double PeakOf(int threads) => threads == 1 ? Peak : PeakOfTwo;

    private static string ProcessorName()
    {
        const string file = "/proc/cpuinfo";
        string? line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line is not null
            ? line[(line.IndexOf(':') + 1)..].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
