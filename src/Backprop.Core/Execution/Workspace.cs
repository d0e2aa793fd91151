using System.Numerics;
using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Execution;

/// <summary>
/// Everything that runs of one <see cref="Plan{T}"/> write, for one thread at a time: feed the inputs, run, read the
/// outputs. Feeding, running and reading allocate nothing.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Workspace<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Plan<T> _plan;
    private readonly ArraySegment<T>[] _buffers = new ArraySegment<T>[Slot.Buffers];
    private readonly SparseMatrix<T>[] _sparse;
    private readonly RunMemory<T> _memory; // All of these.
    private readonly Feed[] _feeds;
    private readonly Dictionary<Variable, Feed> _feedOf;
    private readonly Dictionary<Variable, Slot> _slotOf;
    private readonly StageRunner<T> _runner;
    private int _rows = -1;

    internal Workspace(Plan<T> plan, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _plan = plan;
        _buffers[Slot.Work] = AlignedBuffer.Allocate<T>(plan.WorkLength);
        _sparse = [.. plan.SparseInputs.Select(input => new SparseMatrix<T>(input.Shape[1]))];
        RowSparseGradient<T>[] rowSparse = [.. plan.RowSparse.Select(RowsOf)];
        RowSparseGradients = rowSparse;
        _memory = new RunMemory<T>(_buffers, _sparse, rowSparse);
        _feeds = [.. plan.Inputs.Select(input => new Feed(input, plan.SlotOf(input)))];
        _feedOf = _feeds.ToDictionary(feed => feed.Input);
        _slotOf = plan.Readable.ToDictionary(output => output, plan.SlotOf);
        foreach (Node constant in plan.Constants)
            Values(plan.SlotOf(constant), plan.MaxRows).Fill(T.CreateChecked(constant.Constant));
        _runner = new StageRunner<T>(plan, _memory, threads);
    }

    /// <summary>The gradients that a run leaves out of the flat buffer: what they are made of is there after it.</summary>
    internal IReadOnlyList<RowSparseGradient<T>> RowSparseGradients { get; }

    /// <summary>The parameters that may be changed while a run computes their gradients.</summary>
    internal IReadOnlyList<ParameterSegment> NoLongerRead => _plan.NoLongerRead;

    /// <summary>Whether the calling thread runs the plan alone, though the workspace has others. It changes no bit.</summary>
    internal bool IsAlone
    {
        get => _runner.IsAlone;
        set => _runner.IsAlone = value;
    }

    /// <summary>The threads that share a run; null where it is one.</summary>
    internal WorkerTeam? Team => _runner.Team;

    /// <summary>The values of an input, to be written before a run. They stay until they are written again.</summary>
    /// <param name="input">An input of the plan.</param>
    /// <param name="rows">The number of rows that the run will bind, 0 to <see cref="Plan{T}.MaxRows"/>.</param>
    /// <returns>The elements for that many rows, in row-major order.</returns>
    /// <exception cref="ArgumentException">The plan has no such input.</exception>
    public Span<T> Input(Variable input, int rows = 1)
    {
        Feed feed = FeedOf(input);
        if (input.IsSparse)
            throw new ArgumentException($"{input.Label} is sparse; feed it by {nameof(SparseInput)}.", nameof(input));
        CheckRows(rows);
        feed.Rows = rows;
        return Values(feed.Slot, rows);
    }

    /// <summary>
    /// The values of a sparse input, to be written before a run: as many rows as the run will bind. They stay until it is asked for again.
    /// </summary>
    /// <param name="input">A sparse input of the plan.</param>
    /// <returns>A matrix without rows, to which they are added.</returns>
    /// <exception cref="ArgumentException">The plan has no such input, or it is not sparse.</exception>
    public SparseMatrix<T> SparseInput(Variable input)
    {
        Feed feed = FeedOf(input);
        if (!input.IsSparse)
            throw new ArgumentException($"{input.Label} is not sparse; feed it by {nameof(Input)}.", nameof(input));
        feed.Rows = 0; // As many as are added.
        SparseMatrix<T> matrix = _sparse[feed.Slot.Offset];
        matrix.Clear();
        return matrix;
    }

    /// <summary>Runs the plan.</summary>
    /// <param name="parameters">All parameters of the graph, flat; they are read.</param>
    /// <param name="gradients">Takes the gradients that the plan computes, flat; may be empty where it computes none.</param>
    /// <param name="rows">The size of the free axis, 0 to <see cref="Plan{T}.MaxRows"/>.</param>
    /// <exception cref="ArgumentException">A buffer has the wrong length, or <paramref name="rows"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">An input was not fed, or with another number of rows.</exception>
    public void Run(T[] parameters, T[] gradients, int rows = 1)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(gradients);
        Run(new ArraySegment<T>(parameters), gradients, rows);
    }

    /// <summary>The same on buffers that may be parts of arrays.</summary>
    internal void Run(ArraySegment<T> parameters, ArraySegment<T> gradients, int rows)
    {
        Begin(parameters, gradients, rows);
        _runner.Run(rows);
        _rows = rows;
    }

    /// <summary>
    /// From now on, runs give the elements of a gradient to a sink as they are completed. It may change the parameter: all runs are then on
    /// the buffers that it knows.
    /// </summary>
    /// <param name="parameter">The gradient's parameter, one of <see cref="NoLongerRead"/>.</param>
    /// <param name="sink">What takes them.</param>
    internal void AddSink(ParameterSegment parameter, IProductSink sink) => _memory.Sinks.Add(parameter.Offset, sink);

    /// <summary>Runs the plan and looks at every value: slower, to find where a NaN or an infinity comes from.</summary>
    /// <param name="parameters">All parameters of the graph, flat; they are read.</param>
    /// <param name="gradients">Takes the gradients that the plan computes, flat; may be empty where it computes none.</param>
    /// <param name="rows">The size of the free axis, 0 to <see cref="Plan{T}.MaxRows"/>.</param>
    /// <returns>
    /// The first variable with a value that is NaN or infinite, in the order of the run: an input or a parameter, or what the
    /// first operation to produce one computes. Null where all are finite. The run goes to its end in any case.
    /// </returns>
    /// <exception cref="ArgumentException">A buffer has the wrong length, or <paramref name="rows"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">An input was not fed, or with another number of rows.</exception>
    public Variable? RunChecked(T[] parameters, T[] gradients, int rows = 1)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(gradients);
        Begin(parameters, gradients, rows);
        Variable? first = _plan.Leaves.FirstOrDefault(leaf => !IsFinite(_plan.SlotOf(leaf), rows));
        foreach (Step<T> step in _plan.Steps)
        {
            step.Forward(new Operands<T>(step.Inputs, step.Output, _memory, rows));
            if (first is null && !IsFinite(step.Output, rows))
                first = step.Variable;
        }

        _rows = rows;
        return first;
    }

    /// <summary>Runs a plan that has no gradients, and no parameters unless they are given.</summary>
    /// <param name="rows">The size of the free axis, 0 to <see cref="Plan{T}.MaxRows"/>.</param>
    public void Run(int rows = 1) => Run([], [], rows);

    /// <summary>The value of an output after a run, in row-major order; it changes with the next run.</summary>
    /// <param name="output">An output of the plan.</param>
    /// <exception cref="ArgumentException">The plan has no such output.</exception>
    /// <exception cref="InvalidOperationException">The plan has not run yet.</exception>
    public ReadOnlySpan<T> Value(Variable output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!_slotOf.TryGetValue(output, out Slot slot))
            throw new ArgumentException(
                $"{output.Label} is no output of the plan; its outputs are {string.Join(", ", _plan.Readable.Select(v => v.Label))}.",
                nameof(output));
        if (_rows < 0)
            throw new InvalidOperationException("The plan has not run yet.");
        return Values(slot, _rows);
    }

    /// <summary>Ends the threads of the workspace.</summary>
    public void Dispose() => _runner.Dispose();

    private void Begin(ArraySegment<T> parameters, ArraySegment<T> gradients, int rows)
    {
        CheckRows(rows);
        if (_plan.ReadsParameters)
            CheckLength(parameters, nameof(parameters));
        if (_plan.WritesGradients)
            CheckLength(gradients, nameof(gradients));
        if (_plan.WritesGradients && parameters.AsSpan().Overlaps(gradients))
            throw new ArgumentException("The gradients would overwrite the parameters: both are the same array.", nameof(gradients));
        CheckFed(rows);
        foreach (int sparse in _plan.SparseReadByColumns)
            _sparse[sparse].GroupByColumn(); // Before threads share it.

        _buffers[Slot.Parameters] = parameters;
        _buffers[Slot.Gradients] = gradients;
        _rows = -1; // Until the run has ended well.
    }

    private Feed FeedOf(Variable input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return _feedOf.TryGetValue(input, out Feed? feed) ? feed : throw new ArgumentException(
            $"{input.Label} is no input of the plan; its inputs are {string.Join(", ", _plan.Inputs.Select(v => v.Label))}.", nameof(input));
    }

    private RowSparseGradient<T> RowsOf(RowSparsity rows) => new(
        rows.Parameter.Segment!, rows.Multiple, _sparse[_plan.SlotOf(rows.A).Offset],
        _buffers[_plan.SlotOf(rows.G).Buffer], _plan.SlotOf(rows.G).Offset);

    private void CheckFed(int rows)
    {
        foreach (Feed feed in _feeds)
        {
            if (feed.Rows >= 0 && feed.Input.IsSparse)
                feed.Rows = _sparse[feed.Slot.Offset].Rows;
            if (feed.Rows < 0)
                throw new InvalidOperationException($"Input {feed.Input.Label} was not fed before the run.");
            if (feed.Rows != rows && feed.Slot.IsFree)
                throw new InvalidOperationException($"Input {feed.Input.Label} was fed with {feed.Rows} rows; the run has {rows}.");
        }
    }

    private bool IsFinite(Slot slot, int rows)
    {
        foreach (T value in slot.Buffer == Slot.Sparse ? _sparse[slot.Offset].Values : Values(slot, rows))
        {
            if (!T.IsFinite(value))
                return false;
        }

        return true;
    }

    private Span<T> Values(Slot slot, int rows) => _buffers[slot.Buffer].AsSpan(slot.Offset, slot.Count(rows));

    /// <summary>Checks that the plan takes so many rows.</summary>
    internal void CheckRows(int rows)
    {
        if ((uint)rows > (uint)_plan.MaxRows)
            throw new ArgumentOutOfRangeException(nameof(rows), rows, $"The plan takes 0 to {_plan.MaxRows} rows.");
    }

    private void CheckLength(ArraySegment<T> buffer, string name)
    {
        if (buffer.Count != _plan.Graph.ParameterCount)
            throw new ArgumentException(
                $"{name} has {buffer.Count} elements; the graph has {_plan.Graph.ParameterCount} parameters.", name);
    }

    /// <summary>An input, and what it was fed with.</summary>
    private sealed class Feed(Variable input, Slot slot)
    {
        public Variable Input => input;

        public Slot Slot => slot;

        /// <summary>The rows; -1 before it was fed.</summary>
        public int Rows { get; set; } = -1;
    }
}
