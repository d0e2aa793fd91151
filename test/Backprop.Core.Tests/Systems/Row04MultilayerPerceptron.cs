using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Systems;

/// <summary>
/// Row 4: forward and backward pass of a fully connected MLP with a regularizer (algorithms 6.3 and 6.4), for one sample and
/// for a minibatch. (Mlp itself: Networks/MlpTests; every operation: Operations/.)
/// </summary>
[TestClass]
public class Row04MultilayerPerceptron
{
    private static readonly (string Name, Func<Variable, Variable> Apply)[] s_activations =
    [
        ("identity", x => x), ("sigmoid", Op.Sigmoid), ("tanh", Op.Tanh), ("relu", Op.Relu), ("leaky relu", x => Op.LeakyRelu(x)),
        ("elu", x => Op.Elu(x)), ("selu", Op.Selu), ("gelu", Op.Gelu), ("silu", Op.Silu), ("mish", Op.Mish), ("softplus", Op.Softplus),
    ];

    // Each takes outputs [rows, 3] and real targets of that shape.
    private static readonly (string Name, Func<Variable, Variable, Variable> Apply)[] s_losses =
    [
        ("softmax cross-entropy", (z, t) => Op.Mean(Op.SoftmaxCrossEntropy(z, Op.Exceeds(Op.Slice(t, 1, 0, 1), t.Graph.Constant(0))))),
        ("softmax cross-entropy of probabilities", (z, t) => Op.Mean(Op.SoftmaxCrossEntropyWithProbabilities(z, Op.Softmax(t)))),
        ("sigmoid cross-entropy", (z, t) => Op.Mean(Op.SigmoidCrossEntropy(z, Op.Sigmoid(t)))),
        ("squared error", (z, t) => Op.Mean(Op.SquaredError(z, t))),
        ("absolute error", (z, t) => Op.Mean(Op.AbsoluteError(z, t))),
        ("huber", (z, t) => Op.Mean(Op.Huber(z, t))),
    ];

    public static IEnumerable<object[]> Cases() =>
        from activation in s_activations
        from loss in s_losses
        from regularizer in new[] { "none", "weights", "weights and biases" }
        select new object[] { activation.Name, loss.Name, regularizer };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Gradients_equal_central_differences(string activation, string loss, string regularizer)
    {
        const int rows = 4;
        var graph = new Graph();
        Variable x = graph.Input("x", new Shape(Shape.Free, 3)), t = graph.Input("t", new Shape(Shape.Free, 3));
        Variable w1 = graph.Parameter("w1", new Shape(3, 4)), b1 = graph.Parameter("b1", new Shape(4));
        Variable w2 = graph.Parameter("w2", new Shape(4, 3)), b2 = graph.Parameter("b2", new Shape(3));
        Variable h = s_activations.Single(a => a.Name == activation).Apply(Op.MatMul(x, w1) + b1);
        Variable cost = s_losses.Single(l => l.Name == loss).Apply(Op.MatMul(h, w2) + b2, t);
        if (regularizer != "none")
            cost += 0.1 * (Op.SumOfSquares(w1) + Op.SumOfSquares(w2));
        if (regularizer == "weights and biases")
            cost += 0.1 * (Op.SumOfSquares(b1) + Op.SumOfSquares(b2));

        var random = new Random(12);
        var values = new Dictionary<Variable, double[]>();
        foreach (Variable v in new[] { x, t, w1, b1, w2, b2 })
            values[v] = RandomValues(random, v.Shape.Count(rows));
        CheckGradient(cost, values, rows, w1, b1, w2, b2, x);
    }

    [TestMethod]
    public void The_gradient_of_a_minibatch_is_the_mean_of_its_samples_gradients()
    {
        var graph = new Graph();
        Variable x = graph.Input("x", new Shape(Shape.Free, 2)), y = graph.Input("y", new Shape(Shape.Free, 1));
        Variable w = graph.Parameter("w", new Shape(2, 3));
        Variable cost = Op.Mean(Op.SoftmaxCrossEntropy(Op.MatMul(x, w), y));
        double[] weights = [0.1, -0.2, 0.3, 0.4, 0.5, -0.6];
        double[][] samples = [[1, 2], [-1, 0.5], [3, -2]];
        double[] labels = [0, 2, 1];
        double[] together = Evaluator.Gradients(
            cost, [w], new Dictionary<Variable, double[]> { [x] = [.. samples.SelectMany(s => s)], [y] = labels, [w] = weights }, rows: 3)[0];
        double[][] alone = [.. samples.Select((sample, i) => Evaluator.Gradients(
            cost, [w], new Dictionary<Variable, double[]> { [x] = sample, [y] = [labels[i]], [w] = weights }, rows: 1)[0])];
        for (int i = 0; i < 6; i++)
            Assert.AreEqual((alone[0][i] + alone[1][i] + alone[2][i]) / 3, together[i], 1e-15);
    }
}
