using System.Numerics.Tensors;
using Backprop.Execution;
using Backprop.Kernels;
using Backprop.Networks;

namespace Backprop.Training;

/// <summary>Shows what a network makes of rows that it is not trained on.</summary>
internal sealed class MlpValidation : IValidation, IDisposable
{
    private readonly Mlp _network;
    private readonly IRowBlocks _rows;
    private readonly MlpFeed _feed;
    private readonly Workspace<float> _workspace;
    private readonly int[] _indices; // Of the rows that are looked at together.
    private int[] _mapped = []; // Theirs in the data set.

    /// <summary>Makes ready.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="network">The network that is being trained: the one here has the same parameters, and neither penalties nor dropout.</param>
    /// <param name="parameters">Its parameters: those of them that say in what unit targets are.</param>
    /// <param name="classWeights">What the weights of each class's rows are multiplied by; null for nothing.</param>
    /// <param name="threads">How many threads.</param>
    public MlpValidation(IRowBlocks rows, Mlp network, ReadOnlySpan<float> parameters, double[]? classWeights, int threads)
    {
        _rows = rows;
        _network = new Mlp(
            network.Architecture, network.Loss, weighted: rows.HasDifferentWeights || classWeights is not null, sparse: rows.IsSparse);
        _feed = new MlpFeed(rows, _network, parameters, classWeights, dropout: 0, new RandomSource(0), "validation rows");
        _indices = new int[Math.Min(Predictor.MostRowsOf(rows.Columns), rows.LargestBlock)];
        _workspace = new Plan<float>([_network.Cost, _network.Prediction], _indices.Length).CreateWorkspace(threads);
    }

    /// <inheritdoc/>
    public ValidationResult? Evaluate(float[] parameters, Func<bool> shallStop)
    {
        double loss = 0;
        var errors = new double[_network.Architecture.Outputs]; // Squared, or how often a class is wrong.
        foreach (RowSet rows in _rows.ReadBlocks())
        {
            IMiniBatchSource source = _feed.Of(rows);
            for (int first = 0; first < rows.Count; first += _indices.Length)
            {
                if (shallStop())
                    return null;
                int count = Math.Min(_indices.Length, rows.Count - first);
                for (int i = 0; i < count; i++)
                    _indices[i] = first + i;
                ReadOnlySpan<int> indices = _indices.AsSpan(0, count);
                source.Fill(indices, _workspace);
                _workspace.Run(new ArraySegment<float>(parameters), default, count);
                loss += _workspace.Value(_network.Cost)[0] * (double)count;
                AddErrors(rows, indices, errors);
            }
        }

        return new ValidationResult(loss / _feed.Count, Metric(errors));
    }

    public void Dispose() => _workspace.Dispose();

    private void AddErrors(RowSet rows, ReadOnlySpan<int> indices, double[] errors)
    {
        int outputs = errors.Length;
        ReadOnlySpan<float> predictions = _workspace.Value(_network.Prediction);
        ReadOnlySpan<int> mapped = rows.Map(indices, ref _mapped);
        for (int i = 0; i < mapped.Length; i++)
        {
            ReadOnlySpan<float> prediction = predictions.Slice(i * outputs, outputs), targets = rows.Data.TargetsOf(mapped[i]);
            double weight = rows.Data.Weight(mapped[i]);
            if (_network.Loss.IsOfClasses)
            {
                int label = outputs == 1 && _network.Loss is SigmoidLoss ? (prediction[0] > 0 ? 1 : 0) : TensorPrimitives.IndexOfMax(prediction);
                errors[0] += label == (int)targets[0] ? 0 : weight;
                continue;
            }

            for (int target = 0; target < outputs; target++)
                errors[target] += weight * Math.Pow(prediction[target] - targets[target], 2);
        }
    }

    /// <summary>The accuracy, or the mean of the targets' R squared; NaN where one of them has none.</summary>
    private double Metric(double[] errors)
    {
        TargetStatistics statistics = _rows.Statistics;
        return _network.Loss.IsOfClasses
            ? 1 - (errors[0] / statistics.TotalWeight)
            : errors.Select((error, target) => statistics.IsConstant(target)
                ? double.NaN
                : 1 - (error / (Math.Pow(statistics.Deviation(target), 2) * statistics.TotalWeight))).Average();
    }
}
