using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Systems;

/// <summary>Row 14: sum-of-squares loss, J = (1/N) sum of squared residual norms + lambda penalty; linear regression as the special case.</summary>
[TestClass]
public class Row14SumOfSquares
{
    [TestMethod]
    public void The_gradient_of_linear_regression_is_2_x_times_the_residual()
    {
        // One sample: 2 x (theta'x - y), x = (2, -1), theta = (0.5, 3), y = 1: theta'x - y = -3, so (-12, 6).
        var graph = new Graph();
        Variable x = graph.Input("x", new Shape(Shape.Free, 2)), y = graph.Input("y", new Shape(Shape.Free, 1));
        Variable theta = graph.Parameter("theta", new Shape(2, 1));
        Variable j = Op.Mean(Op.SquaredError(Op.MatMul(x, theta), y));
        Variable g = Backpropagation.Gradients(j, theta)[0];
        CollectionAssert.AreEqual(new double[] { -12, 6 }, Evaluate(g, new() { [x] = [2, -1], [y] = [1], [theta] = [0.5, 3] }));
    }

    [TestMethod]
    public void For_several_outputs_it_equals_the_closed_form()
    {
        const int n = 6;
        const double lambda = 0.3;
        var random = new Random(9);
        var graph = new Graph();
        Variable x = graph.Input("X", new Shape(Shape.Free, 3)), y = graph.Input("Y", new Shape(Shape.Free, 2));
        Variable w = graph.Parameter("W", new Shape(3, 2));
        Variable residual = Op.MatMul(x, w) - y;
        Variable j = Op.Mean(Op.Sum(residual * residual, [1])) + (lambda * Op.SumOfSquares(w));
        var values = new Dictionary<Variable, double[]>
        {
            [x] = RandomValues(random, 3 * n),
            [y] = RandomValues(random, 2 * n),
            [w] = RandomValues(random, 6),
        };
        double[][] both = Evaluate([j, Backpropagation.Gradients(j, w)[0]], values, n);

        // (2/N) X'(XW - Y) + 2 lambda W.
        double cost = lambda * values[w].Sum(v => v * v);
        var expected = new double[6];
        for (int i = 0; i < n; i++)
        {
            for (int c = 0; c < 2; c++)
            {
                double r = Enumerable.Range(0, 3).Sum(k => values[x][(3 * i) + k] * values[w][(2 * k) + c]) - values[y][(2 * i) + c];
                cost += r * r / n;
                for (int k = 0; k < 3; k++)
                    expected[(2 * k) + c] += 2 * values[x][(3 * i) + k] * r / n;
            }
        }

        Assert.AreEqual(cost, both[0][0], 1e-12);
        for (int i = 0; i < 6; i++)
            Assert.AreEqual(expected[i] + (2 * lambda * values[w][i]), both[1][i], 1e-12);
    }
}
