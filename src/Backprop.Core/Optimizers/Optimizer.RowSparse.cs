using System.Runtime.CompilerServices;
using Backprop.Kernels;

namespace Backprop.Optimizers;

/// <content>
/// Parameters whose gradients have few rows: a step changes only the rows that are present in the minibatch. The others are read as
/// if they had taken the steps that they have missed, and take them when they are next present.
/// </content>
public abstract partial class Optimizer<T>
{
    private readonly List<LazyParameter> _lazy = [];

    /// <summary>Whether it can step by gradients of few rows; one that was not made for them gets all rows.</summary>
    internal bool TakesRowSparseGradients => AbsentRowStepOf(default, 0) is not null;

    /// <summary>
    /// Names the gradients that have few rows, instead of those named before. From now on, <see cref="CatchUpAll"/> goes before
    /// parameters are read by anything but the workspace's runs, and before others are named.
    /// </summary>
    /// <param name="gradients">The gradients, as a workspace lists them.</param>
    /// <exception cref="NotSupportedException">The optimizer does not take them.</exception>
    /// <exception cref="ArgumentException">A gradient's parameter is none of the optimizer's.</exception>
    internal void UseRowSparse(IReadOnlyList<RowSparseGradient<T>> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        foreach (LazyParameter lazy in _lazy)
            lazy.Detach();
        _lazy.Clear();
        _dense.Clear();
        _dense.AddRange(_runs);
        _denseCount = ParameterCount;
        foreach (RowSparseGradient<T> gradient in gradients)
        {
            ParameterRun run = Cut(gradient.Segment) ?? throw new ArgumentException(
                $"Parameter '{gradient.Segment.Name}' is none of the optimizer's, or named twice.", nameof(gradients));
            if (!TakesRowSparseGradients)
            {
                throw new NotSupportedException(
                    $"{GetType().Name} does not take a gradient of few rows, as that of parameter '{gradient.Segment.Name}' is.");
            }

            _lazy.Add(new LazyParameter(this, gradient, run));
        }
    }

    /// <summary>
    /// Lets the rows that are present in the minibatch take the steps that they have missed: after the minibatch is fed, and before
    /// anything but a run reads these rows. Threads of a team share the rows; the bits are the same at any number of them.
    /// </summary>
    /// <param name="parameters">All parameters, flat; changed in place.</param>
    /// <param name="team">The threads; null for the calling one alone.</param>
    internal void CatchUp(ArraySegment<T> parameters, WorkerTeam? team)
    {
        foreach (LazyParameter lazy in _lazy)
            lazy.CatchUp(parameters, team);
    }

    /// <summary>Lets all rows take the steps that they have missed: before all parameters are read, as at the end of an epoch.</summary>
    /// <param name="parameters">All parameters, flat; changed in place.</param>
    /// <param name="team">The threads; null for the calling one alone.</param>
    internal void CatchUpAll(ArraySegment<T> parameters, WorkerTeam? team)
    {
        foreach (LazyParameter lazy in _lazy)
            lazy.CatchUpAll(parameters, team);
    }

    /// <summary>Asks for the state of some parameters, which will be updated soon.</summary>
    internal virtual void PrefetchState(int offset, int length)
    {
    }

    /// <summary>
    /// What a step at the present learning rate does to a row whose gradient is a multiple of it; null where gradients of few rows are
    /// not taken.
    /// </summary>
    /// <param name="run">The parameter, and how it is treated.</param>
    /// <param name="multiple">The multiple.</param>
    internal virtual AbsentRowStep? AbsentRowStepOf(in ParameterRun run, double multiple) => null;

    /// <summary>
    /// What of its gradient there is in a present row and its state after a step, where that is what happens to an absent row and the
    /// gradient besides; null where it is not.
    /// </summary>
    /// <param name="run">The parameter, and how it is treated.</param>
    internal virtual (T ToW, T ToState)? LinearStepOf(in ParameterRun run) => null;

    /// <summary>The state of all parameters that changes in absent rows too; empty where there is none.</summary>
    internal virtual ArraySegment<T> AbsentRowState => default;

    /// <summary>Takes a parameter out of the runs that are updated whole; null where it is in none of them.</summary>
    private ParameterRun? Cut(ParameterSegment segment)
    {
        int i = _dense.FindIndex(run => run.Offset <= segment.Offset && segment.Offset + segment.Length <= run.Offset + run.Length);
        if (i < 0)
            return null;
        ParameterRun whole = _dense[i];
        int end = segment.Offset + segment.Length;
        _dense.RemoveAt(i);
        _denseCount -= segment.Length;
        foreach (ParameterRun rest in new[]
        {
            whole with { Length = segment.Offset - whole.Offset },
            whole with { Offset = end, Length = whole.Offset + whole.Length - end },
        })
        {
            if (rest.Length > 0)
                _dense.Insert(i++, rest);
        }

        return whole with { Offset = segment.Offset, Length = segment.Length };
    }

    /// <summary>A parameter whose gradient has few rows.</summary>
    private sealed class LazyParameter(Optimizer<T> optimizer, RowSparseGradient<T> gradient, ParameterRun run)
    {
        private const int WorthAThread = 1 << 14; // Elements: a row of them is updated sooner than it arrives from memory.

        private readonly int _width = gradient.Segment.RowLength;
        private readonly AbsentRows<T> _rows = AttachTo(gradient, optimizer.AbsentRowState);

        /// <summary>Products read rows as they are.</summary>
        public void Detach() => gradient.AbsentRows = null;

        /// <summary>Whether no row has missed a step.</summary>
        public bool IsUpToDate => _rows.Count == 0;

        private RowSparseGradient<T> Gradient => gradient;

        public void CatchUp(ArraySegment<T> parameters, WorkerTeam? team)
        {
            if (IsUpToDate)
                return;
            Share share = ShareOf(gradient.Rows.Length, team);
            share.Run(team, new CatchUpJob(this, parameters, share, All: false));
        }

        public void CatchUpAll(ArraySegment<T> parameters, WorkerTeam? team)
        {
            if (IsUpToDate)
                return;
            Share share = ShareOf(_rows.Taken.Length, team);
            share.Run(team, new CatchUpJob(this, parameters, share, All: true));
            _rows.Clear();
        }

        public void Step(ArraySegment<T> parameters, WorkerTeam? team)
        {
            AbsentRowStep step = optimizer.AbsentRowStepOf(run, gradient.Multiple)!.Value;
            bool changesAbsentRows = !step.ChangesNothing;
            Share share = ShareOf(gradient.Rows.Length, team);
            if (optimizer.LinearStepOf(run) is { } linear)
            {
                if (changesAbsentRows)
                    _rows.Add(step);
                share.Run(team, new LinearStepJob(gradient, parameters, share, linear));
            }
            else
            {
                share.Run(team, new StepJob(this, parameters, share, changesAbsentRows));
                if (changesAbsentRows)
                    _rows.Add(step);
            }

            if (_rows.Count == AbsentRows<T>.MostSteps)
                CatchUpAll(parameters, team);
        }

        private Share ShareOf(int rows, WorkerTeam? team) => Share.Among(team, rows, Math.Max(WorthAThread / _width, 1), chunk: 1);

        private static AbsentRows<T> AttachTo(RowSparseGradient<T> gradient, ArraySegment<T> state)
        {
            ParameterSegment segment = gradient.Segment;
            ArraySegment<T> itsState = state.Count == 0 ? state : state.Slice(segment.Offset, segment.Length);
            return gradient.AbsentRows = new(segment.Length / segment.RowLength, segment.RowLength, itsState);
        }

        private int Offset(int row) => run.Offset + (row * _width);

        private Span<T> Row(ArraySegment<T> parameters, int row) => parameters.AsSpan(Offset(row), _width);

        private void ExpectCatchUp(ArraySegment<T> parameters, int row) => _rows.Expect(row, Row(parameters, row));

        private void CatchUp(ArraySegment<T> parameters, int row) => _rows.CatchUp(row, Row(parameters, row));

        private void ExpectStep(ArraySegment<T> parameters, int row)
        {
            CacheHint.Prefetch<T>(Row(parameters, row));
            optimizer.PrefetchState(Offset(row), _width);
        }

        private void Step(ArraySegment<T> parameters, int row, Span<T> g, bool changesAbsentRows)
        {
            Span<T> w = Row(parameters, row);
            _rows.CatchUp(row, w);
            if (gradient.Multiple != 0)
                Kernels.Update.AddMultiple(g, w, T.CreateChecked(gradient.Multiple));
            optimizer.Update(run with { Offset = Offset(row), Length = _width }, w, g);
            if (changesAbsentRows)
                _rows.Takes(row);
        }

        private readonly record struct CatchUpJob(LazyParameter Lazy, ArraySegment<T> Parameters, Share Share, bool All) : IWorkerJob
        {
            public void Run(int part)
            {
                ReadOnlySpan<int> rows = All ? [] : Lazy.Gradient.Rows;
                int end = Share.Start(part + 1), ahead = CacheHint.RowsAhead(2 * Lazy._width * Unsafe.SizeOf<T>()); // Of it and its state.
                for (int i = Share.Start(part); i < end; i++)
                {
                    if (i + ahead < end)
                        Lazy.ExpectCatchUp(Parameters, All ? i + ahead : rows[i + ahead]);
                    Lazy.CatchUp(Parameters, All ? i : rows[i]);
                }
            }
        }

        private readonly record struct LinearStepJob(
            RowSparseGradient<T> Gradient, ArraySegment<T> Parameters, Share Share, (T ToW, T ToState) Linear) : IWorkerJob
        {
            public void Run(int part) =>
                Gradient.Step(Share.Start(part), Share.Start(part + 1), Parameters, Linear.ToW, Linear.ToState);
        }

        private readonly record struct StepJob(LazyParameter Lazy, ArraySegment<T> Parameters, Share Share, bool ChangesAbsentRows)
            : IWorkerJob, IGradientRowReader<T>
        {
            public void Run(int part) => Lazy.Gradient.Read(Share.Start(part), Share.Start(part + 1), this);

            public void Expect(int row) => Lazy.ExpectStep(Parameters, row);

            public void Take(int row, Span<T> product) => Lazy.Step(Parameters, row, product, ChangesAbsentRows);
        }
    }
}
