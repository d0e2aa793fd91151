using Backprop.Training;

namespace Throughput;

/// <summary>Training the shapes of the yardstick, each with each optimizer, beside scikit-learn and PyTorch.</summary>
internal static class TrainingSection
{
    public static void Run(Bench bench)
    {
        if (bench.Options.Shapes.Count == 0)
            return;
        WarmUp(NetworkShape.All[0]);
        Table table = bench.Report.Table(
            "Training, rows a second",
            "network, batch, optimizer       ", " 1 thread", "2 threads", "2 / 1", "scikit-learn", "PyTorch", "ratio", "target", "of peak",
            "forward : backward : update us", "fill us", "B/step", "loss", "of sk-learn", "of PyTorch");
        foreach (NetworkShape shape in bench.Options.Shapes)
        {
            Rows rows = shape.Draw(bench.Options.Quick ? shape.Rows / 4 : shape.Rows);
            DataSet data = rows.ToDataSet();
            foreach (string optimizer in TrainingRun.Optimizers)
            {
                TrainingResult result = Measure(bench, rows, data, optimizer);
                table.Row(result.Cells(bench.Machine));
                bench.Report.Entry(result.Entry(bench.Machine, threads: 1));
                bench.Report.Entry(result.Entry(bench.Machine, threads: 2));
            }
        }

        bench.Report.Line();
        bench.Report.Line(
            "Rates: the best epoch; of the peers, the better of 1 and 2 threads. Of peak: 1 thread's share of the peak of one core, counting");
        bench.Report.Line("only operations that the network needs. Parts of a step: 1 thread. Bytes a step: the more of 1 and 2 threads.");
        bench.Report.Line($"Loss: the mean cross-entropy of the minibatches of epoch {1 + bench.Options.Epochs}.");
    }

    /// <summary>Else the first shape would be measured while the code is still being compiled.</summary>
    private static void WarmUp(NetworkShape shape)
    {
        DataSet data = shape.Draw(shape.Rows / 4).ToDataSet();
        foreach (string optimizer in TrainingRun.Optimizers)
            TrainingRun.Of(data, shape, optimizer, threads: 2, epochs: 400);
    }

    private static TrainingResult Measure(Bench bench, Rows rows, DataSet data, string optimizer)
    {
        NetworkShape shape = rows.Shape;
        (int epochs, double seconds) = (bench.Options.Epochs, bench.Options.Seconds);
        bench.Machine.Measure(seconds / 4);
        TrainingRun one = TrainingRun.Of(data, shape, optimizer, threads: 1, 1 + epochs);
        TrainingRun two = TrainingRun.Of(data, shape, optimizer, threads: 2, 1 + epochs);
        IReadOnlyList<PeerResult> peers = bench.Peers?.AskBoth(new
        {
            Work = "train",
            shape.Inputs,
            shape.Hidden,
            shape.Classes,
            shape.Batch,
            optimizer,
            epochs,
            seconds,
            Features = bench.Peers.Share<float>("features", rows.Features),
            Labels = bench.Peers.Share<int>("labels", rows.Labels),
        }) ?? [];
        return new TrainingResult(
            shape,
            optimizer,
            one.BetterOf(TrainingRun.Of(data, shape, optimizer, threads: 1, one.EpochsIn(seconds, epochs))),
            two.BetterOf(TrainingRun.Of(data, shape, optimizer, threads: 2, two.EpochsIn(seconds, epochs))),
            Best(peers, "scikit-learn"),
            Best(peers, "PyTorch"),
            StepTimes.Measure(data, shape, optimizer, seconds / 4));
    }

    private static PeerResult? Best(IEnumerable<PeerResult> results, string peer) =>
        results.Where(result => result.Peer == peer).MaxBy(result => result.RowsPerS);

    /// <summary>A shape with an optimizer: ours on one thread and on two, and the peers' better.</summary>
    private sealed record TrainingResult(
        NetworkShape Shape, string Optimizer, TrainingRun One, TrainingRun Two, PeerResult? Learn, PeerResult? Torch, StepTimes Times)
    {
        private double? Peer => Learn is null || Torch is null ? null : Math.Max(Learn.RowsPerS, Torch.RowsPerS);

        public string?[] Cells(Machine machine) =>
        [
            $"{Shape.Name}, {Optimizer}", $"{One.RowsPerSecond:N0}", $"{Two.RowsPerSecond:N0}", $"{Two.RowsPerSecond / One.RowsPerSecond:F2}",
            $"{Learn?.RowsPerS:N0}", $"{Torch?.RowsPerS:N0}", $"{Math.Max(One.RowsPerSecond, Two.RowsPerSecond) / Peer:F2}", $"{Shape.Target:F1}",
            $"{ShareOfPeak(machine, 1):P0}", $"{Times.Forward:F1} : {Times.Backward:F1} : {Times.Update:F1}", $"{Times.Fill:F1}",
            $"{Math.Max(One.BytesPerStep, Two.BytesPerStep):F0}", $"{One.Loss:F4}", $"{Learn?.Loss:F4}", $"{Torch?.Loss:F4}",
        ];

        public object Entry(Machine machine, int threads) => new
        {
            Section = "training",
            Shape = Shape.Name,
            Optimizer,
            threads,
            RowsPerS = Run(threads).RowsPerSecond,
            PeerRowsPerS = Peer,
            Ratio = Run(threads).RowsPerSecond / Peer,
            Shape.Target,
            ShareOfPeak = ShareOfPeak(machine, threads),
            SklearnRowsPerS = Learn?.RowsPerS,
            TorchRowsPerS = Torch?.RowsPerS,
            ForwardUs = Times.Forward,
            BackwardUs = Times.Backward,
            UpdateUs = Times.Update,
            FillUs = Times.Fill,
            Run(threads).BytesPerStep,
            One.Loss,
            SklearnLoss = Learn?.Loss,
            TorchLoss = Torch?.Loss,
        };

        private TrainingRun Run(int threads) => threads == 1 ? One : Two;

        private double ShareOfPeak(Machine machine, int threads) =>
            Run(threads).RowsPerSecond * Shape.OperationsPerRow / machine.Peak(threads);
    }
}
