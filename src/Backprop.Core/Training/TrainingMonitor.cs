using System.Diagnostics;

namespace Backprop.Training;

/// <summary>Tells the outside how far a training is, and the training when it shall stop.</summary>
/// <param name="options">The callbacks, and the token.</param>
/// <param name="runner">Knows the learning rate and the gradient.</param>
/// <param name="rowsPerEpoch">The training rows.</param>
/// <param name="epochsBefore">The epochs of the training that this one goes on from.</param>
internal sealed class TrainingMonitor(TrainingOptions options, IEpochRunner runner, long rowsPerEpoch, int epochsBefore)
{
    private readonly TrainingProgress _progress = new() { Epochs = options.Epochs, RowsPerEpoch = rowsPerEpoch };

    private readonly long _start = Stopwatch.GetTimestamp();
    private long _passStart;
    private double _loss;
    private int _miniBatches;

    /// <summary>Whether a callback or the token has asked to stop.</summary>
    public bool ShallStop => _progress.StopAsked || options.Cancellation.IsCancellationRequested;

    /// <summary>How many training rows have been used, a second of the pass that is running or has just ended.</summary>
    public double RowsPerSecond => _progress.Rows / Stopwatch.GetElapsedTime(_passStart).TotalSeconds;

    /// <summary>An epoch starts.</summary>
    public void EpochStarts(int epoch)
    {
        (_progress.Epoch, _miniBatches) = (epoch, 0);
        _progress.EpochEnded = null;
        PassStarts();
    }

    /// <summary>A pass over all rows starts, of which an epoch may have several.</summary>
    public void PassStarts()
    {
        (_progress.Rows, _loss) = (0, 0);
        _passStart = Stopwatch.GetTimestamp();
    }

    /// <summary>A minibatch starts. What the callback throws is its caller's affair.</summary>
    public void MiniBatchStarts() => options.MiniBatchStarting?.Invoke();

    /// <summary>A minibatch of validation rows starts. What the callback throws is its caller's affair.</summary>
    /// <returns>Whether to stop instead.</returns>
    public bool StopsValidation()
    {
        options.ValidationBatchStarting?.Invoke();
        return ShallStop;
    }

    /// <summary>What the validation rows have shown last; null for nothing.</summary>
    public void Validated(ValidationResult? result) =>
        (_progress.ValidationLoss, _progress.ValidationMetric) = (result?.Loss, result?.Metric);

    /// <summary>A minibatch has ended.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="loss">Their mean cost.</param>
    public void MiniBatchEnded(int rows, double loss)
    {
        _progress.Rows += rows;
        _loss += rows * loss;
        if (options.Progress is not null && options.ProgressInterval is { } interval && ++_miniBatches % interval == 0)
        {
            (_progress.Loss, _progress.RowsPerSecond) = (_loss / _progress.Rows, RowsPerSecond);
            Report(_progress.Epoch - 1 + ((double)_progress.Rows / rowsPerEpoch));
        }
    }

    /// <summary>An epoch has ended.</summary>
    public void EpochEnded(EpochRecord record)
    {
        _progress.EpochEnded = record;
        (_progress.Loss, _progress.RowsPerSecond) = (record.Loss, record.RowsPerSecond);
        Validated(Stopping.Validation(record));
        if (options.Progress is not null)
            Report(_progress.Epoch);
    }

    private void Report(double epochs)
    {
        (_progress.LearningRate, _progress.GradientNorm) = (runner.LearningRate, runner.GradientNorm);
        _progress.Elapsed = Stopwatch.GetElapsedTime(_start);
        _progress.Remaining = _progress.Elapsed * ((options.Epochs - epochs) / (epochs - epochsBefore));
        options.Progress!(_progress);
    }
}
