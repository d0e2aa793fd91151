using System.Numerics;
using System.Runtime.CompilerServices;
using Backprop.Kernels;

namespace Backprop.Optimizers;

/// <summary>
/// Learns: changes parameters by their gradients, and knows nothing of where these come from (back-propagation computes
/// gradients, the optimizer learns; Goodfellow, Bengio and Courville, section 6.5).
/// </summary>
/// <remarks>
/// The optimizers here take what is near the smallest normal number for 0: in float, state below 1e-30 in absolute value (mean squares below
/// 1e-37), and where gradients are squared those up to 1e-16. Units that are never active have such, and arithmetic with them is slow.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
public abstract partial class Optimizer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // While all state fits the caches of the thread that steps, a second one only pulls it over into its own.
    private const int WorthAThread = 1 << 15;

    private readonly List<ParameterRun> _runs = [];
    private readonly List<ParameterRun> _dense; // Of these, what is updated whole.
    private int _denseCount; // The elements of that.

    /// <summary>Takes note of the parameters.</summary>
    /// <param name="segments">All parameters of the flat buffer in its order, without gaps, as a graph lists them.</param>
    /// <param name="learningRate">The step size, above 0 and finite.</param>
    /// <param name="weightDecay">The decoupled weight decay, 0 or more and finite; 0 where the optimizer has none.</param>
    /// <exception cref="ArgumentException">There is a gap between two segments.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    protected Optimizer(IReadOnlyList<ParameterSegment> segments, double learningRate, double weightDecay = 0)
    {
        ArgumentNullException.ThrowIfNull(segments);
        Require(learningRate > 0 && double.IsFinite(learningRate), learningRate, "The learning rate must be above 0 and finite.");
        Require(weightDecay >= 0 && double.IsFinite(weightDecay), weightDecay, "The weight decay must be 0 or more and finite.");
        LearningRate = learningRate;
        ParameterCount = CountParameters(segments);
        foreach (ParameterSegment segment in segments)
            Add(new ParameterRun(segment.Offset, segment.Length, segment.LearningRateFactor, weightDecay * segment.DecayFactor));

        _dense = [.. _runs];
        _denseCount = ParameterCount;
    }

    /// <summary>The step size of the next step, 0 or more and finite: a schedule may end at 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0 or not finite.</exception>
    public double LearningRate
    {
        get;
        set
        {
            Require(value >= 0 && double.IsFinite(value), value, "The learning rate must be 0 or more and finite.", nameof(LearningRate));
            field = value;
        }
    }

    /// <summary>The number of parameters.</summary>
    public int ParameterCount { get; }

    /// <summary>Takes one step. Allocates nothing.</summary>
    /// <param name="parameters">All parameters, flat; changed in place.</param>
    /// <param name="gradients">Their gradients, as many.</param>
    /// <exception cref="ArgumentException">There are not as many parameters or gradients as the optimizer was made for.</exception>
    public void Step(T[] parameters, T[] gradients)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(gradients);
        Step(parameters, gradients, team: null);
    }

    /// <summary>The same, shared among the threads of a team; the same bits at any number of them.</summary>
    internal void Step(ArraySegment<T> parameters, ArraySegment<T> gradients, WorkerTeam? team)
    {
        CheckCounts(parameters.Count, gradients.Count);
        StartStep();
        FinishStep(parameters, gradients, team);
    }

    /// <summary>Checks that it was made for so many parameters and gradients.</summary>
    /// <exception cref="ArgumentException">It was not.</exception>
    internal void CheckCounts(int parameters, int gradients)
    {
        if (parameters != ParameterCount || gradients != ParameterCount)
        {
            throw new ArgumentException(
                $"The optimizer was made for {ParameterCount} parameters; it got {parameters} and {gradients} gradients.");
        }
    }

    /// <summary>Starts a step: before gradients are computed, where some parameters take it meanwhile (<see cref="StepWhileComputed"/>).</summary>
    internal void StartStep()
    {
        StepCount++;
        BeginStep();
    }

    /// <summary>Takes a step that has been started, of all parameters that have not taken it yet.</summary>
    internal void FinishStep(ArraySegment<T> parameters, ArraySegment<T> gradients, WorkerTeam? team)
    {
        Share share = Share.Among(team, _denseCount, WorthAThread);
        share.Run(team, new SharedStep(this, parameters, gradients, share));
        foreach (LazyParameter lazy in _lazy)
            lazy.Step(parameters, team);
    }

    /// <summary>
    /// Prepares a step of all parameters: called once in each, before <see cref="Update"/>; <see cref="StepCount"/> counts it already.
    /// </summary>
    protected virtual void BeginStep()
    {
    }

    /// <summary>
    /// Takes the step of some neighbouring parameters. Several threads may be at it, each for others, and some before all gradients are
    /// known. They are of any number and begin anywhere: each must be changed by the same arithmetic wherever it lies.
    /// </summary>
    /// <param name="run">Where they lie in the flat buffer, and how they are treated.</param>
    /// <param name="parameters">They alone; changed in place.</param>
    /// <param name="gradients">Their gradients.</param>
    protected abstract void Update(in ParameterRun run, Span<T> parameters, ReadOnlySpan<T> gradients);

    /// <summary>How many parameters there are.</summary>
    /// <exception cref="ArgumentException">There is a gap between two segments.</exception>
    internal static int CountParameters(IReadOnlyList<ParameterSegment> segments)
    {
        int count = 0;
        foreach (ParameterSegment segment in segments)
        {
            if (segment.Offset != count)
                throw new ArgumentException(
                    $"Parameter '{segment.Name}' begins at {segment.Offset}; those before it end at {count}.", nameof(segments));
            count += segment.Length;
        }

        return count;
    }

    /// <summary>Checks a number that an optimizer is made with.</summary>
    private protected static void Require(
        bool holds, double value, string rule, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, rule);
    }

    /// <summary>Neighbours that are treated alike are one run: a small network is updated in one call.</summary>
    private void Add(ParameterRun run)
    {
        if (_runs.Count > 0 && _runs[^1] is var last && last with { Offset = run.Offset, Length = run.Length } == run)
            _runs[^1] = last with { Length = last.Length + run.Length };
        else
            _runs.Add(run);
    }

    /// <summary>Updates, of the elements that are updated whole, counted one run after the other, those from one to another.</summary>
    private void UpdateRange(Span<T> parameters, ReadOnlySpan<T> gradients, int start, int end)
    {
        foreach (ParameterRun run in _dense)
        {
            int skipped = Math.Max(start, 0), length = Math.Min(end, run.Length) - skipped, first = run.Offset + skipped;
            if (length > 0)
                Update(run with { Offset = first, Length = length }, parameters.Slice(first, length), gradients.Slice(first, length));
            (start, end) = (start - run.Length, end - run.Length);
        }
    }

    private readonly struct SharedStep(Optimizer<T> optimizer, ArraySegment<T> parameters, ArraySegment<T> gradients, Share share) : IWorkerJob
    {
        public void Run(int part) => optimizer.UpdateRange(parameters, gradients, share.Start(part), share.Start(part + 1));
    }
}
