using System.Diagnostics;

namespace Backprop.Training;

/// <summary>Tells the outside how far a training is, and the training when it shall stop.</summary>
internal sealed class TrainingMonitor(TrainingOptions options, long rowsPerEpoch, int epochsBefore)
{
    private readonly TrainingProgress _progress = new() { Epochs = options.Epochs, RowsPerEpoch = rowsPerEpoch };
    private readonly long _start = Stopwatch.GetTimestamp();
    private double _loss;
    private int _miniBatches;

    /// <summary>Whether a callback or the token has asked to stop.</summary>
    public bool ShallStop => _progress.StopAsked || options.Cancellation.IsCancellationRequested;

    /// <summary>An epoch starts.</summary>
    public void EpochStarts(int epoch)
    {
        (_progress.Epoch, _progress.Rows, _loss, _miniBatches) = (epoch, 0, 0, 0);
        _progress.EpochEnded = null;
    }

    /// <summary>A minibatch starts. What the callback throws is its caller's affair.</summary>
    public void MiniBatchStarts() => options.MiniBatchStarting?.Invoke();

    /// <summary>A minibatch has ended.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="loss">Their mean cost.</param>
    public void MiniBatchEnded(int rows, double loss)
    {
        _progress.Rows += rows;
        _loss += rows * loss;
        if (options.Progress is not null && options.ProgressInterval is { } interval && ++_miniBatches % interval == 0)
            Report();
    }

    /// <summary>An epoch has ended.</summary>
    public void EpochEnded(EpochRecord record)
    {
        _progress.EpochEnded = record;
        if (options.Progress is not null)
            Report();
    }

    private void Report()
    {
        _progress.Loss = _progress.EpochEnded?.Loss ?? (_loss / _progress.Rows);
        _progress.Elapsed = Stopwatch.GetElapsedTime(_start);
        double epochs = _progress.EpochEnded is null ? _progress.Epoch - 1 + ((double)_progress.Rows / rowsPerEpoch) : _progress.Epoch;
        _progress.Remaining = _progress.Elapsed * ((options.Epochs - epochs) / (epochs - epochsBefore));
        options.Progress!(_progress);
    }
}
