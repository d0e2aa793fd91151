// The kernels one by one, by BenchmarkDotNet: for whoever changes one and wants to know what it gives.
//
//   dotnet run -c Release --project bench/Micro -- --list flat
//   dotnet run -c Release --project bench/Micro -- --filter '*Gemm*'
//   BACKPROP_KERNELS=vector256 dotnet run -c Release --project bench/Micro -- --filter '*Gemm*'
//
// They run in this process: no project is generated and built, which would have to find its way to internal kernels and
// packages. What users see is measured by bench/Throughput.

using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

BenchmarkSwitcher.FromAssembly(typeof(Micro.GemmBenchmarks).Assembly).Run(
    args, DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)).AddColumn(StatisticColumn.Min));
