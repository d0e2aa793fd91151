using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Tests.Execution;

[TestClass]
public class RecomputationTests
{
    [TestMethod]
    public void A_deep_network_has_the_same_gradient_in_much_less_memory_by_up_to_one_more_forward_pass()
    {
        const int depth = 100, width = 8, rows = 64;
        var graph = new Graph();
        Variable x = graph.Input("x", new Shape(Shape.Free, width)), h = x;
        var weights = new List<Variable>();
        for (int layer = 0; layer < depth; layer++)
        {
            weights.Add(graph.Parameter($"w{layer}", new Shape(width, width)));
            h = Op.Relu(Op.MatMul(h, weights[^1]));
        }

        Variable cost = Op.Mean(Op.Multiply(h, h));
        Dictionary<Variable, Variable> gradients = weights.Zip(Backpropagation.Gradients(cost, weights)).ToDictionary(p => p.First, p => p.Second);
        var kept = new Plan<float>([cost], rows, gradients);
        var recomputed = new Plan<float>([cost], rows, gradients, recompute: true);

        var random = new Random(1);
        float[] parameters = [.. Enumerable.Range(0, graph.ParameterCount).Select(_ => 0.6f * ((2 * random.NextSingle()) - 0.7f))];
        CollectionAssert.AreEqual(Run(kept), Run(recomputed));
        Assert.IsLessThan(kept.PeakBytes / 2, recomputed.PeakBytes);
        Assert.IsGreaterThan(kept.CountOperations(rows), recomputed.CountOperations(rows));
        Assert.IsLessThan(kept.CountOperations(rows) * 1.5, recomputed.CountOperations(rows));

        float[] Run(Plan<float> plan)
        {
            using Workspace<float> workspace = plan.CreateWorkspace();
            Span<float> input = workspace.Input(x, rows);
            for (int i = 0; i < input.Length; i++)
                input[i] = i % 7;
            var gradient = new float[graph.ParameterCount];
            workspace.Run(parameters, gradient, rows);
            Assert.IsTrue(Array.Exists(gradient, g => g != 0));
            return [.. gradient, workspace.Value(cost)[0]];
        }
    }

    [TestMethod]
    [DataRow(5)]
    [DataRow(20)]
    [DataRow(40)]
    public void A_grid_of_nodes_that_all_hang_together_costs_no_more_than_three_times_the_work(int size)
    {
        var graph = new Graph();
        Variable x = graph.Input("x", new Shape(64)), w = graph.Input("w", new Shape(64));
        Variable[] layer = [.. Enumerable.Range(0, size).Select(i => x * (i + 1.0))];
        for (int depth = 0; depth < size; depth++)
            layer = [.. layer.Select((v, i) => Op.Tanh(v * layer[(i + 1) % size] * w))];
        Variable g = Backpropagation.Gradients(Op.Sum(layer.Aggregate(Op.Add)), w)[0];
        CheckBounded(g);
    }

    [TestMethod]
    public void A_wide_and_shallow_graph_costs_no_more_than_three_times_the_work()
    {
        var graph = new Graph();
        Variable w = graph.Input("w", new Shape(8));
        Variable z = graph.Apply(new Accumulate(), [.. Enumerable.Range(1, 5000).Select(i => Op.Tanh(w * i))]);
        CheckBounded(Backpropagation.Gradients(Op.Sum(z), w)[0]);
    }

    private static void CheckBounded(Variable g)
    {
        var plain = new Plan<double>([g], 1);
        var recomputed = new Plan<double>([g], 1, recompute: true);
        Assert.IsLessThanOrEqualTo(3 * plain.StepCount, recomputed.StepCount);
        Assert.IsLessThanOrEqualTo(plain.PeakBytes, recomputed.PeakBytes);
        CollectionAssert.AreEqual(Run(plain), Run(recomputed));

        double[] Run(Plan<double> plan)
        {
            using Workspace<double> workspace = plan.CreateWorkspace();
            foreach (Variable input in plan.Inputs)
                workspace.Input(input).Fill(0.1);
            workspace.Run();
            return workspace.Value(g).ToArray();
        }
    }

    [TestMethod]
    public void A_chain_of_100000_is_planned_and_run_in_little_memory()
    {
        var graph = new Graph();
        Variable x = graph.Input("x", new Shape(64)), v = x;
        for (int i = 0; i < 100_000; i++)
            v = Op.Relu(v);
        Variable g = Backpropagation.Gradients(Op.Sum(v), x)[0];
        var plan = new Plan<float>([g], 1, recompute: true);
        using Workspace<float> workspace = plan.CreateWorkspace();
        workspace.Input(x).Fill(2);
        workspace.Run();
        Assert.IsTrue(workspace.Value(g).IndexOfAnyExcept(1) < 0);
        Assert.IsLessThan(100_000 * 64 * sizeof(float) / 20, plan.PeakBytes);
    }
}
