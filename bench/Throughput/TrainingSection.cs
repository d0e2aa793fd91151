using Backprop.Training;

namespace Throughput;

/// <summary>Training the shapes of the yardstick, each with each optimizer, beside scikit-learn and PyTorch.</summary>
internal static class TrainingSection
{
    public static void Run(Bench bench)
    {
        Table table = bench.Report.Table(
            "Training, rows a second",
            "network, batch, optimizer       ", " 1 thread", "2 threads", "2 / 1", "scikit-learn", "PyTorch", "ratio", "target", "of peak",
            "forward : backward : update us", "fill us", "B/step", "loss", "of sk-learn", "of PyTorch");
        foreach (NetworkShape shape in NetworkShape.All.Where(shape => bench.Options.Wants(shape.Name)))
        {
            Rows rows = shape.Draw(bench.Options.Quick ? shape.Rows / 4 : shape.Rows);
            DataSet data = rows.ToDataSet();
            foreach (string optimizer in TrainingRun.Optimizers)
                Run(bench, table, rows, data, optimizer);
        }

        bench.Report.Line();
        bench.Report.Line("Rates are of the best epoch. Peers: the better of 1 and 2 threads. Share of the peak of one core: on 1 thread, counting only");
        bench.Report.Line($"operations that the network needs. Loss: mean cross-entropy of the minibatches of epoch {1 + bench.Options.Epochs}. Bytes: the more of 1 and 2 threads.");
    }

    private static void Run(Bench bench, Table table, Rows rows, DataSet data, string optimizer)
    {
        NetworkShape shape = rows.Shape;
        int epochs = bench.Options.Epochs;
        bench.Machine.Measure(bench.Options.Seconds / 4);
        TrainingRun one = TrainingRun.Of(data, shape, optimizer, threads: 1, 1 + epochs), two = TrainingRun.Of(data, shape, optimizer, threads: 2, 1 + epochs);
        IReadOnlyList<PeerResult> peers = bench.Peers?.AskBoth(new
        {
            Work = "train",
            shape.Inputs,
            shape.Hidden,
            shape.Classes,
            shape.Batch,
            optimizer,
            epochs,
            bench.Options.Seconds,
            Features = bench.Peers.Share<float>("features", rows.Features),
            Labels = bench.Peers.Share<int>("labels", rows.Labels),
        }) ?? [];
        double loss = one.Loss;
        one = one.BetterOf(TrainingRun.Of(data, shape, optimizer, threads: 1, one.EpochsIn(bench.Options.Seconds, epochs)));
        two = two.BetterOf(TrainingRun.Of(data, shape, optimizer, threads: 2, two.EpochsIn(bench.Options.Seconds, epochs)));
        StepTimes times = StepTimes.Measure(data, shape, optimizer, bench.Options.Seconds / 4);

        PeerResult? learn = Best(peers, "scikit-learn"), torch = Best(peers, "PyTorch");
        double? peer = peers.Count > 0 ? peers.Max(result => result.RowsPerS) : null;
        double share = one.RowsPerSecond * shape.OperationsPerRow / bench.Machine.Peak();
        table.Row(
            $"{shape.Name}, {optimizer}", $"{one.RowsPerSecond:N0}", $"{two.RowsPerSecond:N0}", $"{two.RowsPerSecond / one.RowsPerSecond:F2}",
            $"{learn?.RowsPerS:N0}", $"{torch?.RowsPerS:N0}", $"{Math.Max(one.RowsPerSecond, two.RowsPerSecond) / peer:F2}", $"{shape.Target:F1}",
            $"{share:P0}", $"{times.Forward:F1} : {times.Backward:F1} : {times.Update:F1}", $"{times.Fill:F1}",
            $"{Math.Max(one.BytesPerStep, two.BytesPerStep):F0}", $"{loss:F4}", $"{learn?.Loss:F4}", $"{torch?.Loss:F4}");
        foreach ((int threads, TrainingRun run) in new[] { (1, one), (2, two) })
        {
            bench.Report.Entry(new
            {
                Section = "training",
                Shape = shape.Name,
                optimizer,
                threads,
                RowsPerS = Math.Round(run.RowsPerSecond),
                PeerRowsPerS = Rounded(peer),
                Ratio = run.RowsPerSecond / peer,
                shape.Target,
                ShareOfPeak = run.RowsPerSecond * shape.OperationsPerRow / bench.Machine.Peak(threads),
                SklearnRowsPerS = Rounded(learn?.RowsPerS),
                TorchRowsPerS = Rounded(torch?.RowsPerS),
                ForwardUs = times.Forward,
                BackwardUs = times.Backward,
                UpdateUs = times.Update,
                FillUs = times.Fill,
                run.BytesPerStep,
                loss,
                SklearnLoss = learn?.Loss,
                TorchLoss = torch?.Loss,
            });
        }
    }

    private static PeerResult? Best(IEnumerable<PeerResult> results, string peer) =>
        results.Where(result => result.Peer == peer).MaxBy(result => result.RowsPerS);

    private static double? Rounded(double? rate) => rate is { } value ? Math.Round(value) : null;
}
