namespace Backprop.Networks;

/// <summary>The sizes of a multilayer perceptron for classification.</summary>
public sealed class MlpArchitecture
{
    /// <summary>The most parameters that a network may have: what fits into one saved model of 2 GB.</summary>
    public const int MaxParameters = 500_000_000;

    /// <summary>Describes a network.</summary>
    /// <param name="inputs">The number of features, 1 or more.</param>
    /// <param name="hiddenLayers">The number of units in each hidden layer, each 1 or more; none makes a softmax regression.</param>
    /// <param name="classes">The number of classes, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or there would be more than <see cref="MaxParameters"/> parameters.</exception>
    public MlpArchitecture(int inputs, IReadOnlyList<int> hiddenLayers, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentNullException.ThrowIfNull(hiddenLayers);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        foreach (int units in hiddenLayers)
        {
            if (units < 1)
                throw new ArgumentOutOfRangeException(nameof(hiddenLayers), units, "A hidden layer must have 1 unit or more.");
        }

        Sizes = [inputs, .. hiddenLayers, classes];
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

    /// <summary>The number of classes.</summary>
    public int Classes => Sizes[^1];

    /// <summary>The units of all layers, from the features to the classes.</summary>
    public IReadOnlyList<int> Sizes { get; }

    /// <summary>The number of weights and biases.</summary>
    public int ParameterCount { get; }
}
