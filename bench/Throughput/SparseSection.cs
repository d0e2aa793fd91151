using Backprop.Kernels;
using Backprop.Training;

namespace Throughput;

/// <summary>Training on rows of which few values are present, as text is, beside scikit-learn on the same CSR matrix.</summary>
internal static class SparseSection
{
    private const int Inputs = 100_000, Present = 100, Classes = 10, Batch = 256, PeerRows = 4_096;
    private const double Target = 20;

    private static readonly int[] s_hidden = [64];

    public static void Run(Bench bench)
    {
        string shape = $"sparse-{Inputs}-{s_hidden[0]}-{Classes}-b{Batch}";
        if (!bench.Options.Wants(shape))
            return;
        var rows = SparseRows.Draw(bench.Options.Quick ? PeerRows : 20_480);
        Table table = bench.Report.Table(
            $"Sparse rows, {Inputs:N0} inputs, {Present} present, rows a second", "network, batch                  ",
            " 1 thread", "2 threads", "scikit-learn", "ratio", "target", "allocated MB", "parameters MB");

        DataSet data = rows.ToDataSet();
        (double Rate, double Megabytes) one = Train(bench, data, 1), two = Train(bench, data, 2);
        double? peer = bench.Peers?.AskBoth(new
        {
            Work = "trainSparse",
            Inputs,
            Hidden = s_hidden,
            Batch,
            Optimizer = "sgd",
            Epochs = bench.Options.Quick ? 1 : 2,
            Seconds = 0.0,
            Indices = bench.Peers.Share<int>("indices", rows.Indices.AsSpan(0, PeerRows * Present)),
            Values = bench.Peers.Share<float>("values", rows.Values.AsSpan(0, PeerRows * Present)),
            Labels = bench.Peers.Share<int>("labels", rows.Labels.AsSpan(0, PeerRows)),
        }).Max(result => result.RowsPerS);
        one.Rate = Math.Max(one.Rate, Train(bench, data, 1).Rate);
        two.Rate = Math.Max(two.Rate, Train(bench, data, 2).Rate);

        double parameters = ((Inputs + 1.0) * s_hidden[0]) + ((s_hidden[0] + 1.0) * Classes);
        table.Row(
            shape, $"{one.Rate:N0}", $"{two.Rate:N0}", $"{peer:N0}", $"{Math.Max(one.Rate, two.Rate) / peer:F1}", $"{Target:F0}",
            $"{one.Megabytes:F0}", $"{parameters * sizeof(float) / 1e6:F0}");
        foreach ((int threads, double rate) in new[] { (1, one.Rate), (2, two.Rate) })
        {
            bench.Report.Entry(new
            {
                Section = "sparse",
                shape,
                Optimizer = "sgd",
                threads,
                RowsPerS = rate,
                PeerRowsPerS = peer,
                Ratio = rate / peer,
                Target,
                AllocatedMb = one.Megabytes,
            });
        }
    }

    /// <summary>The rate of the best epoch, and what the whole training allocates.</summary>
    private static (double Rate, double Megabytes) Train(Bench bench, DataSet data, int threads)
    {
        long before = GC.GetTotalAllocatedBytes();
        MlpClassifier classifier = MlpClassifier.Train(data, new MlpClassifierOptions
        {
            HiddenLayers = s_hidden,
            BatchSize = Batch,
            LearningRate = 0.01,
            Momentum = 0.9,
            L2 = 5e-5,
            Threads = threads,
            Epochs = 1 + (2 * bench.Options.Epochs),
        });
        return (classifier.History.Epochs.Max(epoch => epoch.RowsPerSecond), (GC.GetTotalAllocatedBytes() - before) / 1e6);
    }

    /// <summary>Rows of equally many present values; the indices of a row increase.</summary>
    private sealed record SparseRows(int[] Indices, float[] Values, int[] Labels)
    {
        /// <summary>Draws rows: any inputs are present, their values even in [0, 1), the class the largest of sums of random weights.</summary>
        public static SparseRows Draw(int count)
        {
            var random = new RandomSource(2);
            var rows = new SparseRows(new int[count * Present], new float[count * Present], new int[count]);
            var weights = new float[Inputs * Classes];
            foreach (ref float weight in weights.AsSpan())
                weight = (float)random.NextDouble() - 0.5f;
            var present = new SortedSet<int>();
            for (int row = 0; row < count; row++)
            {
                present.Clear();
                while (present.Count < Present)
                    present.Add(random.NextInt32(Inputs));
                present.CopyTo(rows.Indices, row * Present);
                var scores = new float[Classes];
                for (int i = row * Present; i < (row + 1) * Present; i++)
                {
                    rows.Values[i] = (float)random.NextDouble();
                    for (int label = 0; label < Classes; label++)
                        scores[label] += rows.Values[i] * weights[(rows.Indices[i] * Classes) + label];
                }

                rows.Labels[row] = scores.IndexOf(scores.Max());
            }

            return rows;
        }

        public DataSet ToDataSet()
        {
            var data = new DataSet(Inputs, Classes);
            for (int row = 0; row < Labels.Length; row++)
                data.AddSparse(Indices.AsSpan(row * Present, Present), Values.AsSpan(row * Present, Present), Labels[row]);
            return data;
        }
    }
}
