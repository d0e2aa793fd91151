using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Tests.Systems;

/// <summary>Row 2: forward propagation in topological order, algorithm 6.1.</summary>
[TestClass]
public class Row02ForwardPropagation
{
    [TestMethod]
    public void Values_equal_hand_arithmetic_whatever_is_asked_for_and_in_which_order()
    {
        // u3 = u1 u2 = 6, u4 = u3 + u1 = 8, u5 = u4 u4 - u2 = 61.
        var graph = new Graph();
        Variable u1 = graph.Input("u1", Shape.Scalar), u2 = graph.Input("u2", Shape.Scalar);
        Variable u3 = u1 * u2, u4 = u3 + u1, u5 = (u4 * u4) - u2;
        var values = new Dictionary<Variable, double[]> { [u1] = [2], [u2] = [3] };
        CollectionAssert.AreEqual(
            new double[] { 61, 6, 8, 2 }, Evaluator.Evaluate([u5, u3, u4, u1], values).Select(v => v[0]).ToArray());
        Assert.AreEqual(6, Evaluator.Evaluate(u3, values)[0]);
    }

    [TestMethod]
    public void A_value_that_is_missing_or_too_long_is_named()
    {
        var graph = new Graph();
        Variable x = graph.Input("x", new Shape(2)), w = graph.Parameter("w", new Shape(2));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Evaluator.Evaluate(x * w, new Dictionary<Variable, float[]> { [x] = [1, 2] })).Message,
            "no value for w [2]");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Evaluator.Evaluate(x, new Dictionary<Variable, float[]> { [x] = [1, 2, 3] })).Message,
            "x [2] has 2 elements");
    }
}
