// How fast training, products, sparse rows, scoring and reading are, beside scikit-learn, PyTorch and OpenBLAS in one run.
//
// Usage: dotnet run -c Release --project bench/Throughput -- [options]
//   --peers            also measure the peers (Python with scikit-learn and PyTorch) and OpenBLAS
//   --sections A,B     only these of training, graphs, gemm, sparse, scoring, reading
//   --only TEXT        only shapes whose name contains the text
//   --quick            fewer epochs and rows: a look, no measurement to report
//   --json             a JSON object a line for each entry, instead of tables
//
// Every number is the best of several, and ours and a peer's are measured in turns, so that a busy machine hits both.

using Throughput;

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

var report = new Report(options.Json);
using Peers? peers = options.Peers ? Peers.Start(report) : null;
var machine = new Machine();
machine.Measure(options.Seconds);
machine.Describe(report);
var bench = new Bench(options, report, machine, peers, options.Peers && OpenBlas.IsPresent(report));
var minutes = new List<string>();
foreach ((string name, Action<Bench> run) in Bench.Sections)
{
    if (options.Sections.Contains(name))
        minutes.Add($"{name} {Timing.Once(() => run(bench)) / 60:F1}");
}

report.Line();
report.Line($"Multiply-add peak, the best of the whole run: {machine.Peak(1) / 1e9:F1} GFLOP/s of one core, {machine.Peak(2) / 1e9:F1} of two.");
report.Line($"Minutes: {string.Join(", ", minutes)}.");
return 0;
