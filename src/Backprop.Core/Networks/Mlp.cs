using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Operations;

namespace Backprop.Networks;

/// <summary>The variables of one fully connected layer: a = h W + b.</summary>
/// <param name="Weights">W, [inputs, units].</param>
/// <param name="Bias">b, [units].</param>
public sealed record DenseLayer(Variable Weights, Variable Bias);

/// <summary>
/// A multilayer perceptron as a graph (Goodfellow, Bengio and Courville, algorithm 6.3): hidden layers h = max(0, h W + b),
/// logits, and the cost J = mean of the rows' cross-entropy + lambda * sum over the layers of sum(W^2).
/// </summary>
public sealed class Mlp
{
    /// <summary>Builds the graph.</summary>
    /// <param name="architecture">The sizes.</param>
    /// <param name="l2">lambda, 0 or more; biases are not decayed.</param>
    /// <param name="weighted">Whether each row has a weight that its cross-entropy is multiplied by.</param>
    /// <param name="sparse">Whether the features are fed by those that are present (<see cref="Graph.SparseInput"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException">lambda is below 0 or not finite.</exception>
    public Mlp(MlpArchitecture architecture, double l2 = 0, bool weighted = false, bool sparse = false)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        if (!(l2 >= 0 && double.IsFinite(l2)))
            throw new ArgumentOutOfRangeException(nameof(l2), l2, "The penalty's factor must be 0 or more and finite.");
        Architecture = architecture;
        Features = sparse
            ? Graph.SparseInput("features", architecture.Inputs)
            : Graph.Input("features", new Shape(Shape.Free, architecture.Inputs));
        Labels = Graph.Input("labels", new Shape(Shape.Free, 1));

        var layers = new List<DenseLayer>();
        Variable h = Features;
        for (int k = 1; k < architecture.Sizes.Count; k++)
        {
            (int fanIn, int units) = (architecture.Sizes[k - 1], architecture.Sizes[k]);
            var layer = new DenseLayer(
                Graph.Parameter($"W{k}", new Shape(fanIn, units)), Graph.Parameter($"b{k}", new Shape(units), decayFactor: 0));
            Variable a = Op.Add(Op.MatMul(h, layer.Weights), layer.Bias);
            h = k < architecture.Sizes.Count - 1 ? Op.Relu(a) : a;
            layers.Add(layer);
        }

        Layers = layers;
        Logits = h;
        Probabilities = Op.Softmax(Logits);

        Variable crossEntropy = Op.SoftmaxCrossEntropy(Logits, Labels);
        if (weighted)
        {
            RowWeights = Graph.Input("rowWeights", new Shape(Shape.Free, 1));
            crossEntropy = Op.Multiply(crossEntropy, RowWeights);
        }

        Cost = Op.Mean(crossEntropy);
        if (l2 > 0)
        {
            foreach (DenseLayer layer in layers)
                Cost = Op.Add(Cost, Op.Scale(Op.SumOfSquares(layer.Weights), l2));
        }
    }

    /// <summary>The sizes.</summary>
    public MlpArchitecture Architecture { get; }

    /// <summary>The graph that holds the variables below.</summary>
    public Graph Graph { get; } = new();

    /// <summary>The design matrix, [rows, inputs].</summary>
    public Variable Features { get; }

    /// <summary>The class indices from 0, [rows, 1].</summary>
    public Variable Labels { get; }

    /// <summary>The rows' weights, [rows, 1]; null where rows have none.</summary>
    public Variable? RowWeights { get; }

    /// <summary>The layers, from the features on.</summary>
    public IReadOnlyList<DenseLayer> Layers { get; }

    /// <summary>The unnormalised log-probabilities, [rows, classes].</summary>
    public Variable Logits { get; }

    /// <summary>The probabilities of the classes, [rows, classes].</summary>
    public Variable Probabilities { get; }

    /// <summary>What training makes small, a scalar.</summary>
    public Variable Cost { get; }

    /// <summary>Draws starting values: weights by <see cref="Initializer.He"/>, biases 0.</summary>
    /// <param name="random">The source of randomness.</param>
    /// <returns>All parameters, flat.</returns>
    public float[] Initialize(RandomSource random)
    {
        var parameters = new float[Graph.ParameterCount];
        foreach (DenseLayer layer in Layers)
            Initializer.He(layer.Weights.Segment!.Of(parameters.AsSpan()), layer.Weights.Shape[0], random);
        return parameters;
    }
}
