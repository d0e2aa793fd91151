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
    private const int Turns = 2;
    private const double L2 = 5e-5;

    /// <summary>A graph that is trained.</summary>
    /// <param name="Name">What it is called in the results.</param>
    /// <param name="Cost">What training makes small.</param>
    /// <param name="Train">Trains with so many threads, and returns the rows a second of the best epoch.</param>
    private sealed record Trained(string Name, Variable Cost, Func<int, double> Train);

    public static void Run(Bench bench)
    {
        NetworkShape shape = NetworkShape.Image;
        if (!bench.Options.Wants(shape.Name))
            return;
        DataSet data = shape.Draw(bench.Options.Quick ? shape.Rows / 4 : shape.Rows).ToDataSet();
        int epochs = 1 + bench.Options.Epochs;
        var mlp = new Mlp(new MlpArchitecture(shape.Inputs, shape.Hidden, shape.Classes), penalties: new() { L2 = L2 });
        HandBuilt layers = HandBuilt.Layers(shape, L2), branches = HandBuilt.Branches(shape, L2);
        Trained[] graphs =
        [
            new("the trainer", mlp.Cost, threads => TrainingRun.Of(data, shape, "sgd", threads, epochs).RowsPerSecond),
            new("the same, built by hand", layers.Cost, threads => Train(layers, data, shape.Batch, threads, epochs)),
            new("two branches, shared weights", branches.Cost, threads => Train(branches, data, shape.Batch, threads, epochs)),
        ];
        Rates(bench, shape, graphs);
        Kernels(bench, [.. graphs.Select(graph => (graph.Name, TrainingLoop.PlanStep(graph.Cost, shape.Batch)))]);
    }

    private static void Rates(Bench bench, NetworkShape shape, Trained[] graphs)
    {
        var rates = new double[graphs.Length, 2];
        for (int turn = 0; turn < Turns; turn++)
        {
            for (int i = 0; i < graphs.Length; i++)
            {
                for (int threads = 1; threads <= 2; threads++)
                    rates[i, threads - 1] = Math.Max(rates[i, threads - 1], graphs[i].Train(threads));
            }
        }

        Table table = bench.Report.Table(
            $"{shape.Name} as graphs built by hand, SGD, rows a second", "graph                       ", " 1 thread", "2 threads", "to the trainer");
        for (int i = 0; i < graphs.Length; i++)
        {
            table.Row(graphs[i].Name, $"{rates[i, 0]:N0}", $"{rates[i, 1]:N0}", $"{rates[i, 0] / rates[0, 0]:F2}");
            for (int threads = 1; threads <= 2; threads++)
            {
                bench.Report.Entry(new
                {
                    Section = "graphs",
                    Shape = graphs[i].Name,
                    Optimizer = "sgd",
                    threads,
                    RowsPerS = rates[i, threads - 1],
                    ToTrainer = rates[i, threads - 1] / rates[0, threads - 1],
                });
            }
        }

        bench.Report.Line();
        bench.Report.Line("The branches are another network, which costs more; what it shares with the others is the kernels.");
    }

    private static double Train(HandBuilt graph, DataSet data, int batchSize, int threads, int epochs)
    {
        var random = new RandomSource(0);
        float[] parameters = graph.Initialize(random);
        TrainingHistory history = TrainingLoop.Run(
            graph.Cost, new HandBuiltSource(data, graph), parameters, new Sgd<float>(graph.Graph.Parameters, 0.01, 0.9),
            new TrainingOptions { Epochs = epochs, BatchSize = batchSize, Threads = threads }, random);
        return history.Epochs.Max(epoch => epoch.RowsPerSecond);
    }

    /// <summary>Lists the fused kernels of each plan, and whether all have the same.</summary>
    private static void Kernels(Bench bench, IReadOnlyList<(string Name, Plan<float> Plan)> plans)
    {
        bool agree = plans.All(plan => Fused(plan.Plan).SequenceEqual(Fused(plans[0].Plan)));
        bench.Report.Line();
        foreach ((string name, Plan<float> plan) in plans)
        {
            bench.Report.Line($"Fused kernels of {name}: {string.Join("; ", Fused(plan))}.");
            bench.Report.Entry(new { Section = "graphs", Shape = name, FusedKernels = Fused(plan), agree });
        }

        bench.Report.Line(agree ? "All three have the same fused kernels." : "They have not the same fused kernels.");
    }

    /// <summary>The names, in a plan's listing, of kernels that do several operations at once.</summary>
    private static IEnumerable<string> Fused(Plan<float> plan) =>
        plan.Steps.Select(step => step.Operation.Name).Where(name => name.Contains(" + ", StringComparison.Ordinal)).Distinct().Order();
}
