using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Systems;

/// <summary>Row 9: Jacobians of vector functions, whole and as a product with a vector.</summary>
[TestClass]
public class Row09Jacobians
{
    private readonly Graph _graph = new();
    private readonly Random _random = new(3);
    private readonly Dictionary<Variable, double[]> _values = [];

    [TestMethod]
    public void The_jacobian_of_a_three_layer_net_is_the_product_of_its_layers_jacobians()
    {
        Variable x0 = Input("x0", 3);
        Variable x1 = Layer(x0, 3, 4), x2 = Layer(x1, 4, 5), x3 = Layer(x2, 5, 2);
        double[][] j = Evaluate(
            [Derivatives.Jacobian(x3, x0), Derivatives.Jacobian(x1, x0), Derivatives.Jacobian(x2, x1), Derivatives.Jacobian(x3, x2)], _values);
        double[] product = Multiply(j[3], Multiply(j[2], j[1], 5, 4, 3), 2, 5, 3);
        Assert.HasCount(6, j[0]);
        for (int i = 0; i < 6; i++)
            Assert.AreEqual(product[i], j[0][i], 1e-14);

        Variable Layer(Variable x, int inputs, int units)
        {
            Variable w = _graph.Parameter($"W{units}", new Shape(inputs, units));
            _values[w] = RandomValues(_random, inputs * units);
            return Op.Tanh(Op.MatMul(x, w));
        }
    }

    [TestMethod]
    public void A_jacobian_transpose_product_is_the_product_with_the_jacobian()
    {
        Variable x = Input("x", 4), v = Input("v", 4), y = Op.Softmax(x);
        double[][] values = Evaluate([Derivatives.JacobianTransposeProduct(y, x, v), Derivatives.Jacobian(y, x)], _values);
        for (int j = 0; j < 4; j++)
            Assert.AreEqual(Enumerable.Range(0, 4).Sum(i => values[1][(4 * i) + j] * _values[v][i]), values[0][j], 1e-15);
    }

    [TestMethod]
    public void The_jacobian_of_an_elementwise_square_is_diagonal_and_differentiable_again()
    {
        Variable x = Input("x", 2), jacobian = Derivatives.Jacobian(x * x, x);
        (double a, double b) = (_values[x][0], _values[x][1]);
        CollectionAssert.AreEqual(new[] { 2 * a, 0, 0, 2 * b }, Evaluate(jacobian, _values));
        CollectionAssert.AreEqual(new double[] { 2, 2 }, Evaluate(Backpropagation.Gradients(Op.Sum(jacobian), x)[0], _values));
    }

    private Variable Input(string name, int size)
    {
        Variable x = _graph.Input(name, new Shape(1, size));
        _values[x] = RandomValues(_random, size);
        return x;
    }

    private static double[] Multiply(double[] a, double[] b, int m, int k, int n)
    {
        var c = new double[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
                c[(i * n) + j] = Enumerable.Range(0, k).Sum(p => a[(i * k) + p] * b[(p * n) + j]);
        }

        return c;
    }
}
