using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Optimizers;

namespace Backprop.Training;

/// <summary>
/// Minibatch training of any graph (Goodfellow, Bengio and Courville, section 8.1.3): shuffle, and for each minibatch
/// compute the cost and its gradient and let the optimizer take a step.
/// </summary>
public static class TrainingLoop
{
    /// <summary>Trains.</summary>
    /// <param name="cost">The scalar to make small; its gradient is taken for every parameter it depends on.</param>
    /// <param name="data">Where minibatches come from, with 1 row or more.</param>
    /// <param name="parameters">All parameters of the graph, flat; changed in place when an epoch ends, or when
    /// something ends it in the middle.</param>
    /// <param name="optimizer">What turns gradients into steps.</param>
    /// <param name="options">Epochs, batch size and so on.</param>
    /// <param name="random">The source of the shuffles.</param>
    /// <returns>What happened.</returns>
    /// <exception cref="ArgumentException">There is no row, or cost is no scalar.</exception>
    /// <exception cref="InvalidOperationException">The weights are not finite any more.</exception>
    public static TrainingHistory Run(
        Variable cost, IMiniBatchSource data, float[] parameters, Optimizer<float> optimizer, TrainingOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(cost);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Check();
        if (data.Count < 1)
            throw new ArgumentException("There is no row to train on.", nameof(data));

        var epochs = new List<EpochRecord>();
        using var session = new Session(cost, data, parameters, optimizer, options);
        for (int epoch = 1; epoch <= options.Epochs; epoch++)
        {
            long start = Stopwatch.GetTimestamp();
            double loss = session.RunEpoch(random, options.MiniBatchStarting);
            CheckFinite(epoch, loss, parameters, optimizer);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            epochs.Add(new EpochRecord(epoch, loss, seconds, data.Count / seconds));
            options.EpochEnded?.Invoke(epochs[^1]);
        }

        return new TrainingHistory(epochs, StopReason.EpochsCompleted);
    }

    private static void CheckFinite(int epoch, double loss, float[] parameters, Optimizer<float> optimizer)
    {
        if (double.IsFinite(loss) && Array.TrueForAll(parameters, float.IsFinite))
            return;
        throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"Training diverged in epoch {epoch}: the {(double.IsFinite(loss) ? "weights are" : "loss is")} not finite any more. " +
            $"Try a smaller learning rate (it is {optimizer.LearningRate}), or bring the features to a similar, small range."));
    }

    /// <summary>The plan of a step: the terms of the cost that depend on the data, and the gradient of all of it for every parameter.</summary>
    internal static Plan<float> PlanStep(Variable cost, int batchSize, bool rowSparse = false)
    {
        HashSet<Variable> needed = [.. Ancestors.Of([cost])];
        Variable[] learned = [.. cost.Graph.Variables.Where(v => v.Kind == VariableKind.Parameter && needed.Contains(v))];
        IReadOnlyList<Variable> gradients = Backpropagation.Gradients(cost, learned);
        Dictionary<Variable, Variable> gradientOf = learned.Zip(gradients).ToDictionary(pair => pair.First, pair => pair.Second);
        IReadOnlyList<Variable> outputs = CostTerms.Of(cost).OfData;
        return rowSparse
            ? Plan<float>.WithRowSparseGradients(outputs, batchSize, gradientOf)
            : new Plan<float>(outputs, batchSize, gradientOf);
    }

    /// <summary>What a training holds from epoch to epoch.</summary>
    private sealed class Session : IDisposable
    {
        private readonly IMiniBatchSource _data;
        private readonly Optimizer<float> _optimizer;
        private readonly CostTerms _terms;
        private readonly Workspace<float> _workspace;
        private readonly Workspace<float>? _penalties;
        private readonly TeamTrial? _trial;
        private readonly float[] _parameters; // The caller's, from epoch to epoch; in between, the weights are what counts.
        private readonly ArraySegment<float> _weights, _gradients;
        private readonly int[] _order;
        private readonly int _batchSize;

        public Session(Variable cost, IMiniBatchSource data, float[] parameters, Optimizer<float> optimizer, TrainingOptions options)
        {
            (_data, _parameters, _optimizer) = (data, parameters, optimizer);
            _terms = CostTerms.Of(cost);
            _batchSize = Math.Min(options.BatchSize, data.Count);
            _order = [.. Enumerable.Range(0, data.Count)];
            _weights = AlignedBuffer.Allocate<float>(parameters.Length);
            _gradients = AlignedBuffer.Allocate<float>(parameters.Length);
            _workspace = PlanStep(cost, _batchSize, optimizer.TakesRowSparseGradients).CreateWorkspace(options.Threads);
            _penalties = _terms.OfParameters.Count > 0 ? new Plan<float>(_terms.OfParameters, 1).CreateWorkspace(options.Threads) : null;
            _trial = _workspace.Team is null ? null : new TeamTrial(_workspace);
            optimizer.UseRowSparse(_workspace.RowSparseGradients);
        }

        /// <summary>Goes over the data once. What ends it in the middle leaves the parameters as far as they are.</summary>
        /// <returns>The mean cost of the rows.</returns>
        public double RunEpoch(RandomSource random, Action? miniBatchStarting)
        {
            random.Shuffle(_order);
            _parameters.CopyTo(_weights.AsSpan());
            try
            {
                _penalties?.Run(_weights, default, rows: 1);
                double penalty = _penalties is null ? 0 : Sum(_penalties, _terms.OfParameters), total = 0;
                for (int first = 0; first < _order.Length; first += _batchSize)
                {
                    miniBatchStarting?.Invoke();
                    ReadOnlySpan<int> rows = _order.AsSpan(first, Math.Min(_batchSize, _order.Length - first));
                    _trial?.StepStarts();
                    Step(rows);
                    _trial?.StepEnds();
                    total += (Sum(_workspace, _terms.OfData) + penalty) * rows.Length;
                }

                return total / _order.Length;
            }
            finally
            {
                _optimizer.CatchUpAll(_weights, _workspace.Team);
                _weights.CopyTo(_parameters);
            }
        }

        public void Dispose()
        {
            _optimizer.UseRowSparse([]);
            _penalties?.Dispose();
            _workspace.Dispose();
        }

        /// <summary>Takes one step. A method of its own: the runtime compiles anew what is called often, not what runs long.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private void Step(ReadOnlySpan<int> rows)
        {
            _data.Fill(rows, _workspace);
            _optimizer.CatchUp(_weights, _workspace.Team);
            _workspace.Run(_weights, _gradients, rows.Length);
            _optimizer.Step(_weights, _gradients, _trial?.UpdateTeam);
        }

        private static double Sum(Workspace<float> workspace, IReadOnlyList<Variable> terms)
        {
            double sum = 0;
            for (int i = 0; i < terms.Count; i++)
                sum += workspace.Value(terms[i])[0];
            return sum;
        }
    }
}
