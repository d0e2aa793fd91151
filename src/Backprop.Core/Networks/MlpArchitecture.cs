namespace Backprop.Networks;

/// <summary>The layers of a multilayer perceptron.</summary>
public sealed class MlpArchitecture
{
    /// <summary>The most parameters that a network may have: what fits into one saved model of 2 GB.</summary>
    public const int MaxParameters = 500_000_000;

    /// <summary>Describes a network.</summary>
    /// <param name="inputs">The number of features, 1 or more.</param>
    /// <param name="hiddenLayers">The number of units in each hidden layer, each 1 or more; none makes a generalised linear model.</param>
    /// <param name="outputs">The number of outputs, 1 or more: a class each, or a target.</param>
    /// <param name="activation">The activation of the hidden units.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A size is below 1, there would be more than <see cref="MaxParameters"/> parameters, or there is no such activation.
    /// </exception>
    public MlpArchitecture(int inputs, IReadOnlyList<int> hiddenLayers, int outputs, ActivationKind activation = ActivationKind.Relu)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentNullException.ThrowIfNull(hiddenLayers);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        if (!Enum.IsDefined(activation))
            throw new ArgumentOutOfRangeException(nameof(activation), activation, "There is no such activation.");
        foreach (int units in hiddenLayers)
        {
            if (units < 1)
                throw new ArgumentOutOfRangeException(nameof(hiddenLayers), units, "A hidden layer must have 1 unit or more.");
        }

        Activation = activation;
        Sizes = [inputs, .. hiddenLayers, outputs];
        // In double, which no sizes overflow and which is exact where it matters.
        double count = Enumerable.Range(1, Sizes.Count - 1).Sum(layer => (Sizes[layer - 1] + 1.0) * Sizes[layer]);
        if (count > MaxParameters)
        {
            throw new ArgumentOutOfRangeException(
                nameof(hiddenLayers), count,
                $"A network of {string.Join("-", Sizes)} units has {count:R} parameters; at most {MaxParameters} are possible.");
        }

        ParameterCount = (int)count;
    }

    /// <summary>The number of features.</summary>
    public int Inputs => Sizes[0];

    /// <summary>The number of units in each hidden layer.</summary>
    public IReadOnlyList<int> HiddenLayers => [.. Sizes.Skip(1).SkipLast(1)];

    /// <summary>The number of outputs.</summary>
    public int Outputs => Sizes[^1];

    /// <summary>The activation of the hidden units.</summary>
    public ActivationKind Activation { get; }

    /// <summary>The units of all layers, from the features to the outputs.</summary>
    public IReadOnlyList<int> Sizes { get; }

    /// <summary>The number of weights and biases.</summary>
    public int ParameterCount { get; }
}
