using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Systems;

/// <summary>Row 10: acyclic graphs beyond stacks of layers, parameters shared by several operations: the drawing of S1.</summary>
[TestClass]
public class Row10SharedParameters
{
    [TestMethod]
    public void The_drawings_gradients_are_its_path_sums()
    {
        // x1 = f1(x0; w1) = w1 x0, x2 = f2(x0, x1; w2) = w2 x0 x1, x3 = f3(x1, x2; w1) = x1 + w1 x2, l = x3.
        // At x0 = 2, w1 = 3, w2 = 5: x1 = 6, x2 = 60, x3 = 186.
        var graph = new Graph();
        Variable x0 = graph.Input("x0", Shape.Scalar), w1 = graph.Parameter("w1", Shape.Scalar), w2 = graph.Parameter("w2", Shape.Scalar);
        Variable x1 = w1 * x0, x2 = (w2 * x0) * x1, x3 = x1 + (w1 * x2);
        IReadOnlyList<Variable> g = Backpropagation.Gradients(x3, x2, x1, w1, w2);
        double[][] values = Evaluate([x3, .. g], new() { [x0] = [2], [w1] = [3], [w2] = [5] });
        Assert.AreEqual(186, values[0][0]);
        Assert.AreEqual(3, values[1][0], "dl/dx2 = J(f3|x2) = w1");
        Assert.AreEqual(31, values[2][0], "dl/dx1 = J(f2|x1) dl/dx2 + J(f3|x1) = w2 x0 w1 + 1");
        Assert.AreEqual(122, values[3][0], "dl/dw1 = J(f3|w1) + J(f1|w1) dl/dx1 = x2 + x0 31");
        Assert.AreEqual(36, values[4][0], "dl/dw2 = J(f2|w2) dl/dx2 = x0 x1 w1");
    }

    [TestMethod]
    public void A_shared_matrix_gets_the_sum_of_what_its_copies_would_get()
    {
        var random = new Random(4);
        double[] x = RandomValues(random, 6), w = RandomValues(random, 9);
        var graph = new Graph();
        Variable input = graph.Input("x", new Shape(2, 3));
        Variable shared = graph.Parameter("shared", new Shape(3, 3));
        Variable first = graph.Parameter("first", new Shape(3, 3)), second = graph.Parameter("second", new Shape(3, 3));
        Variable one = Backpropagation.Gradients(Z(shared, shared), shared)[0];
        IReadOnlyList<Variable> two = Backpropagation.Gradients(Z(first, second), first, second);
        double[][] g = Evaluate([one, .. two], new() { [input] = x, [shared] = w, [first] = w, [second] = w });
        for (int i = 0; i < 9; i++)
            Assert.AreEqual(g[1][i] + g[2][i], g[0][i], 1e-12);

        Variable Z(Variable a, Variable b) => Op.SumOfSquares(Op.MatMul(Op.Relu(Op.MatMul(input, a)), b));
    }
}
