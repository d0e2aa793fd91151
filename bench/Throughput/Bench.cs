namespace Throughput;

/// <summary>What every section of the benchmark needs.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Report">Takes the results.</param>
/// <param name="Machine">What results are a share of.</param>
/// <param name="Peers">The peers in Python; null where they are not asked for or missing.</param>
/// <param name="HasOpenBlas">Whether to measure OpenBLAS: it is asked for and present.</param>
internal sealed record Bench(BenchOptions Options, Report Report, Machine Machine, Peers? Peers, bool HasOpenBlas)
{
    /// <summary>The sections in the order in which they run.</summary>
    public static readonly IReadOnlyDictionary<string, Action<Bench>> Sections = new OrderedDictionary<string, Action<Bench>>
    {
        ["training"] = TrainingSection.Run,
        ["graphs"] = GraphsSection.Run,
        ["gemm"] = GemmSection.Run,
        ["sparse"] = SparseSection.Run,
        ["scoring"] = ScoringSection.Run,
        ["reading"] = ReadingSection.Run,
    };
}
