using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Networks;
using Backprop.Operations;

namespace Backprop.Tests.Systems;

/// <summary>Rows 6 and 7: the gradient as new variables of the same graph (symbol-to-symbol), and as numbers (symbol-to-number).</summary>
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

    [TestMethod]
    public void Row_7_symbol_to_number_agrees_with_symbol_to_symbol_to_the_last_bit()
    {
        var network = new Mlp(new MlpArchitecture(3, [5], 2), 0.1);
        Variable[] parameters = [.. network.Layers.SelectMany(layer => new[] { layer.Weights, layer.Bias })];
        var random = new Random(1);
        var values = new Dictionary<Variable, float[]> { [network.Features] = Numbers(4 * 3), [network.Labels] = [0, 1, 1, 0] };
        foreach (Variable p in parameters)
            values[p] = Numbers(p.Shape.Count(0));

        IReadOnlyList<Variable> symbols = Backpropagation.Gradients(network.Cost, parameters);
        float[][] numbers = Evaluator.Gradients(network.Cost, parameters, values, rows: 4);
        float[][] evaluated = Evaluator.Evaluate([.. symbols], values, rows: 4);
        for (int i = 0; i < parameters.Length; i++)
            CollectionAssert.AreEqual(evaluated[i], numbers[i]);

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
