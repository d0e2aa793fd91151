using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Networks;

namespace Backprop.Tests.Systems;

/// <summary>Row 7: symbol-to-number derivatives: a graph and numbers in, numbers out.</summary>
[TestClass]
public class Row07SymbolToNumber
{
    [TestMethod]
    public void It_agrees_with_symbol_to_symbol_to_the_last_bit()
    {
        var network = new Mlp(new MlpArchitecture(3, [5], 2), penalties: new() { L2 = 0.1 });
        Variable[] parameters = [.. network.Layers.SelectMany(layer => new[] { layer.Weights, layer.Bias })];
        var random = new Random(1);
        var values = new Dictionary<Variable, float[]> { [network.Features] = Numbers(4 * 3), [network.Targets] = [0, 1, 1, 0] };
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
