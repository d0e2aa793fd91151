using Backprop.Execution;
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
    private readonly CostTerms _terms;
    private readonly Workspace<float> _workspace;
    private readonly Workspace<float>? _penalties;
    private readonly float[] _parameters;
    private readonly ArraySegment<float> _gradients;
    private readonly int[] _order;
    private readonly int _rows; // Of a run.

    public FullBatchRunner(Variable cost, IBlockSource data, float[] parameters, Lbfgs<float> optimizer, TrainingOptions options)
    {
        (_data, _parameters, _optimizer) = (data, parameters, optimizer);
        _terms = CostTerms.Of(cost);
        _rows = Math.Min(Math.Max(options.BatchSize ?? 0, LeastRows), data.LargestBlock);
        _order = [.. Enumerable.Range(0, data.LargestBlock)];
        _gradients = AlignedBuffer.Allocate<float>(parameters.Length);
        _workspace = TrainingLoop.PlanStep(cost, _rows).CreateWorkspace(options.Threads);
        _penalties = _terms.OfParameters.Count > 0 ? new Plan<float>(_terms.OfParameters, 1).CreateWorkspace(options.Threads) : null;
    }

    /// <inheritdoc/>
    public EpochResult Run(IReadOnlyList<double> losses, TrainingMonitor monitor)
    {
        try
        {
            LbfgsStep step = _optimizer.Step(new ArraySegment<float>(_parameters), (parameters, gradients) => Evaluate(parameters, gradients, monitor));
            return new EpochResult(step.Value, step.GradientNorm, LearningRate: 1, IsComplete: true, IsConverged: step.Outcome != LbfgsOutcome.Moved);
        }
        catch (StoppedException)
        {
            return new EpochResult(double.NaN, double.NaN, LearningRate: 1, IsComplete: false);
        }
    }

    /// <inheritdoc/>
    public void SaveState(BinaryWriter writer) => _optimizer.SaveState(writer);

    /// <inheritdoc/>
    public void LoadState(BinaryReader reader) => _optimizer.LoadState(reader);

    public void Dispose()
    {
        _penalties?.Dispose();
        _workspace.Dispose();
    }

    /// <summary>The cost of all rows and its gradient: the means of those of some rows at a time, weighted by how many they are.</summary>
    private double Evaluate(ArraySegment<float> parameters, ArraySegment<float> gradients, TrainingMonitor monitor)
    {
        double cost = 0;
        gradients.AsSpan().Clear();
        foreach (IMiniBatchSource block in _data.ReadBlocks())
        {
            for (int first = 0; first < block.Count; first += _rows)
            {
                monitor.MiniBatchStarts();
                if (monitor.ShallStop)
                    throw new StoppedException();
                int count = Math.Min(_rows, block.Count - first);
                block.Fill(_order.AsSpan(first, count), _workspace);
                _workspace.Run(parameters, _gradients, count);
                double share = (double)count / _data.Count;
                Update.AddMultiple<float>(gradients, _gradients, (float)share);
                cost += share * Sum(_workspace, _terms.OfData);
            }
        }

        _penalties?.Run(parameters, default, rows: 1);
        return cost + (_penalties is null ? 0 : Sum(_penalties, _terms.OfParameters));
    }

    private static double Sum(Workspace<float> workspace, IReadOnlyList<Variable> terms) => terms.Sum(term => (double)workspace.Value(term)[0]);

    private sealed class StoppedException : Exception;
}
