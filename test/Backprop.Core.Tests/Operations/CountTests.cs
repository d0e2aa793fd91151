using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Tests.Operations;

/// <summary>The floating-point operations that an operation says it does.</summary>
[TestClass]
public class CountTests
{
    private const int Rows = 7;

    private readonly Graph _graph = new();

    [TestMethod]
    public void A_product_of_matrices_does_2mnk_however_they_lie()
    {
        // 7 by 5 times 5 by 3: 2 * 7 * 5 * 3 = 210. Its gradients: G B' and X' G, each as many.
        Variable x = _graph.Input("x", new Shape(Shape.Free, 5)), b = _graph.Input("b", new Shape(5, 3));
        Variable g = _graph.Input("g", new Shape(Shape.Free, 3));
        Assert.AreEqual(210, Count(Op.MatMul(x, b)));
        Assert.AreEqual(210, Count(Op.MatMul(g, b, transposeB: true)));
        Assert.AreEqual(210, Count(Op.MatMul(x, g, transposeA: true)));
        Assert.AreEqual(0, Count(Op.MatMul(x, b), rows: 0));
        Variable large = _graph.Input("large", new Shape(40_000, 40_000));
        Assert.AreEqual(128_000_000_000_000, Count(Op.MatMul(large, large)));
    }

    [TestMethod]
    public void A_reduction_does_one_for_each_element_of_its_input()
    {
        Variable x = _graph.Input("x", new Shape(Shape.Free, 5));
        Assert.AreEqual(35, Count(Op.Sum(x)));
        Assert.AreEqual(35, Count(Op.SumTo(x, new Shape(5))));
        Assert.AreEqual(35, Count(Op.Max(x)));
        Assert.AreEqual(70, Count(Op.SumOfSquares(x)));
    }

    [TestMethod]
    public void What_goes_element_by_element_does_one_for_each_element_of_its_result()
    {
        Variable x = _graph.Input("x", new Shape(Shape.Free, 5)), row = _graph.Input("row", new Shape(5));
        Assert.AreEqual(35, Count(Op.Add(row, x)));
        Assert.AreEqual(35, Count(Op.Exp(x)));
        Assert.AreEqual(35, Count(Op.Relu(x)));
        Assert.AreEqual(70, Count(Op.SquaredError(x, x)));
        Assert.AreEqual(175, Count(Op.Softmax(x)));
        Assert.AreEqual(35, Count(_graph.Apply(new Accumulate(), x, x)));
    }

    [TestMethod]
    public void What_only_moves_elements_does_nothing()
    {
        Variable x = _graph.Input("x", new Shape(Shape.Free, 6)), y = _graph.Input("y", new Shape(Shape.Free, 1));
        Variable[] moved =
        [
            Op.Reshape(x, new Shape(Shape.Free, 2, 3)), Op.Transpose(x), Op.Slice(x, 1, 0, 2), Op.Pad(x, 1, 0, 2),
            Op.Concatenate(1, x, x), Op.BroadcastTo(y, x.Shape), Op.OneHot(y, 3), _graph.Apply(new Accumulate(), x),
        ];
        foreach (Variable v in moved)
            Assert.AreEqual(0, Count(v), v.ToString());
    }

    private static long Count(Variable v, int rows = Rows) =>
        v.Operation!.CountOperations([.. v.Inputs.Select(input => input.Shape)], v.Shape, rows);
}
