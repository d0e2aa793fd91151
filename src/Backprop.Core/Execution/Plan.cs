using System.Numerics;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Operations;

namespace Backprop.Execution;

internal delegate void ForwardKernel<T>(in Operands<T> operands)
    where T : unmanaged, IFloatingPointIeee754<T>;

/// <summary>One operation of a plan: what to call, where its inputs and its result lie, and which variables these are.</summary>
internal sealed record Step<T>(Operation Operation, Slot[] Inputs, Slot Output, Variable Variable, Variable[] InputVariables)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The operation's kernel for T, looked up once.</summary>
    public ForwardKernel<T> Forward { get; } = Operation.Forward;

    /// <summary>Whether the step reads a sparse input.</summary>
    public bool ReadsSparse => Inputs is [{ Buffer: Slot.Sparse }, ..];

    /// <summary>Whether it reads one by columns: what it makes has no rows.</summary>
    public bool ReadsColumns => ReadsSparse && Output.Shape[0] != Shape.Free;

    /// <summary>Whether it is a product of two dense matrices.</summary>
    public bool IsDenseProduct => Operation is MatMul or FusedProduct && !ReadsSparse;

    /// <summary>The floating-point operations of a run.</summary>
    public long CountOperations(int rows) => Operation.CountOperations([.. Inputs.Select(slot => slot.Shape)], Output.Shape, rows);

    /// <summary>The number of parts that so many threads may share the step in.</summary>
    public int Parts(int rows, int threads) => Operation switch
    {
        MatMul product => product.Parts(Inputs[0].Shape, Inputs[1].Shape, rows, threads),
        FusedProduct fused => fused.Product.Parts(Inputs[0].Shape, Inputs[1].Shape, rows, threads),
        _ => 1,
    };
}

/// <summary>The steps of a <see cref="Stage"/>.</summary>
internal sealed record PlannedStage<T>(Step<T>[] Steps, bool SharesRows)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Operations grow with the rows in a line, from those of none.
    private readonly long _operationsOfNone = Steps.Where(step => !step.ReadsSparse).Sum(step => step.CountOperations(0));
    private readonly long _operationsOfOne = Steps.Where(step => !step.ReadsSparse).Sum(step => step.CountOperations(1));

    /// <summary>The steps that read a sparse input.</summary>
    public Step<T>[] Sparse { get; } = [.. Steps.Where(step => step.ReadsSparse)];

    /// <summary>The floating-point operations of a run, but for those of sparse products.</summary>
    public long DenseOperationsOf(int rows) => _operationsOfNone + (rows * (_operationsOfOne - _operationsOfNone));
}

/// <summary>
/// A part of a graph made ready to run, forward propagation in topological order (Goodfellow, Bengio and Courville,
/// algorithm 6.1): only what the outputs need, simplified, every value at a fixed place in one buffer. A plan is
/// immutable and may be shared by threads; each runs it in a <see cref="Workspace{T}"/> of its own.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Plan<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Dictionary<Variable, Node> _nodes;
    private readonly Dictionary<Node, Slot> _slots = [];
    private readonly BufferLayout _layout = new();

    /// <summary>Plans the computation of some variables of a graph.</summary>
    /// <param name="outputs">What can be read after a run, all of one graph; at least one.</param>
    /// <param name="maxRows">The most rows that a run may bind, 1 or more; memory is in proportion.</param>
    /// <param name="gradients">
    /// For a training step: what else to compute, each written to the place of its parameter (the key) in the flat gradient
    /// buffer.
    /// </param>
    /// <param name="recompute">Whether to compute again, rather than keep, what is needed long after it was made: the same
    /// results in less memory by more work.</param>
    /// <param name="fuse">Whether operations that follow each other become one kernel where there is one: the same results,
    /// to the bit, sooner.</param>
    /// <exception cref="ArgumentException">
    /// A variable is of another graph; a gradient's key is no parameter, or of another shape.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no output, or no row.</exception>
    public Plan(
        IReadOnlyCollection<Variable> outputs, int maxRows,
        IReadOnlyDictionary<Variable, Variable>? gradients = null, bool recompute = false, bool fuse = true)
        : this(outputs, maxRows, gradients, recompute, fuse, rowSparse: false)
    {
    }

    private Plan(
        IReadOnlyCollection<Variable> outputs, int maxRows, IReadOnlyDictionary<Variable, Variable>? gradients, bool recompute, bool fuse,
        bool rowSparse)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows, 1);
        ArgumentOutOfRangeException.ThrowIfZero(outputs.Count, nameof(outputs));
        gradients ??= new Dictionary<Variable, Variable>();
        foreach (Variable output in outputs)
            ArgumentNullException.ThrowIfNull(output, nameof(outputs));
        Graph = outputs.First().Graph;
        MaxRows = maxRows;
        CheckArguments(outputs, gradients);

        Variable[] wanted = [.. outputs, .. gradients.Values];
        _nodes = Simplification.Run(Ancestors.Of(wanted));
        HashSet<Node> kept = [.. wanted.Select(v => _nodes[v])];
        List<Node> order = Node.Needed(kept);
        if (fuse)
        {
            order = Fusion.Run(order, kept, out IReadOnlyDictionary<Node, Node> fused);
            foreach (Variable v in wanted.Distinct())
                _nodes[v] = fused[_nodes[v]];
            kept = [.. kept.Select(node => fused[node])];
        }

        bool trains = gradients.Count > 0;
        if (rowSparse)
        {
            RowSparse = RowSparsity.Extract(
                order, gradients.ToDictionary(pair => pair.Key, pair => _nodes[pair.Value]), [.. outputs.Select(v => _nodes[v])]);
            gradients = gradients.Where(pair => !RowSparse.Exists(rows => rows.Parameter == pair.Key)).ToDictionary();
            kept = [.. outputs.Concat(gradients.Values).Select(v => _nodes[v]), .. RowSparse.Select(rows => rows.G)];
        }

        List<Node> computed = order.FindAll(node => node.Kind == VariableKind.Computed);
        IReadOnlyList<NodeStep> steps = [.. computed.Select(node => new NodeStep(node, node.Inputs))];
        IReadOnlyList<Stage> stages = trains ? Schedule.InStages(steps) : Schedule.OneByOne(steps);
        if (recompute)
        {
            // Where nothing is far from where it is made, there is nothing to gain.
            IReadOnlyList<Stage> again = Schedule.OneByOne(Recomputation.Run(computed, kept));
            if (LengthOf(again, kept) < LengthOf(stages, kept))
                stages = again;
        }

        Inputs = [.. order.Where(node => node.Kind == VariableKind.Input).Select(node => node.Source)];
        Constants = order.FindAll(node => node.Kind == VariableKind.Constant);
        Leaves = [.. order.Where(node => node.Kind is VariableKind.Input or VariableKind.Parameter).Select(node => node.Source)];
        ReadsParameters = Leaves.Any(leaf => leaf.Kind == VariableKind.Parameter);
        WritesGradients = gradients.Count > 0;
        Readable = [.. outputs];
        SparseInputs = [.. Inputs.Where(input => input.IsSparse)];
        PlaceLeaves(order);
        PlaceGradients(gradients);
        PlaceResults(stages, kept);
        Stages =
        [
            .. stages.Select(stage => new PlannedStage<T>([.. stage.Steps.Select(StepOf)], stage.SharesRows)),
            .. CopiesToGradients(gradients).Select(copy => new PlannedStage<T>([copy], SharesRows: false)),
        ];
        Steps = [.. Stages.SelectMany(stage => stage.Steps)];
        NoLongerRead =
        [
            .. gradients.Keys.Where(parameter => !Readable.Contains(parameter)).Select(parameter => parameter.Segment!).Where(IsNoLongerRead),
        ];
        SparseReadByColumns = [.. Steps.Where(step => step.ReadsColumns).Select(step => step.Inputs[0].Offset)];
    }

    /// <summary>
    /// Plans a training step in which the gradient of a parameter that only products with a sparse input read is left out of the flat
    /// buffer: <see cref="Workspace{T}.RowSparseGradients"/> has the few rows of it that a minibatch has, and no other row of the
    /// parameter is read.
    /// </summary>
    internal static Plan<T> WithRowSparseGradients(
        IReadOnlyCollection<Variable> outputs, int maxRows, IReadOnlyDictionary<Variable, Variable> gradients, bool recompute = false) =>
        new(outputs, maxRows, gradients, recompute, fuse: true, rowSparse: true);

    /// <summary>The graph that the plan computes a part of.</summary>
    public Graph Graph { get; }

    /// <summary>What must be fed before a run.</summary>
    public IReadOnlyList<Variable> Inputs { get; }

    /// <summary>The most rows that a run may bind.</summary>
    public int MaxRows { get; }

    /// <summary>The number of operations in a run.</summary>
    public int StepCount => Steps.Length;

    /// <summary>
    /// The bytes of a workspace's buffer: the most that inputs, constants and intermediate values take at any time.
    /// Parameters, gradients and what sparse inputs hold lie elsewhere.
    /// </summary>
    public unsafe long PeakBytes => (long)_layout.Length * sizeof(T);

    internal int WorkLength => _layout.Length;

    internal Step<T>[] Steps { get; }

    internal PlannedStage<T>[] Stages { get; }

    internal IReadOnlyList<Node> Constants { get; }

    internal HashSet<Variable> Readable { get; }

    internal IReadOnlyList<Variable> Leaves { get; }

    /// <summary>The inputs that are fed by the elements that are present.</summary>
    internal List<Variable> SparseInputs { get; }

    /// <summary>Which of these are read by columns, too.</summary>
    internal int[] SparseReadByColumns { get; }

    /// <summary>The gradients that no step computes, since few of their rows are present.</summary>
    internal List<RowSparsity> RowSparse { get; } = [];

    /// <summary>
    /// The parameters that nothing reads any more once their gradients are being computed, by products that hand out elements as they are
    /// completed.
    /// </summary>
    internal IReadOnlyList<ParameterSegment> NoLongerRead { get; }

    internal bool ReadsParameters { get; }

    internal bool WritesGradients { get; }

    /// <summary>Makes room for one thread to run the plan.</summary>
    /// <param name="threads">How many threads work on one run, 1 or more. The results are the same bits at any number.</param>
    public Workspace<T> CreateWorkspace(int threads = 1) => new(this, threads);

    /// <summary>The number of floating-point operations of a run.</summary>
    /// <param name="rows">The size of the free axis.</param>
    public long CountOperations(int rows = 1) => Steps.Sum(step => step.CountOperations(rows));

    /// <summary>The steps of a run, a line each: what is computed, by which kernel (named by the operations in it), from what.</summary>
    public override string ToString() => string.Join('\n', Steps.Select(step =>
        $"{step.Variable.Label} = {step.Operation.Name} ({string.Join(", ", step.InputVariables.Select(v => v.Name))})"));

    internal Slot SlotOf(Variable variable) => _slots[_nodes[variable]];

    internal Slot SlotOf(Node node) => _slots[node];

    private static Slot GradientSlot(Variable parameter) => new(Slot.Gradients, parameter.Segment!.Offset, parameter.Shape);

    private Slot Place(Node node, int firstUse, int lastUse) =>
        new(Slot.Work, _layout.Place(node.Shape.Count(MaxRows), firstUse, lastUse), node.Shape);

    private void PlaceLeaves(IEnumerable<Node> order)
    {
        foreach (Node leaf in order.Where(node => node.Kind != VariableKind.Computed))
        {
            if (leaf.Source.Segment is { } segment)
                _slots[leaf] = new Slot(Slot.Parameters, segment.Offset, leaf.Shape);
            else if (leaf.Source.IsSparse)
                _slots[leaf] = new Slot(Slot.Sparse, SparseInputs.IndexOf(leaf.Source), leaf.Shape);
            else
                _slots[leaf] = Place(leaf, 0, int.MaxValue);
        }
    }

    private void PlaceGradients(IReadOnlyDictionary<Variable, Variable> gradients)
    {
        foreach ((Variable parameter, Variable gradient) in gradients)
            _slots.TryAdd(_nodes[gradient], GradientSlot(parameter));
    }

    /// <summary>The elements that the results of some stages need.</summary>
    private int LengthOf(IReadOnlyList<Stage> stages, HashSet<Node> kept)
    {
        var layout = new BufferLayout();
        foreach ((Node result, int stage, int lastUse) in Lives(stages, kept))
            layout.Place(result.Shape.Count(MaxRows), stage, lastUse);
        return layout.Length;
    }

    private void PlaceResults(IReadOnlyList<Stage> stages, HashSet<Node> kept)
    {
        foreach ((Node result, int stage, int lastUse) in Lives(stages, kept))
        {
            if (!_slots.ContainsKey(result))
                _slots[result] = Place(result, stage, lastUse);
        }
    }

    /// <summary>
    /// The results in order, with the stage that makes each and the last one that reads it: within a stage threads are not in
    /// step, so what any of its steps touches lives through all of it.
    /// </summary>
    private static IEnumerable<(Node Result, int Stage, int LastUse)> Lives(IReadOnlyList<Stage> stages, HashSet<Node> kept)
    {
        var lastUse = new Dictionary<Node, int>();
        for (int stage = 0; stage < stages.Count; stage++)
        {
            foreach (NodeStep step in stages[stage].Steps)
            {
                lastUse[step.Result] = stage;
                foreach (Node input in step.Inputs)
                    lastUse[input] = stage;
            }
        }

        for (int stage = 0; stage < stages.Count; stage++)
        {
            foreach (NodeStep step in stages[stage].Steps)
                yield return (step.Result, stage, kept.Contains(step.Result) ? int.MaxValue : lastUse[step.Result]);
        }
    }

    private Step<T> StepOf(NodeStep step) =>
        new(step.Result.Operation!, [.. step.Inputs.Select(SlotOf)], SlotOf(step.Result), step.Result.Source,
            [.. step.Inputs.Select(input => input.Source)]);

    /// <summary>A gradient that is a constant, an input, or that of another parameter too, is copied to its place.</summary>
    private IEnumerable<Step<T>> CopiesToGradients(IReadOnlyDictionary<Variable, Variable> gradients)
    {
        foreach ((Variable parameter, Variable gradient) in gradients)
        {
            Slot from = SlotOf(gradient), to = GradientSlot(parameter);
            if (from != to)
                yield return new Step<T>(new Accumulate(), [from], to, gradient, [gradient]);
        }
    }

    /// <summary>
    /// Whether a parameter's gradient is a product, and nothing from that stage on reads the parameter but the product's own epilogue,
    /// each element where the gradient's is completed.
    /// </summary>
    private bool IsNoLongerRead(ParameterSegment parameter)
    {
        int stage = Array.FindIndex(Stages, stage => stage.Steps.Any(IsItsGradient));
        return stage >= 0 && Stages[stage..].SelectMany(stage => stage.Steps).All(
            step => IsItsGradient(step) ? step.IsDenseProduct && !step.Inputs[..2].Any(IsParameter) : !step.Inputs.Any(IsParameter));

        bool IsItsGradient(Step<T> step) => step.Output is { Buffer: Slot.Gradients } output && output.Offset == parameter.Offset;
        bool IsParameter(Slot slot) => slot.Buffer == Slot.Parameters && slot.Offset == parameter.Offset;
    }

    private void CheckArguments(IEnumerable<Variable> outputs, IReadOnlyDictionary<Variable, Variable> gradients)
    {
        foreach (Variable v in outputs.Concat(gradients.Keys).Concat(gradients.Values))
        {
            if (v.Graph != Graph)
                throw new ArgumentException(
                    $"{v.Label} is a variable of another graph than {outputs.First().Label}.", nameof(outputs));
            if (v.IsSparse)
                throw new ArgumentException($"{v.Label} is a sparse input, whose values nothing but a matrix product reads.", nameof(outputs));
        }

        foreach ((Variable parameter, Variable gradient) in gradients)
        {
            if (parameter.Kind != VariableKind.Parameter)
            {
                throw new ArgumentException(
                    $"{parameter.Label} is no parameter, so its gradient has no place in the gradient buffer.", nameof(gradients));
            }

            if (parameter.Shape != gradient.Shape)
                throw new ArgumentException(
                    $"The gradient {gradient.Label} has not the shape of {parameter.Label}.", nameof(gradients));
        }
    }
}
