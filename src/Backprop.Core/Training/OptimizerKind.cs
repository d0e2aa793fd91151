using Backprop.Optimizers;

namespace Backprop.Training;

/// <summary>The optimizers to choose from.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum: <see cref="Sgd{T}"/>.</summary>
    Sgd,

    /// <summary>Adam: <see cref="Adam{T}"/>. On sparse data it changes the weights of present features only.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay: <see cref="AdamW{T}"/>. On sparse data it steps as Adam does; all weights decay.</summary>
    AdamW,
}
