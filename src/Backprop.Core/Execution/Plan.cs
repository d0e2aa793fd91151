using System.Numerics;
using Backprop.Graphs;

namespace Backprop.Execution;

internal delegate void ForwardKernel<T>(Operands<T> operands)
    where T : unmanaged, IFloatingPointIeee754<T>;

/// <summary>One operation of a plan: what to call, and where its inputs and its result lie.</summary>
internal readonly record struct Step<T>(ForwardKernel<T> Forward, Slot[] Inputs, Slot Output)
    where T : unmanaged, IFloatingPointIeee754<T>;

/// <summary>
/// A part of a graph made ready to run, forward propagation in topological order (Goodfellow, Bengio and Courville,
/// algorithm 6.1): only what the outputs need, equal subexpressions once, every value at a fixed place in one buffer.
/// A plan is immutable and may be shared by threads; each runs it in a <see cref="Workspace{T}"/> of its own.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Plan<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal const int WorkBuffer = 0, ParameterBuffer = 1, GradientBuffer = 2, BufferCount = 3;

    private readonly Dictionary<Variable, Slot> _slots = [];
    private readonly BufferLayout _layout = new();

    /// <summary>Plans the computation of some variables of a graph.</summary>
    /// <param name="outputs">What can be read after a run, all of one graph; at least one.</param>
    /// <param name="maxRows">The most rows that a run may bind, 1 or more; memory is in proportion.</param>
    /// <param name="gradients">
    /// For a training step: what else to compute, each written to the place of its parameter (the key) in the flat gradient buffer.
    /// </param>
    /// <exception cref="ArgumentException">A variable is of another graph; a gradient's key is no parameter, or of another shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no output, or no row.</exception>
    public Plan(IReadOnlyCollection<Variable> outputs, int maxRows, IReadOnlyDictionary<Variable, Variable>? gradients = null)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows, 1);
        ArgumentOutOfRangeException.ThrowIfZero(outputs.Count, nameof(outputs));
        gradients ??= new Dictionary<Variable, Variable>();
        Graph = outputs.First().Graph;
        MaxRows = maxRows;
        CheckArguments(outputs, gradients);

        List<Variable> needed = Subgraph.Needed([.. outputs, .. gradients.Values]);
        Dictionary<Variable, Variable> same = Subgraph.MergeEqual(needed);
        Variable[] order = [.. needed.Where(v => same[v] == v)];
        Inputs = [.. order.Where(v => v.Kind == VariableKind.Input)];
        Constants = [.. order.Where(v => v.Kind == VariableKind.Constant)];
        Variable[] computed = [.. order.Where(v => v.Kind == VariableKind.Computed)];

        foreach ((Variable parameter, Variable gradient) in gradients)
        {
            if (same[gradient].Kind == VariableKind.Computed)
                _slots.TryAdd(same[gradient], GradientSlot(parameter));
        }

        foreach (Variable leaf in order.Except(computed))
            _slots[leaf] = leaf.Segment is { } segment ? new Slot(ParameterBuffer, segment.Offset, leaf.Shape) : Place(leaf, 0, int.MaxValue);

        int[] lastUse = LastUses(computed, same, [.. outputs, .. gradients.Values]);
        for (int step = 0; step < computed.Length; step++)
        {
            if (!_slots.ContainsKey(computed[step]))
                _slots[computed[step]] = Place(computed[step], step, lastUse[step]);
        }

        foreach (Variable v in needed)
            _slots.TryAdd(v, _slots[same[v]]);
        Steps =
        [
            .. computed.Select(v => new Step<T>(v.Operation!.Forward, [.. v.Inputs.Select(input => _slots[input])], _slots[v])),
            .. gradients.Where(g => _slots[g.Value] != GradientSlot(g.Key)).Select(
                g => new Step<T>(new Accumulate().Forward, [_slots[g.Value]], GradientSlot(g.Key))),
        ];
        Readable = [.. outputs];
        ReadsParameters = order.Any(v => v.Kind == VariableKind.Parameter);
        WritesGradients = gradients.Count > 0;
    }

    /// <summary>The graph that the plan computes a part of.</summary>
    public Graph Graph { get; }

    /// <summary>What must be fed before a run.</summary>
    public IReadOnlyList<Variable> Inputs { get; }

    /// <summary>The most rows that a run may bind.</summary>
    public int MaxRows { get; }

    /// <summary>The number of operations in a run.</summary>
    public int StepCount => Steps.Length;

    /// <summary>The number of elements in a workspace's buffer.</summary>
    public int WorkLength => _layout.Length;

    internal Step<T>[] Steps { get; }

    internal IReadOnlyList<Variable> Constants { get; }

    internal HashSet<Variable> Readable { get; }

    internal bool ReadsParameters { get; }

    internal bool WritesGradients { get; }

    /// <summary>Makes room for one thread to run the plan.</summary>
    /// <param name="threads">How many threads work on one run, 1 or more. The results are the same bits at any number.</param>
    public Workspace<T> CreateWorkspace(int threads = 1) => new(this, threads);

    internal Slot SlotOf(Variable variable) => _slots[variable];

    private static Slot GradientSlot(Variable parameter) => new(GradientBuffer, parameter.Segment!.Offset, parameter.Shape);

    private static int[] LastUses(Variable[] computed, Dictionary<Variable, Variable> same, IEnumerable<Variable> kept)
    {
        var step = new Dictionary<Variable, int>();
        var lastUse = new int[computed.Length];
        for (int i = 0; i < computed.Length; i++)
        {
            step[computed[i]] = i;
            lastUse[i] = i;
            foreach (Variable input in computed[i].Inputs)
            {
                if (step.TryGetValue(same[input], out int made))
                    lastUse[made] = i;
            }
        }

        foreach (Variable v in kept)
        {
            if (step.TryGetValue(same[v], out int made))
                lastUse[made] = int.MaxValue;
        }

        return lastUse;
    }

    private Slot Place(Variable v, int firstUse, int lastUse) =>
        new(WorkBuffer, _layout.Place(v.Shape.Count(MaxRows), firstUse, lastUse), v.Shape);

    private void CheckArguments(IEnumerable<Variable> outputs, IReadOnlyDictionary<Variable, Variable> gradients)
    {
        foreach (Variable v in outputs.Concat(gradients.Keys).Concat(gradients.Values))
        {
            if (v.Graph != Graph)
                throw new ArgumentException($"{v} is a variable of another graph than {outputs.First()}.", nameof(outputs));
        }

        foreach ((Variable parameter, Variable gradient) in gradients)
        {
            if (parameter.Kind != VariableKind.Parameter)
                throw new ArgumentException($"{parameter} is no parameter, so its gradient has no place in the gradient buffer.", nameof(gradients));
            if (parameter.Shape != gradient.Shape)
                throw new ArgumentException($"The gradient {gradient} has not the shape of {parameter}.", nameof(gradients));
        }
    }
}
