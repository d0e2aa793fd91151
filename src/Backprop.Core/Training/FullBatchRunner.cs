using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Optimizers;

namespace Backprop.Training;

/// <summary>Training by L-BFGS: an epoch is one of its iterations, which goes over all rows once or a few times. The loss is that after it.</summary>
internal sealed class FullBatchRunner : IEpochRunner
{
    private const int LeastRows = 256; // Of a run: what is computed does not depend on it, only how fast.

    private readonly IBlockSource _data;
    private readonly Lbfgs<float> _optimizer;
    private readonly CostWorkspace _cost;
    private readonly float[] _parameters;
    private readonly ArraySegment<float> _gradients;
    private readonly int[] _order;
    private readonly int _rows; // Of a run.

    public FullBatchRunner(Variable cost, IBlockSource data, float[] parameters, Lbfgs<float> optimizer, TrainingOptions options)
    {
        (_data, _parameters, _optimizer) = (data, parameters, optimizer);
        _rows = Math.Min(Math.Max(options.BatchSize ?? 0, LeastRows), data.LargestBlock);
        _order = [.. Enumerable.Range(0, data.LargestBlock)];
        _gradients = AlignedBuffer.Allocate<float>(parameters.Length);
        _cost = new CostWorkspace(cost, _rows, options.Threads);
    }

    /// <inheritdoc/>
    public double LearningRate => 1; // What its steps are tried with.

    /// <inheritdoc/>
    public double GradientNorm { get; private set; } = double.NaN;

    /// <inheritdoc/>
    public string Remedy =>
        "Bring the features to a similar, small range, or start from smaller weights: L-BFGS chooses its steps by itself.";

    /// <inheritdoc/>
    public EpochResult Run(IReadOnlyList<double> losses, TrainingMonitor monitor)
    {
        try
        {
            LbfgsStep step = _optimizer.Step(
                new ArraySegment<float>(_parameters), (parameters, gradients) => Evaluate(parameters, gradients, monitor));
            GradientNorm = step.GradientNorm;
            return new EpochResult(step.Value, IsConverged: step.Outcome != LbfgsOutcome.Moved);
        }
        catch (StoppedException)
        {
            return new EpochResult(double.NaN, IsStopped: true);
        }
    }

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer) => _optimizer.SaveState(writer);

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader) => _optimizer.LoadState(reader);

    public void Dispose() => _cost.Dispose();

    /// <summary>The cost of all rows and its gradient: the means of those of some rows at a time, weighted by how many they are.</summary>
    private double Evaluate(ArraySegment<float> parameters, ArraySegment<float> gradients, TrainingMonitor monitor)
    {
        double cost = 0, penalty = _cost.OfParameters(parameters);
        gradients.AsSpan().Clear();
        monitor.PassStarts();
        foreach (IMiniBatchSource block in _data.ReadBlocks())
        {
            for (int first = 0; first < block.Count; first += _rows)
            {
                monitor.MiniBatchStarts();
                if (monitor.ShallStop)
                    throw new StoppedException();
                int count = Math.Min(_rows, block.Count - first);
                block.Fill(_order.AsSpan(first, count), _cost.Step);
                _cost.Step.Run(parameters, _gradients, count);
                double share = (double)count / _data.Count;
                Update.AddMultiple<float>(gradients, _gradients, (float)share);
                cost += share * _cost.OfData;
                monitor.MiniBatchEnded(count, _cost.OfData + penalty);
            }
        }

        return cost + penalty;
    }

    private sealed class StoppedException : Exception;
}
