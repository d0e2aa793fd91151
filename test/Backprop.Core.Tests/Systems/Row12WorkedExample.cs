using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Operations;
using Backprop.Optimizers;

namespace Backprop.Tests.Systems;

/// <summary>Row 12: the worked example of S0, a 2-2-2 network of sigmoid units with mean squared error.</summary>
[TestClass]
public class Row12WorkedExample
{
    private const double Tolerance = 1e-9;

    [TestMethod]
    public void Values_gradients_and_one_step_are_those_worked_by_hand()
    {
        var graph = new Graph();
        Variable x = graph.Input("x", new Shape(1, 2)), t = graph.Input("t", new Shape(1, 2));
        Variable w1 = graph.Parameter("W1", new Shape(2, 2)), b1 = graph.Parameter("b1", new Shape(2));
        Variable w2 = graph.Parameter("W2", new Shape(2, 2)), b2 = graph.Parameter("b2", new Shape(2));
        Variable nh = Op.MatMul(x, w1) + b1, h = Op.Sigmoid(nh), no = Op.MatMul(h, w2) + b2, o = Op.Sigmoid(no);
        Variable j = Op.Mean((o - t) * (o - t));
        // Rows are inputs, columns units: w1, w2 from x1; w3, w4 from x2. w5, w6 from h1; w7, w8 from h2.
        var values = new Dictionary<Variable, double[]>
        {
            [x] = [0.05, 0.10],
            [t] = [0.01, 0.99],
            [w1] = [0.15, 0.20, 0.25, 0.30],
            [b1] = [0.35, 0.35],
            [w2] = [0.40, 0.45, 0.50, 0.55],
            [b2] = [0.60, 0.60],
        };

        double[][] forward = Evaluator.Evaluate([nh, h, no, o, j], values);
        // nh1 = 0.15 * 0.05 + 0.25 * 0.10 + 0.35 = 0.3825, nh2 = 0.20 * 0.05 + 0.30 * 0.10 + 0.35 = 0.39.
        AssertClose([0.3825, 0.39], forward[0]);
        // h = 1 / (1 + e^-nh).
        AssertClose([0.5944759307482401, 0.5962826992967878], forward[1]);
        // no1 = 0.40 h1 + 0.50 h2 + 0.60, no2 = 0.45 h1 + 0.55 h2 + 0.60.
        AssertClose([1.1359317219476899, 1.1954696534499414], forward[2]);
        AssertClose([0.7569319154399385, 0.7677178798069613], forward[3]);
        // J = ((o1 - 0.01)^2 + (o2 - 0.99)^2) / 2.
        AssertClose([0.303658313630144], forward[4]);

        double[][] g = Evaluator.Gradients(j, [w1, b1, w2, b2], values);
        // d1 = (o1 - 0.01) o1 (1 - o1) = dJ/db3, d2 = (o2 - 0.99) o2 (1 - o2) = dJ/db4: the 2 of the square and the 1/2 of
        // the mean cancel.
        AssertClose([0.13742500854354509, -0.039638934062896716], g[3]);
        // dJ/dw5 = d1 h1, dJ/dw6 = d2 h1, dJ/dw7 = d1 h2, dJ/dw8 = d2 h2.
        AssertClose([0.08169585986200882, -0.023564392220908646, 0.08194415504522919, -0.023636010600271443], g[2]);
        // e1 = (d1 w5 + d2 w6) h1 (1 - h1) = dJ/db1, e2 = (d1 w7 + d2 w8) h2 (1 - h2) = dJ/db2.
        AssertClose([0.00895168731261501, 0.011292890022218964], g[1]);
        // dJ/dw1 = e1 x1, dJ/dw2 = e2 x1, dJ/dw3 = e1 x2, dJ/dw4 = e2 x2.
        AssertClose([0.0004475843656307505, 0.0005646445011109482, 0.000895168731261501, 0.0011292890022218964], g[0]);

        // One step with eta = 0.5: w - 0.5 dJ/dw.
        double[] parameters = [.. values[w1], .. values[b1], .. values[w2], .. values[b2]];
        new Sgd<double>(graph.Parameters, learningRate: 0.5).Step(parameters, [.. g[0], .. g[1], .. g[2], .. g[3]]);
        AssertClose(
            [
                0.14977620781718462, 0.19971767774944454, 0.24955241563436925, 0.29943535549888906, // w1 to w4
                0.3455241563436925, 0.3443535549888905, // b1, b2
                0.35915207006899563, 0.46178219611045435, 0.4590279224773854, 0.5618180053001358, // w5 to w8
                0.5312874957282274, 0.6198194670314483, // b3, b4
            ],
            parameters);
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], Tolerance, $"element {i}");
    }
}
