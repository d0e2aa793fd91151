namespace Backprop.Training;

/// <summary>Why a training stopped.</summary>
public enum StopReason
{
    /// <summary>Every epoch that was asked for has run.</summary>
    EpochsCompleted,

    /// <summary>The training loss did not fall by <see cref="TrainingOptions.Tolerance"/> any more, or the gradient vanished.</summary>
    Converged,

    /// <summary>On the validation rows it did not get better for <see cref="TrainingOptions.Patience"/> epochs.</summary>
    EarlyStopping,

    /// <summary>A callback or the token asked for it.</summary>
    Cancelled,

    /// <summary>The loss or the weights were not finite any more; only a <see cref="TrainingDivergedException"/> says so.</summary>
    Diverged,
}
