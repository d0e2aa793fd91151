using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Tests.Systems;

/// <summary>Row 6: symbol-to-symbol derivatives: the gradient is new variables of the same graph.</summary>
[TestClass]
public class Row06SymbolToSymbol
{
    [TestMethod]
    public void Gradients_can_be_printed_evaluated_for_any_subset_and_differentiated_again()
    {
        var graph = new Graph();
        Variable x = graph.Input("x", Shape.Scalar), w = graph.Parameter("w", Shape.Scalar);
        Variable z = x * (w * w);
        IReadOnlyList<Variable> g = Backpropagation.Gradients(z, x, w);
        Assert.AreEqual("x * w * w", z.ToString().Replace("(", "").Replace(")", ""));
        Assert.IsTrue(g.All(v => v.Graph == graph && v.DerivativeOrder == 1));
        StringAssert.Contains(Drawing.ToMermaid(g), ":::gradient");

        var values = new Dictionary<Variable, double[]> { [x] = [5], [w] = [3] };
        Assert.AreEqual(9, Evaluator.Evaluate(g[0], values)[0]);
        Assert.AreEqual(30, Evaluator.Evaluate(g[1], values)[0]);
        Variable second = Backpropagation.Gradients(g[1], w)[0];
        Assert.AreEqual(10, Evaluator.Evaluate(second, values)[0]);
        Assert.AreEqual(2, second.DerivativeOrder);
    }
}
