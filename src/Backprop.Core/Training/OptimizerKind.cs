using Backprop.Optimizers;

namespace Backprop.Training;

/// <summary>The optimizers to choose from.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum: <see cref="Sgd{T}"/>.</summary>
    Sgd,

    /// <summary>Adam: <see cref="Adam{T}"/>.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay: <see cref="AdamW{T}"/>.</summary>
    AdamW,
}
