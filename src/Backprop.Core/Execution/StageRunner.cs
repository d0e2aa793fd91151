using System.Numerics;
using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Execution;

/// <summary>
/// Runs the stages of a plan by one thread or several, with the same bits. Threads share a stage by its rows, in multiples of
/// 16, so that vectors begin where they would; else by its steps, and large products by parts of the result. Allocates nothing.
/// </summary>
internal sealed class StageRunner<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int RowChunk = 16;

    /// <summary>
    /// The operations of a stage below which another thread does not pay: what one writes and the other reads next goes from
    /// one processor's caches to the other's.
    /// </summary>
    private const long WorthATeam = 1 << 21;

    private readonly PlannedStage<T>[] _stages;
    private readonly RunMemory<T> _memory;
    private readonly StepPart[] _stepParts;
    private readonly WorkerTeam? _team;

    public StageRunner(Plan<T> plan, RunMemory<T> memory, int threads)
    {
        _stages = plan.Stages;
        _memory = memory;
        bool isWorthIt = threads > 1 && _stages.Any(
            stage => stage.DenseOperationsOf(plan.MaxRows) >= WorthATeam || stage.Sparse.Length > 0); // How much that is, a run tells.
        _team = isWorthIt ? new WorkerTeam(threads) : null;
        _stepParts = new StepPart[threads * _stages.Select(stage => stage.Steps.Length).DefaultIfEmpty(0).Max()];
    }

    /// <summary>Whether the calling thread runs alone, though there be others.</summary>
    public bool IsAlone { get; set; }

    /// <summary>The threads; null where it is one.</summary>
    public WorkerTeam? Team => IsAlone ? null : _team;

    public void Run(int rows)
    {
        foreach (PlannedStage<T> stage in _stages)
        {
            if (Team is null || Operations(stage, rows) < WorthATeam)
                RunAll(stage, rows, firstRow: 0);
            else if (stage.SharesRows && rows >= 2 * RowChunk)
                ShareRows(stage, rows);
            else if (stage.SharesRows)
                ShareEachStep(stage, rows);
            else
                ShareSteps(stage.Steps, rows);
        }
    }

    public void Dispose() => _team?.Dispose();

    private long Operations(PlannedStage<T> stage, int rows)
    {
        long operations = stage.DenseOperationsOf(rows);
        foreach (Step<T> step in stage.Sparse)
            operations += 2L * _memory.Sparse[step.Inputs[0].Offset].Count * step.Inputs[1].Shape[1];
        return operations;
    }

    private void RunAll(PlannedStage<T> stage, int rows, int firstRow)
    {
        foreach (Step<T> step in stage.Steps)
        {
            var operands = new Operands<T>(step.Inputs, step.Output, _memory, rows, firstRow); // As an argument it would be copied.
            step.Forward(operands);
        }
    }

    private void ShareRows(PlannedStage<T> stage, int rows)
    {
        int parts = Math.Min(Team!.Threads, rows / RowChunk);
        Team.Run(parts, new RowsJob(this, stage, rows, parts));
    }

    private void ShareEachStep(PlannedStage<T> stage, int rows)
    {
        for (int i = 0; i < stage.Steps.Length; i++)
            ShareSteps(stage.Steps.AsSpan(i, 1), rows);
    }

    /// <summary>
    /// Threads take steps, or parts of them. First parts stand in front, where the caller takes from, others at the end: so a
    /// thread mostly meets the same part in every run. What is small stands in between, for whoever is done first.
    /// </summary>
    private void ShareSteps(ReadOnlySpan<Step<T>> steps, int rows)
    {
        int count = 0;
        foreach (Step<T> step in steps)
            Add(step, first: 0, end: 1, ofMany: true);
        foreach (Step<T> step in steps)
            Add(step, first: 0, end: 1, ofMany: false);
        foreach (Step<T> step in steps)
            Add(step, first: 1, end: int.MaxValue, ofMany: true);
        Team!.Run(count, new StepsJob(this, rows));

        void Add(Step<T> step, int first, int end, bool ofMany)
        {
            int parts = step.Parts(rows, Team!.Threads);
            for (int part = first; part < Math.Min(end, parts) && parts > 1 == ofMany; part++)
                _stepParts[count++] = new StepPart(step, part, parts);
        }
    }

    private readonly record struct StepPart(Step<T> Step, int Part, int Parts);

    private readonly struct RowsJob(StageRunner<T> runner, PlannedStage<T> stage, int rows, int parts) : IWorkerJob
    {
        public void Run(int part) => runner.RunAll(stage, Start(part + 1) - Start(part), Start(part));

        private int Start(int part) => part == parts ? rows : (int)((long)(rows / RowChunk) * part / parts * RowChunk);
    }

    private readonly struct StepsJob(StageRunner<T> runner, int rows) : IWorkerJob
    {
        public void Run(int part)
        {
            (Step<T> step, int its, int parts) = runner._stepParts[part];
            var operands = new Operands<T>(step.Inputs, step.Output, runner._memory, rows, firstRow: 0, its, parts);
            step.Forward(operands);
        }
    }
}
