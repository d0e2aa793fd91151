using Backprop.Kernels;

namespace Throughput;

/// <summary>Matrix products in float beside OpenBLAS's: the sizes of the yardstick, transposed operands, thin shapes.</summary>
internal static class GemmSection
{
    private sealed record Product(int M, int N, int K)
    {
        public string Name => $"sgemm-{M}x{N}x{K}";

        public double Operations => 2.0 * M * N * K;
    }

    private static readonly Product[] s_square =
        [new(128, 256, 784), new(256, 512, 784), new(512, 512, 512), new(1024, 1024, 1024), new(2048, 2048, 2048), new(120, 64, 64)];

    // Small minibatches, then small output layers.
    private static readonly Product[] s_thin =
    [
        .. from k in new[] { 256, 784 } from m in new[] { 1, 4, 8, 16, 32, 64 } select new Product(m, 256, k),
        .. from k in new[] { 256, 1024 } from n in new[] { 1, 3, 7, 10, 16 } select new Product(128, n, k),
    ];

    public static void Run(Bench bench)
    {
        Product[] square = [.. s_square.Where(product => bench.Options.Wants(product.Name))];
        Product[] thin = [.. s_thin.Where(product => bench.Options.Wants(product.Name))];
        if (square.Length > 0)
        {
            Compare(bench, "Products, GFLOP/s", square, bench.Options.Seconds / 4);
            Transpose(bench, square, bench.Options.Seconds / 4);
        }

        if (thin.Length > 0)
            Compare(bench, "Thin products, GFLOP/s", thin, bench.Options.Seconds / 8);
    }

    private static void Compare(Bench bench, string title, IEnumerable<Product> products, double seconds)
    {
        Table table = bench.Report.Table(
            title, "m x n x k           ", "1 thread", "of peak", "OpenBLAS", "ratio", "2 threads", "of peak", "OpenBLAS", "ratio");
        foreach (Product product in products)
        {
            bench.Machine.Measure(bench.Options.Seconds / 10);
            var cells = new List<string?> { $"{product.M} x {product.N} x {product.K}" };
            for (int threads = 1; threads <= 2; threads++)
            {
                (double ours, double? peer) = Rates(bench, product, threads, seconds);
                cells.AddRange([$"{ours / 1e9:F1}", $"{ours / bench.Machine.Peak(threads):P0}", $"{peer / 1e9:F1}", $"{ours / peer:F2}"]);
                bench.Report.Entry(new
                {
                    Section = "gemm",
                    Shape = product.Name,
                    threads,
                    Gflops = ours / 1e9,
                    PeerGflops = peer / 1e9,
                    Ratio = ours / peer,
                    ShareOfPeak = ours / bench.Machine.Peak(threads),
                });
            }

            table.Row(cells);
        }
    }

    private static (double Ours, double? Peer) Rates(Bench bench, Product product, int threads, double seconds)
    {
        using var team = new WorkerTeam(threads);
        (int m, int n, int k) = (product.M, product.N, product.K);
        (ArraySegment<float> a, ArraySegment<float> b, ArraySegment<float> c) =
            (Numbers(m * k), Numbers(k * n), AlignedBuffer.Allocate<float>(m * n));
        var actions = new List<Action> { () => Gemm.Multiply<float>(false, false, m, n, k, a, b, c, team: team) };
        if (bench.HasOpenBlas)
        {
            OpenBlas.SetThreads(threads);
            actions.Add(() => OpenBlas.Multiply(false, false, m, n, k, a, b, c));
        }

        double[] best = Timing.Best(seconds, threads > 1 && actions.Count > 1 ? OpenBlas.SpinTime : default, actions);
        return (product.Operations / best[0], actions.Count > 1 ? product.Operations / best[1] : null);
    }

    private static void Transpose(Bench bench, IEnumerable<Product> products, double seconds)
    {
        Table table = bench.Report.Table(
            "Transposed operands, GFLOP/s of 1 thread", "m x n x k           ", "  A B", " A' B", "ratio", " A B'", "ratio");
        foreach (Product product in products)
        {
            (int m, int n, int k) = (product.M, product.N, product.K);
            (ArraySegment<float> a, ArraySegment<float> b, ArraySegment<float> c) =
                (Numbers(m * k), Numbers(k * n), AlignedBuffer.Allocate<float>(m * n));
            double[] best = Timing.Best(
                seconds, default,
                () => Gemm.Multiply<float>(false, false, m, n, k, a, b, c),
                () => Gemm.Multiply<float>(true, false, m, n, k, a, b, c),
                () => Gemm.Multiply<float>(false, true, m, n, k, a, b, c));
            double[] rates = [.. best.Select(time => product.Operations / time / 1e9)];
            table.Row(
                $"{m} x {n} x {k}", $"{rates[0]:F1}", $"{rates[1]:F1}", $"{rates[1] / rates[0]:F2}", $"{rates[2]:F1}", $"{rates[2] / rates[0]:F2}");
            bench.Report.Entry(new
            {
                Section = "gemm",
                Shape = product.Name,
                Threads = 1,
                Gflops = rates[0],
                GflopsTransposedA = rates[1],
                GflopsTransposedB = rates[2],
            });
        }
    }

    /// <summary>Numbers in a buffer that begins at a cache line, as the library's own do.</summary>
    private static ArraySegment<float> Numbers(int count)
    {
        var random = new RandomSource(count);
        ArraySegment<float> numbers = AlignedBuffer.Allocate<float>(count);
        foreach (ref float number in numbers.AsSpan())
            number = (float)random.NextDouble();
        return numbers;
    }
}
