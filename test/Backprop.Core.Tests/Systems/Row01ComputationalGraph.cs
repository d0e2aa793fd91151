using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Systems;

/// <summary>Row 1: a computational graph of variables and operations; tensors of any rank. The four examples of S4.</summary>
[TestClass]
public class Row01ComputationalGraph
{
    private readonly Graph _graph = new();

    [TestMethod]
    public void Z_is_x_times_y()
    {
        Variable x = _graph.Input("x", Shape.Scalar), y = _graph.Input("y", Shape.Scalar);
        Variable z = x * y;
        Assert.AreEqual(-6, Evaluate(z, new() { [x] = [2], [y] = [-3] })[0]);
    }

    [TestMethod]
    public void Logistic_regression_predicts_the_sigmoid_of_xw_plus_b()
    {
        // x'w + b = 1 * 0.5 + 2 * (-1) + 1.5 = 0, whose sigmoid is 1/2; with x = (3, 0) it is 3.
        Variable x = _graph.Input("x", new Shape(Shape.Free, 2)), w = _graph.Parameter("w", new Shape(2, 1)), b = _graph.Parameter("b", Shape.Scalar);
        Variable prediction = Op.Sigmoid(Op.MatMul(x, w) + b);
        double[] y = Evaluate(prediction, new() { [x] = [1, 2, 3, 0], [w] = [0.5, -1], [b] = [1.5] }, rows: 2);
        Assert.AreEqual(0.5, y[0], 1e-15);
        Assert.AreEqual(1 / (1 + Math.Exp(-3)), y[1], 1e-15);
    }

    [TestMethod]
    public void A_layer_of_relu_units_works_on_a_design_matrix()
    {
        // H = max(0, XW + b), b added to every row. XW = [1 2; 3 4] [1 0; 0 -1] = [1 -2; 3 -4].
        Variable x = _graph.Input("X", new Shape(Shape.Free, 2)), w = _graph.Parameter("W", new Shape(2, 2)), b = _graph.Parameter("b", new Shape(2));
        Variable h = Op.Relu(Op.MatMul(x, w) + b);
        double[] value = Evaluate(h, new() { [x] = [1, 2, 3, 4], [w] = [1, 0, 0, -1], [b] = [0.5, 3] }, rows: 2);
        CollectionAssert.AreEqual(new double[] { 1.5, 1, 3.5, 0 }, value);
    }

    [TestMethod]
    public void One_weight_serves_the_prediction_and_the_penalty()
    {
        // Linear regression: prediction x'w = 1 * 3 + 2 * (-1) = 1, penalty 0.1 (9 + 1) = 1. dw of their sum: x + 0.2 w.
        Variable x = _graph.Input("x", new Shape(1, 2)), w = _graph.Parameter("w", new Shape(2, 1));
        Variable prediction = Op.MatMul(x, w), penalty = 0.1 * Op.SumOfSquares(w);
        Variable gradient = Backpropagation.Gradients(Op.Sum(prediction) + penalty, w)[0];
        double[][] values = Evaluate([prediction, penalty, gradient], new() { [x] = [1, 2], [w] = [3, -1] });
        Assert.AreEqual(1, values[0][0], 1e-15);
        Assert.AreEqual(1, values[1][0], 1e-15);
        Assert.AreEqual(1.6, values[2][0], 1e-15);
        Assert.AreEqual(1.8, values[2][1], 1e-15);
    }

    [TestMethod]
    public void Tensors_of_rank_3_add_and_sum()
    {
        Variable x = _graph.Input("x", new Shape(2, 1, 3)), y = _graph.Input("y", new Shape(2, 1));
        double[] sum = Evaluate(x + y, new() { [x] = [1, 2, 3, 4, 5, 6], [y] = [10, 20] });
        CollectionAssert.AreEqual(new double[] { 11, 12, 13, 21, 22, 23, 14, 15, 16, 24, 25, 26 }, sum);
    }
}
