using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Operations;

namespace Backprop.Networks;

/// <summary>The variables of one fully connected layer: a = h W + b.</summary>
/// <param name="Weights">W, [inputs, units].</param>
/// <param name="Bias">b, [units].</param>
public sealed record DenseLayer(Variable Weights, Variable Bias);

/// <summary>
/// A multilayer perceptron as a graph (Goodfellow, Bengio and Courville, algorithm 6.3): hidden layers h = activation(h W + b),
/// outputs, and the cost J = mean of the rows' losses + penalties.
/// </summary>
public sealed class Mlp
{
    /// <summary>Builds the graph.</summary>
    /// <param name="architecture">The layers.</param>
    /// <param name="loss">What the outputs mean; <see cref="SoftmaxLoss"/> where it is null.</param>
    /// <param name="penalties">What keeps it from fitting noise; nothing where it is null.</param>
    /// <param name="weighted">Whether each row has a weight that its loss is multiplied by.</param>
    /// <param name="sparse">Whether the features are fed by those that are present (<see cref="Graph.SparseInput"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException">A penalty is out of its range.</exception>
    public Mlp(MlpArchitecture architecture, MlpLoss? loss = null, MlpPenalties? penalties = null, bool weighted = false, bool sparse = false)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        loss ??= new SoftmaxLoss();
        penalties ??= MlpPenalties.None;
        penalties.Check();
        (Architecture, Loss) = (architecture, loss);
        Features = sparse
            ? Graph.SparseInput("features", architecture.Inputs)
            : Graph.Input("features", new Shape(Shape.Free, architecture.Inputs));
        Targets = Graph.Input("targets", new Shape(Shape.Free, loss.IsOfClasses ? 1 : architecture.Outputs));

        var layers = new List<DenseLayer>();
        var masks = new List<Variable>();
        Variable h = Features;
        for (int k = 1; k < architecture.Sizes.Count; k++)
        {
            (int fanIn, int units) = (architecture.Sizes[k - 1], architecture.Sizes[k]);
            var layer = new DenseLayer(
                Graph.Parameter($"W{k}", new Shape(fanIn, units)), Graph.Parameter($"b{k}", new Shape(units), decayFactor: 0));
            Variable a = Op.Add(Op.MatMul(h, layer.Weights), layer.Bias);
            layers.Add(layer);
            h = k < architecture.Sizes.Count - 1 ? Dropped(architecture.Activation.Apply(a), k) : a;
        }

        (Layers, DropoutMasks) = (layers, masks);
        Outputs = h;
        Prediction = loss.Predict(Outputs);
        if (!loss.IsOfClasses)
        {
            // Not learned, but part of the model: with the other parameters they are saved, exported and shared.
            TargetScale = Graph.Parameter("targetScale", new Shape(architecture.Outputs), learningRateFactor: 0, decayFactor: 0);
            TargetOffset = Graph.Parameter("targetOffset", new Shape(architecture.Outputs), learningRateFactor: 0, decayFactor: 0);
            Prediction = Op.Add(Op.Multiply(Prediction, TargetScale), TargetOffset);
        }

        Variable losses = loss.OfRows(Outputs, Targets);
        if (weighted)
        {
            RowWeights = Graph.Input("rowWeights", new Shape(Shape.Free, 1));
            losses = Op.Multiply(losses, RowWeights);
        }

        Cost = Op.Mean(losses);
        foreach (DenseLayer layer in layers)
        {
            if (penalties.L2 > 0)
                Cost = Op.Add(Cost, Op.Scale(Op.SumOfSquares(layer.Weights), penalties.L2));
            if (penalties.L1 > 0)
                Cost = Op.Add(Cost, Op.Scale(Op.Sum(Op.Abs(layer.Weights)), penalties.L1));
        }

        Variable Dropped(Variable units, int layer)
        {
            if (penalties.Dropout == 0)
                return units;
            Variable mask = Graph.Input($"mask{layer}", units.Shape);
            masks.Add(mask);
            return Op.Multiply(units, mask);
        }
    }

    /// <summary>The layers' sizes, and the activation.</summary>
    public MlpArchitecture Architecture { get; }

    /// <summary>What the outputs mean.</summary>
    public MlpLoss Loss { get; }

    /// <summary>The graph that holds the variables below.</summary>
    public Graph Graph { get; } = new();

    /// <summary>The design matrix, [rows, inputs].</summary>
    public Variable Features { get; }

    /// <summary>The class indices from 0, [rows, 1], or the numbers that the outputs should be, [rows, outputs].</summary>
    public Variable Targets { get; }

    /// <summary>The rows' weights, [rows, 1]; null where rows have none.</summary>
    public Variable? RowWeights { get; }

    /// <summary>
    /// What each hidden layer's units are multiplied by in training, [rows, units]: 0, or 1 / (1 - dropout). None where there is no dropout.
    /// </summary>
    public IReadOnlyList<Variable> DropoutMasks { get; }

    /// <summary>The layers, from the features on.</summary>
    public IReadOnlyList<DenseLayer> Layers { get; }

    /// <summary>What the last layer computes, [rows, outputs]: logits, or numbers in the unit of the targets that are fed.</summary>
    public Variable Outputs { get; }

    /// <summary>What is predicted, [rows, outputs]; numbers times <see cref="TargetScale"/> plus <see cref="TargetOffset"/>.</summary>
    public Variable Prediction { get; }

    /// <summary>The unit of the outputs in that of the data, [outputs]; null where targets are classes. It is not learned.</summary>
    public Variable? TargetScale { get; }

    /// <summary>The zero of the outputs in the data, [outputs]; null where targets are classes. It is not learned.</summary>
    public Variable? TargetOffset { get; }

    /// <summary>What training makes small, a scalar.</summary>
    public Variable Cost { get; }

    /// <summary>Draws starting values: weights at random, biases 0, the targets' unit 1 and zero 0.</summary>
    /// <param name="random">The source of randomness.</param>
    /// <param name="initializer">The weights' distribution.</param>
    /// <returns>All parameters, flat.</returns>
    public float[] Initialize(RandomSource random, InitializerKind initializer = InitializerKind.HeUniform)
    {
        var parameters = new float[Graph.ParameterCount];
        foreach (DenseLayer layer in Layers)
        {
            Shape shape = layer.Weights.Shape;
            Initializer.Draw(layer.Weights.Segment!.Of(parameters.AsSpan()), initializer, shape[0], shape[1], random);
        }

        TargetScale?.Segment!.Of(parameters.AsSpan()).Fill(1);
        return parameters;
    }
}
