using Backprop.Graphs;

namespace Backprop.Execution;

/// <summary>
/// Steps that belong together. Where they share rows, each is made from the one before, row by row, and threads go through
/// all of them with some rows each; else none needs another, and threads may take different ones.
/// </summary>
internal readonly record struct Stage(IReadOnlyList<NodeStep> Steps, bool SharesRows);

/// <summary>
/// Orders the steps of a training step so that threads meet rarely: as many row by row in one go as there can be (forward
/// and backward through all layers), then what sums over the rows (the gradients of weights).
/// </summary>
internal sealed class Schedule
{
    private readonly Dictionary<Node, List<NodeStep>> _readers = [];
    private readonly Dictionary<Node, int> _missing = [];
    private readonly HashSet<Node> _rowsNeed;
    private readonly List<NodeStep> _urgent = [];
    private readonly List<NodeStep> _rows = [];
    private readonly List<NodeStep> _others = [];
    private readonly List<Stage> _stages = [];

    private Schedule(IReadOnlyList<NodeStep> steps)
    {
        _rowsNeed = [.. Node.Needed(steps.Where(IsByRow).Select(step => step.Result))];
        foreach (NodeStep step in steps)
        {
            Node[] waits = [.. step.Inputs.Where(_readers.ContainsKey).Distinct()];
            foreach (Node input in waits)
                _readers[input].Add(step);
            _readers[step.Result] = [];
            _missing[step.Result] = waits.Length;
            if (waits.Length == 0)
                QueueFor(step).Add(step);
        }
    }

    /// <summary>One step after the other, as they are.</summary>
    public static IReadOnlyList<Stage> OneByOne(IEnumerable<NodeStep> steps) => [.. steps.Select(step => new Stage([step], SharesRows: false))];

    /// <summary>The steps in stages.</summary>
    /// <param name="steps">The steps in topological order.</param>
    public static IReadOnlyList<Stage> InStages(IReadOnlyList<NodeStep> steps)
    {
        var schedule = new Schedule(steps);
        while (schedule.Emit())
        {
        }

        return schedule._stages;
    }

    /// <summary>Whether a step makes each row of its result from the same row of what it reads, and from what has no rows.</summary>
    private static bool IsByRow(NodeStep step) =>
        step.Result.Operation!.IsByRow && HasRows(step.Result) && step.Inputs.All(input => HasRows(input) || !input.Shape.IsFree);

    private static bool HasRows(Node node) => node.Shape.Rank > 0 && node.Shape[0] == Shape.Free;

    private bool Emit()
    {
        bool sharesRows = _urgent.Count == 0 && _rows.Count > 0;
        List<NodeStep> queue = _urgent.Count > 0 ? _urgent : sharesRows ? _rows : _others;
        NodeStep[] ready = [.. queue];
        if (ready.Length == 0)
            return false;

        queue.Clear();
        var steps = new List<NodeStep>(ready);
        for (int i = 0; i < steps.Count; i++)
        {
            foreach (NodeStep reader in _readers[steps[i].Result])
            {
                if (--_missing[reader.Result] > 0)
                    continue;
                if (sharesRows && IsByRow(reader))
                    steps.Add(reader);
                else
                    QueueFor(reader).Add(reader);
            }
        }

        _stages.Add(new Stage(steps, sharesRows));
        return true;
    }

    private List<NodeStep> QueueFor(NodeStep step) =>
        IsByRow(step) ? _rows : _rowsNeed.Contains(step.Result) ? _urgent : _others;
}
