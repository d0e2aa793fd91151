using System.Globalization;

namespace Backprop.Training;

/// <summary>How a training loop goes over the data.</summary>
public record TrainingOptions
{
    /// <summary>The number of passes over the data, 1 or more. Default 50.</summary>
    public int Epochs { get; init; } = 50;

    /// <summary>The rows of a minibatch, 1 or more; the last of an epoch may have fewer. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The seed of the random numbers. Equal seeds give equal bits on one kind of machine. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>The number of threads, 1 or more; it does not change the result. Default 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Called after each epoch.</summary>
    public Action<EpochRecord>? EpochEnded { get; init; }

    /// <summary>Called before each minibatch; what it throws ends the training.</summary>
    public Action? MiniBatchStarting { get; init; }

    internal virtual void Check()
    {
        Require(Epochs >= 1, nameof(Epochs), Epochs, "1 or more");
        Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "1 or more");
        Require(Threads >= 1, nameof(Threads), Threads, "1 or more");
    }

    private protected static void Require(bool holds, string name, object value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(
                name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {range}."));
    }
}
