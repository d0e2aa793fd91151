using Backprop.Optimizers;

namespace Backprop.Training;

/// <summary>The optimizers to choose from.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum, Nesterov's if asked for: <see cref="Sgd{T}"/>.</summary>
    Sgd,

    /// <summary>Adam: <see cref="Adam{T}"/>. On sparse data it changes the weights of present features only.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay: <see cref="AdamW{T}"/>. On sparse data it steps as Adam does; all weights decay.</summary>
    AdamW,

    /// <summary>RMSProp: <see cref="RmsProp{T}"/>. On sparse data it changes the weights of present features only.</summary>
    RmsProp,

    /// <summary>
    /// L-BFGS: <see cref="Lbfgs{T}"/>. Each epoch is one iteration on all rows; for small data. It chooses its steps by itself, and needs a
    /// cost that does not change: schedules but the constant one, gradient clipping and dropout are refused with it. Learning rate, momentum
    /// and the other optimizers' settings, weight decay among them, and shuffling are ignored; of the batch size depends only how many rows
    /// are computed at once.
    /// </summary>
    Lbfgs,
}
