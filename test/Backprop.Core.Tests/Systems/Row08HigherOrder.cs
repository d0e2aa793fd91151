using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Networks;
using Backprop.Operations;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Systems;

/// <summary>Row 8: higher-order derivatives, and Hessian-vector products without the Hessian.</summary>
[TestClass]
public class Row08HigherOrder
{
    private readonly Graph _graph = new();

    [TestMethod]
    public void The_third_derivative_of_x_to_the_fourth_is_24x()
    {
        Variable x = _graph.Input("x", Shape.Scalar);
        Variable d = (x * x) * (x * x);
        for (int order = 0; order < 3; order++)
            d = Backpropagation.Gradients(d, x)[0];
        Assert.AreEqual(24 * 1.5, Evaluate(d, new() { [x] = [1.5] })[0], 1e-12);
    }

    [TestMethod]
    public void Hessian_vector_products_of_rosenbrock_equal_the_hessian()
    {
        // f = (1 - x)^2 + 100 (y - x^2)^2; H = [2 - 400 (y - x^2) + 800 x^2, -400 x; -400 x, 200].
        Variable x = _graph.Input("x", Shape.Scalar), y = _graph.Input("y", Shape.Scalar);
        Variable vx = _graph.Input("vx", Shape.Scalar), vy = _graph.Input("vy", Shape.Scalar);
        Variable a = _graph.Constant(1) - x, b = y - (x * x);
        Variable f = (a * a) + (100 * (b * b));
        IReadOnlyList<Variable> hv = Derivatives.HessianVectorProduct(f, [x, y], [vx, vy]);
        const double atX = 0.7, atY = -0.4;
        foreach ((double first, double second) in new[] { (1.0, 0.0), (0.0, 1.0), (2.0, -3.0) })
        {
            double[][] product = Evaluate([.. hv], new() { [x] = [atX], [y] = [atY], [vx] = [first], [vy] = [second] });
            double hxx = 2 - (400 * (atY - (atX * atX))) + (800 * atX * atX), hxy = -400 * atX;
            Assert.AreEqual((hxx * first) + (hxy * second), product[0][0], 1e-9);
            Assert.AreEqual((hxy * first) + (200 * second), product[1][0], 1e-9);
        }
    }

    [TestMethod]
    public void Hessian_vector_products_of_an_mlp_equal_differences_of_the_gradient()
    {
        var network = new Mlp(new MlpArchitecture(3, [4], 3), penalties: new() { L2 = 0.05 });
        Variable[] parameters = [.. network.Layers.SelectMany(layer => new[] { layer.Weights, layer.Bias })];
        var random = new Random(2);
        var values = new Dictionary<Variable, double[]> { [network.Features] = RandomValues(random, 15), [network.Targets] = [0, 1, 2, 1, 0] };
        var directions = new List<Variable>();
        foreach (Variable p in parameters)
        {
            values[p] = RandomValues(random, p.Shape.Count(0));
            directions.Add(network.Graph.Input($"direction of {p.Name}", p.Shape));
            values[directions[^1]] = RandomValues(random, p.Shape.Count(0));
        }

        double[][] hv = Evaluate([.. Derivatives.HessianVectorProduct(network.Cost, parameters, directions)], values, rows: 5);
        const double h = 1e-5;
        double[][] above = Gradient(h), below = Gradient(-h);
        for (int p = 0; p < parameters.Length; p++)
        {
            for (int i = 0; i < hv[p].Length; i++)
                Assert.AreEqual((above[p][i] - below[p][i]) / (2 * h), hv[p][i], 1e-7 * Math.Max(1, Math.Abs(hv[p][i])));
        }

        double[][] Gradient(double step)
        {
            var moved = new Dictionary<Variable, double[]>(values);
            for (int p = 0; p < parameters.Length; p++)
                moved[parameters[p]] = [.. values[parameters[p]].Zip(values[directions[p]], (x, v) => x + (step * v))];
            return Evaluator.Gradients(network.Cost, parameters, moved, rows: 5);
        }
    }

    [TestMethod]
    public void The_hessian_of_a_linear_function_is_zero()
    {
        Variable x = _graph.Input("x", new Shape(2)), v = _graph.Input("v", new Shape(2));
        Variable hv = Derivatives.HessianVectorProduct(Op.Sum(3 * x), [x], [v])[0];
        CollectionAssert.AreEqual(new double[] { 0, 0 }, Evaluate(hv, new() { [x] = [1, 2], [v] = [3, 4] }));
        Variable z = Op.Sum(x * x);
        Assert.ThrowsExactly<ArgumentException>(() => Derivatives.HessianVectorProduct(z, [], []));
        Assert.ThrowsExactly<ArgumentException>(() => Derivatives.HessianVectorProduct(z, [x, x], [v, v]));
        Assert.ThrowsExactly<ArgumentException>(() => Derivatives.HessianVectorProduct(z, [x], [x * v]));
    }
}
