using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Networks;

/// <summary>What hidden units make of their input a. Each has a source at its operation in <see cref="Op"/>.</summary>
public enum ActivationKind
{
    /// <summary>max(0, a): <see cref="Op.Relu"/>.</summary>
    Relu,

    /// <summary>a itself; the network is then linear: for tests, and for bottlenecks.</summary>
    Identity,

    /// <summary>1 / (1 + exp(-a)): <see cref="Op.Sigmoid"/>.</summary>
    Sigmoid,

    /// <summary>tanh(a): <see cref="Op.Tanh"/>.</summary>
    Tanh,

    /// <summary>a above 0, else 0.01 a: <see cref="Op.LeakyRelu"/>.</summary>
    LeakyRelu,

    /// <summary>a above 0, else exp(a) - 1: <see cref="Op.Elu"/>.</summary>
    Elu,

    /// <summary>The scaled ELU that keeps mean 0 and variance 1: <see cref="Op.Selu"/>.</summary>
    Selu,

    /// <summary>a times the normal distribution function of a: <see cref="Op.Gelu"/>.</summary>
    Gelu,

    /// <summary>a sigmoid(a), also called swish: <see cref="Op.Silu"/>.</summary>
    Silu,

    /// <summary>a tanh(softplus(a)): <see cref="Op.Mish"/>.</summary>
    Mish,

    /// <summary>log(1 + exp(a)): <see cref="Op.Softplus"/>.</summary>
    Softplus,
}

/// <summary>Activations as parts of graphs.</summary>
public static class ActivationKinds
{
    /// <summary>Applies an activation.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="a">Any tensor.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such activation.</exception>
    public static Variable Apply(this ActivationKind kind, Variable a) => kind switch
    {
        ActivationKind.Relu => Op.Relu(a),
        ActivationKind.Identity => a,
        ActivationKind.Sigmoid => Op.Sigmoid(a),
        ActivationKind.Tanh => Op.Tanh(a),
        ActivationKind.LeakyRelu => Op.LeakyRelu(a),
        ActivationKind.Elu => Op.Elu(a),
        ActivationKind.Selu => Op.Selu(a),
        ActivationKind.Gelu => Op.Gelu(a),
        ActivationKind.Silu => Op.Silu(a),
        ActivationKind.Mish => Op.Mish(a),
        ActivationKind.Softplus => Op.Softplus(a),
        _ => throw new ArgumentOutOfRangeException(
            nameof(kind), kind, $"The activation must be one of {string.Join(", ", Enum.GetNames<ActivationKind>())}."),
    };
}
