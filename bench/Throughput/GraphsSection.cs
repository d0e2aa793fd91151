using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Networks;
using Backprop.Optimizers;
using Backprop.Training;

namespace Throughput;

/// <summary>
/// Graphs built by hand from public operations beside the trainer: as fast, and with the same fused kernels, since fusion
/// recognises operations and not the MLP.
/// </summary>
internal static class GraphsSection
{
    private const double L2 = 5e-5;

    public static void Run(Bench bench)
    {
        NetworkShape shape = NetworkShape.Image;
        if (!bench.Options.Wants(shape.Name))
            return;
        Rows rows = shape.Draw(bench.Options.Quick ? shape.Rows / 4 : shape.Rows);
        DataSet data = rows.ToDataSet();
        var graphs = new (string Name, HandBuilt? Graph)[]
        {
            ("the trainer", null), ("the same, built by hand", HandBuilt.Layers(shape, L2)), ("two branches with shared weights", HandBuilt.Branches(shape, L2)),
        };

        Table table = bench.Report.Table(
            $"{shape.Name} as graphs built by hand, SGD, rows a second", "graph                           ", " 1 thread", "2 threads", "to the trainer");
        var rates = new double[graphs.Length, 2];
        for (int turn = 0; turn < 2; turn++)
        {
            for (int i = 0; i < graphs.Length; i++)
            {
                for (int threads = 1; threads <= 2; threads++)
                    rates[i, threads - 1] = Math.Max(rates[i, threads - 1], Rate(graphs[i].Graph, data, shape, threads, 1 + bench.Options.Epochs));
            }
        }

        for (int i = 0; i < graphs.Length; i++)
        {
            table.Row(graphs[i].Name, $"{rates[i, 0]:N0}", $"{rates[i, 1]:N0}", $"{rates[i, 0] / rates[0, 0]:F2}");
            bench.Report.Entry(new
            {
                Section = "graphs",
                Shape = graphs[i].Name,
                Optimizer = "sgd",
                Threads = 1,
                RowsPerS = Math.Round(rates[i, 0]),
                ToTrainer = rates[i, 0] / rates[0, 0],
            });
        }

        Variable mlpCost = new Mlp(new MlpArchitecture(shape.Inputs, shape.Hidden, shape.Classes), L2).Cost;
        Kernels(bench, [.. graphs.Select(graph => (graph.Name, StepTimes.PlanStep(graph.Graph?.Cost ?? mlpCost, shape.Batch)))]);
    }

    private static double Rate(HandBuilt? graph, DataSet data, NetworkShape shape, int threads, int epochs)
    {
        if (graph is null)
            return TrainingRun.Of(data, shape, "sgd", threads, epochs).RowsPerSecond;
        var random = new RandomSource(0);
        float[] parameters = graph.Initialize(random);
        TrainingHistory history = TrainingLoop.Run(
            graph.Cost, new HandBuiltSource(data, graph), parameters, new Sgd<float>(graph.Graph.Parameters, 0.01, 0.9),
            new TrainingOptions { Epochs = epochs, BatchSize = shape.Batch, Threads = threads }, random);
        return history.Epochs.Max(epoch => epoch.RowsPerSecond);
    }

    /// <summary>Lists the fused kernels of each plan, and whether all have the same.</summary>
    private static void Kernels(Bench bench, IReadOnlyList<(string Name, Plan<float> Plan)> plans)
    {
        bench.Report.Line();
        bench.Report.Line("The branches are another network, of other cost; what they share with the others is the kernels.");
        foreach ((string name, Plan<float> plan) in plans)
            bench.Report.Line($"Fused kernels of {name}: {string.Join("; ", Fused(plan))}.");
        bool agree = plans.All(plan => Fused(plan.Plan).SequenceEqual(Fused(plans[0].Plan)));
        bench.Report.Line(agree ? "All have the same." : "They differ.");
        foreach ((string name, Plan<float> plan) in plans)
            bench.Report.Entry(new { Section = "graphs", Shape = name, FusedKernels = Fused(plan), agree });
    }

    /// <summary>The names of a plan's kernels that do several operations at once, as its listing shows them.</summary>
    private static string[] Fused(Plan<float> plan) =>
        [.. plan.Steps.Select(step => step.Operation.Name).Where(name => name.Contains(" + ", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];
}
