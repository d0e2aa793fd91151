namespace Backprop.Training;

/// <summary>Makes parameters better by going over the data once.</summary>
internal interface IEpochRunner : IDisposable
{
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
/// <param name="Loss">The mean cost of the rows.</param>
/// <param name="GradientNorm">The gradient's length.</param>
/// <param name="LearningRate">The last step size.</param>
/// <param name="IsComplete">Whether it went over all rows, rather than being stopped.</param>
/// <param name="IsConverged">Whether nothing is left to be learned.</param>
internal readonly record struct EpochResult(double Loss, double GradientNorm, double LearningRate, bool IsComplete, bool IsConverged = false);
