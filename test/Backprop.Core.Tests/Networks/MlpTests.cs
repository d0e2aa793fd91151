using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Networks;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Networks;

[TestClass]
public class MlpTests
{
    [TestMethod]
    public void Weights_decay_and_biases_do_not()
    {
        var network = new Mlp(new MlpArchitecture(3, [4], 2));
        CollectionAssert.AreEqual(new double[] { 1, 0, 1, 0 }, network.Graph.Parameters.Select(segment => segment.DecayFactor).ToArray());
    }

    [TestMethod]
    [DataRow(new int[0], false, 0.0)]
    [DataRow(new[] { 4 }, false, 0.3)]
    [DataRow(new[] { 5, 4 }, true, 0.1)]
    public void Gradients_of_the_cost_equal_central_differences(int[] hidden, bool weighted, double l2)
    {
        var network = new Mlp(new MlpArchitecture(3, hidden, 4), penalties: new() { L2 = l2 }, weighted: weighted);
        var random = new Random(5);
        var values = new Dictionary<Variable, double[]>
        {
            [network.Features] = RandomValues(random, 6 * 3),
            [network.Targets] = [0, 1, 2, 3, 1, 1],
        };
        if (network.RowWeights is not null)
            values[network.RowWeights] = [0.5, 1, 2, 1, 0.25, 1.25];
        Variable[] parameters = [.. network.Layers.SelectMany(layer => new[] { layer.Weights, layer.Bias })];
        foreach (Variable p in parameters)
            values[p] = RandomValues(random, p.Shape.Count(0));
        CheckGradient(network.Cost, values, rows: 6, parameters);
    }

    [TestMethod]
    public void Forward_and_backward_pass_equal_the_arithmetic_of_algorithms_6_3_and_6_4()
    {
        // X = [1 2; 0 1; -1 1], W1 = [1 -1; 1 0], b1 = [0 1] -> a1 = [3 0; 1 1; 0 2], and ReLU changes nothing; at the
        // exact zeros of a1 no gradient passes. W2 = [1 0; 0 1], b2 = [0 0] -> logits = h. Labels 0, 1, 1.
        var network = new Mlp(new MlpArchitecture(2, [2], 2), penalties: new() { L2 = 0.5 });
        (DenseLayer first, DenseLayer second) = (network.Layers[0], network.Layers[1]);
        var values = new Dictionary<Variable, double[]>
        {
            [network.Features] = [1, 2, 0, 1, -1, 1],
            [network.Targets] = [0, 1, 1],
            [first.Weights] = [1, -1, 1, 0],
            [first.Bias] = [0, 1],
            [second.Weights] = [1, 0, 0, 1],
            [second.Bias] = [0, 0],
        };
        Variable[] parameters = [first.Weights, first.Bias, second.Weights, second.Bias];
        IReadOnlyList<Variable> g = Backpropagation.Gradients(network.Cost, parameters);
        double[][] v = Evaluate([network.Outputs, network.Cost, .. g], values, rows: 3);

        CollectionAssert.AreEqual(new double[] { 3, 0, 1, 1, 0, 2 }, v[0]);
        double p = 1 / (1 + Math.Exp(-3)), r = 1 / (1 + Math.Exp(-2)); // The labels' probabilities in rows 1 and 3; 1/2 in row 2.
        // Penalty 0.5 (1 + 1 + 1 + 0 + 1 + 0 + 0 + 1) = 2.5.
        Close([((-Math.Log(p) - Math.Log(0.5) - Math.Log(r)) / 3) + 2.5], v[1]);

        // G = (softmax - onehot) / 3: rows a(-1, 1), b(1, -1), c(1, -1).
        double a = (1 - p) / 3, b = 0.5 / 3, c = (1 - r) / 3;
        // dW2 = H'G + 2 lambda W2, 2 lambda = 1. H = [3 0; 1 1; 0 2].
        Close([(-3 * a) + b + 1, (3 * a) - b, b + (2 * c), -b - (2 * c) + 1], v[4]);
        Close([-a + b + c, a - b - c], v[5]);
        // dH = G W2' = G; where a1 is 0 nothing passes: G' = [-a 0; b -b; 0 -c].
        // dW1 = X'G' + 2 lambda W1, X' = [1 0 -1; 2 1 1].
        Close([-a + 1, c - 1, (-2 * a) + b + 1, -b - c], v[2]);
        Close([-a + b, -b - c], v[3]);
    }

    [TestMethod]
    public void Weight_decay_adds_exactly_two_lambda_W_and_leaves_biases_alone()
    {
        double[][] with = Gradients(0.25), without = Gradients(0);
        for (int i = 0; i < 4; i++)
            Assert.AreEqual(without[0][i] + (2 * 0.25 * (i + 1)), with[0][i], 1e-15);
        CollectionAssert.AreEqual(without[1], with[1]);

        static double[][] Gradients(double l2)
        {
            var network = new Mlp(new MlpArchitecture(2, [], 2), penalties: new() { L2 = l2 });
            DenseLayer layer = network.Layers[0];
            return Evaluate(
                Backpropagation.Gradients(network.Cost, layer.Weights, layer.Bias),
                new() { [network.Features] = [1, 0.5], [network.Targets] = [1], [layer.Weights] = [1, 2, 3, 4], [layer.Bias] = [0, 1] });
        }
    }

    [TestMethod]
    public void He_initialisation_has_variance_two_over_fan_in_and_zero_biases()
    {
        var network = new Mlp(new MlpArchitecture(200, [300], 2));
        float[] parameters = network.Initialize(new RandomSource(1));
        ReadOnlySpan<float> w = network.Layers[0].Weights.Segment!.Of(parameters.AsSpan());
        double sum = 0, squares = 0;
        foreach (float x in w)
            (sum, squares) = (sum + x, squares + ((double)x * x));
        Assert.AreEqual(0, sum / w.Length, 0.002); // 5 standard errors of 0.1 / sqrt(60,000)
        Assert.AreEqual(2.0 / 200, squares / w.Length, 0.0002);
        Assert.IsTrue(network.Layers.All(layer => layer.Bias.Segment!.Of(parameters.AsSpan()).IndexOfAnyExcept(0f) < 0));
    }

    [TestMethod]
    public void Impossible_sizes_are_refused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpArchitecture(0, [1], 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpArchitecture(1, [0], 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpArchitecture(1, [1], 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpArchitecture(1, [100_000, 100_000], 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Mlp(new MlpArchitecture(1, [], 1), penalties: new() { L2 = -1 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Mlp(new MlpArchitecture(1, [], 1), penalties: new() { L2 = double.NaN }));
    }

    private static void Close(double[] expected, double[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-14, $"element {i}");
    }
}
