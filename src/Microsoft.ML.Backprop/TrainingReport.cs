using System.Globalization;
using Backprop.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Backprop;

/// <summary>What the log and ML.NET's progress channel say of how far a training is: the same columns.</summary>
internal sealed class TrainingReport
{
    private static readonly Column[] s_columns =
    [
        new("Loss", "loss {0:F6}", progress => progress.Loss),
        new("Validation loss", "validation loss {0:F6}", progress => progress.ValidationLoss, OfValidation: true),
        new("Validation metric", "metric {0:F4}", progress => progress.ValidationMetric, OfValidation: true),
        new("Learning rate", "learning rate {0:G4}", progress => progress.LearningRate),
        new("Gradient norm", "gradient norm {0:G4}", progress => progress.GradientNorm),
        new("Rows/s", "{0:N0} rows/s", progress => progress.RowsPerSecond),
        new("Seconds left", "{0:F1} s left", progress => progress.Remaining.TotalSeconds),
    ];

    private readonly Column[] _columns;
    private volatile double?[] _values = []; // Replaced whole: whoever asks the channel does so from another thread.
    private double _epochs;

    /// <summary>Starts with nothing to say.</summary>
    /// <param name="validates">Whether there are validation data.</param>
    public TrainingReport(bool validates) => _columns = [.. s_columns.Where(column => validates || !column.OfValidation)];

    /// <summary>The columns.</summary>
    public ProgressHeader Header => new([.. _columns.Select(column => column.Name)], ["epochs"]);

    /// <summary>Takes note of how far the training is.</summary>
    public void Take(TrainingProgress progress)
    {
        _epochs = progress.EpochEnded is null ? progress.Epoch - 1 + ((double)progress.Rows / progress.RowsPerEpoch) : progress.Epoch;
        _values = [.. _columns.Select(column => column.Value(progress))];
    }

    /// <summary>Tells a progress channel what is known.</summary>
    /// <param name="entry">Is told.</param>
    /// <param name="epochs">All epochs.</param>
    public void Fill(IProgressEntry entry, int epochs)
    {
        entry.SetProgress(0, _epochs, epochs);
        double?[] values = _values;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
                entry.SetMetric(i, value);
        }
    }

    /// <summary>The line of an epoch that has ended.</summary>
    public string Line(TrainingProgress progress) => $"Epoch {progress.Epoch}/{progress.Epochs}: " + string.Join(", ", _columns
        .Where(column => column.Value(progress) is not null)
        .Select(column => string.Format(CultureInfo.InvariantCulture, column.Text, column.Value(progress))));

    /// <summary>A column.</summary>
    /// <param name="Name">Its name in the progress channel.</param>
    /// <param name="Text">How a line has it.</param>
    /// <param name="Value">Its value; null for none yet.</param>
    /// <param name="OfValidation">Whether there is none without validation data.</param>
    private sealed record Column(string Name, string Text, Func<TrainingProgress, double?> Value, bool OfValidation = false);
}
