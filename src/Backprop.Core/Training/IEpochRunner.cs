namespace Backprop.Training;

/// <summary>Makes parameters better by going over the data once.</summary>
internal interface IEpochRunner : IDisposable
{
    /// <summary>The last step's size.</summary>
    double LearningRate { get; }

    /// <summary>The gradient's length, as far as the epoch has gone; NaN before the first.</summary>
    double GradientNorm { get; }

    /// <summary>What to try when the loss is not finite.</summary>
    string Remedy { get; }

    /// <summary>Goes over the data once. What ends it in the middle leaves the parameters as far as they are.</summary>
    /// <param name="losses">The loss that counts, of every epoch before.</param>
    /// <param name="monitor">Is told of every minibatch, and says when to stop.</param>
    EpochResult Run(IReadOnlyList<double> losses, TrainingMonitor monitor);

    /// <summary>Writes everything that the next epoch depends on beyond the parameters.</summary>
    void SaveState(BinaryWriter writer);

    /// <summary>Goes on where another one was that wrote its state.</summary>
    void LoadState(BinaryReader reader);
}

/// <summary>What an epoch showed.</summary>
/// <param name="Loss">The mean cost of the rows; not finite as soon as that of a minibatch was not, which ends the epoch.</param>
/// <param name="IsStopped">Whether it was asked to stop before it had gone over all rows.</param>
/// <param name="IsConverged">Whether nothing is left to be learned.</param>
internal readonly record struct EpochResult(double Loss, bool IsStopped = false, bool IsConverged = false);
