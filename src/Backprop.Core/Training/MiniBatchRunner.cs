using System.Runtime.CompilerServices;
using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Optimizers;

namespace Backprop.Training;

/// <summary>
/// Minibatch training (Goodfellow, Bengio and Courville, section 8.1.3): the rows in a new order, and for each minibatch the cost,
/// its gradient, and the optimizer's step.
/// </summary>
internal sealed class MiniBatchRunner : IEpochRunner
{
    /// <summary>
    /// In about how many minibatches of an epoch the gradient is measured, and of how many in one at most: its length costs as much as a
    /// small network's update.
    /// </summary>
    private const int Measurements = 32, LeastInterval = 16;

    private readonly IBlockSource _data;
    private readonly Optimizer<float> _optimizer;
    private readonly TrainingOptions _options;
    private readonly RandomSource _random;
    private readonly double _learningRate;
    private readonly CostWorkspace _cost;
    private readonly Workspace<float> _workspace; // Its, for a step.
    private readonly TeamTrial? _trial;
    private readonly float[] _parameters; // The caller's, from epoch to epoch; in between, the weights are what counts.
    private readonly ArraySegment<float> _weights, _gradients;
    private readonly int[] _order;
    private readonly int _batchSize;
    private readonly GradientLength _length;
    private double _lengths; // Of the gradients that were measured in this epoch,
    private int _measured; // and how many these are.

    public MiniBatchRunner(
        Variable cost, IBlockSource data, float[] parameters, Optimizer<float> optimizer, TrainingOptions options, RandomSource random)
    {
        optimizer.CheckCounts(parameters.Length, parameters.Length);
        (_data, _parameters, _optimizer, _options, _random) = (data, parameters, optimizer, options, random);
        _learningRate = optimizer.LearningRate;
        _batchSize = Math.Min(options.BatchSize ?? TrainingOptions.AutomaticBatchSize, data.LargestBlock);
        _order = new int[data.LargestBlock];
        _weights = AlignedBuffer.Allocate<float>(parameters.Length);
        _gradients = AlignedBuffer.Allocate<float>(parameters.Length);
        bool needsWholeGradient = options.GradientClipping is not null; // Its length, before any step.
        bool rowSparse = optimizer.TakesRowSparseGradients && !needsWholeGradient;
        _cost = new CostWorkspace(cost, _batchSize, options.Threads, rowSparse);
        _workspace = _cost.Step;
        _trial = _workspace.Team is null ? null : new TeamTrial(_workspace);
        _length = new GradientLength(parameters.Length, _workspace.RowSparseGradients);
        optimizer.UseRowSparse(_workspace.RowSparseGradients);
        if (!needsWholeGradient)
            StepWhileComputed();
    }

    /// <inheritdoc/>
    public double LearningRate => _optimizer.LearningRate;

    /// <inheritdoc/>
    public double GradientNorm => _lengths / _measured;

    /// <inheritdoc/>
    public string Remedy => FormattableString.Invariant(
        $"Try a smaller learning rate (it is {LearningRate}), GradientClipping, or features that are all in a similar, small range.");

    /// <inheritdoc/>
    public EpochResult Run(IReadOnlyList<double> losses, TrainingMonitor monitor)
    {
        int miniBatch = 0;
        long miniBatches = Math.Max(1, _data.Count / _batchSize), rows = 0;
        long interval = Math.Max(LeastInterval, miniBatches / Measurements);
        double total = 0;
        (_lengths, _measured) = (0, 0);
        _parameters.CopyTo(_weights.AsSpan());
        try
        {
            double penalty = _cost.OfParameters(_weights);
            foreach (IMiniBatchSource block in _data.ReadBlocks())
            {
                Span<int> order = Order(block.Count);
                for (int first = 0; first < order.Length; first += _batchSize)
                {
                    monitor.MiniBatchStarts();
                    if (monitor.ShallStop)
                        return new EpochResult(total / rows, IsStopped: true);
                    ReadOnlySpan<int> batch = order.Slice(first, Math.Min(_batchSize, order.Length - first));
                    if (rows == 0 || _options.Schedule.ChangesWithinEpochs)
                        SetLearningRate(losses, rows, batch.Length);
                    _trial?.StepStarts();
                    double length = Step(block, batch, measures: miniBatch++ % interval == 0);
                    _trial?.StepEnds();
                    if (!double.IsNaN(length))
                        (_lengths, _measured) = (_lengths + length, _measured + 1);
                    double loss = _cost.OfData + penalty;
                    rows += batch.Length;
                    total += loss * batch.Length;
                    monitor.MiniBatchEnded(batch.Length, loss);
                    if (!double.IsFinite(loss))
                        return new EpochResult(loss);
                }
            }

            return new EpochResult(total / rows);
        }
        finally
        {
            _optimizer.CatchUpAll(_weights, _workspace.Team);
            _weights.CopyTo(_parameters);
        }
    }

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer)
    {
        _random.SaveState(writer);
        _optimizer.SaveState(writer);
    }

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader)
    {
        _random.LoadState(reader);
        _optimizer.LoadState(reader);
    }

    public void Dispose()
    {
        _optimizer.UseRowSparse([]);
        _optimizer.LearningRate = _learningRate;
        _cost.Dispose();
    }

    private Span<int> Order(int count)
    {
        Span<int> order = _order.AsSpan(0, count);
        for (int i = 0; i < count; i++)
            order[i] = i;
        if (_options.Shuffle)
            _random.Shuffle(order);
        return order;
    }

    private void SetLearningRate(IReadOnlyList<double> losses, long rows, int batch)
    {
        double start = losses.Count + ((double)rows / _data.Count), end = losses.Count + ((double)(rows + batch) / _data.Count);
        _optimizer.LearningRate = _learningRate * _options.Schedule.Factor(start, end, _options.Epochs, losses);
    }

    /// <summary>Takes one step. A method of its own: the runtime compiles anew what is called often, not what runs long.</summary>
    /// <returns>The gradient's length, where it was needed, else NaN.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private double Step(IMiniBatchSource block, ReadOnlySpan<int> rows, bool measures)
    {
        block.Fill(rows, _workspace);
        _optimizer.StartStep();
        _workspace.Run(_weights, _gradients, rows.Length);
        double length = measures || _options.GradientClipping is not null ? Length() : double.NaN;
        if (length > _options.GradientClipping)
            Update.Scale(_gradients.AsSpan(), (float)(_options.GradientClipping.Value / length));
        _optimizer.FinishStep(_weights, _gradients, _trial?.UpdateTeam);
        return length;
    }

    /// <summary>Lets parameters take their steps within the run where nothing reads them any more.</summary>
    private void StepWhileComputed()
    {
        foreach (ParameterSegment parameter in _workspace.NoLongerRead)
        {
            if (_optimizer.StepWhileComputed(parameter, _weights, _gradients) is { } step)
                _workspace.AddSink(parameter, step);
        }
    }

    private double Length()
    {
        _optimizer.CatchUp(_weights, _workspace.Team);
        return _length.Of(_weights, _gradients);
    }
}
