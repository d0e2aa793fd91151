using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Tests.Systems;

/// <summary>Row 11: repeated subexpressions f(f(f(w))), stored once or computed again. (More: Execution/RecomputationTests.)</summary>
[TestClass]
public class Row11RepeatedSubexpressions
{
    [TestMethod]
    public void Stored_once_f_is_evaluated_three_times_and_recomputed_gives_the_same_for_less_memory_and_more_work()
    {
        var graph = new Graph();
        Variable w = graph.Input("w", new Shape(64)), z = w;
        for (int i = 0; i < 60; i++)
            z = Op.Tanh(z);
        Variable g = Backpropagation.Gradients(Op.Sum(z), w)[0];
        var stored = new Plan<double>([g], 1);
        var recomputed = new Plan<double>([g], 1, recompute: true);
        Assert.AreEqual(60, stored.Steps.Count(step => step.Operation is Tanh), "the gradient says tanh(x) again, and it costs nothing");
        CollectionAssert.AreEqual(Run(stored), Run(recomputed));
        Assert.IsLessThan(stored.PeakBytes, recomputed.PeakBytes);
        Assert.IsGreaterThan(stored.CountOperations(), recomputed.CountOperations());

        double[] Run(Plan<double> plan)
        {
            using Workspace<double> workspace = plan.CreateWorkspace();
            workspace.Input(w).Fill(0.3);
            workspace.Run();
            return workspace.Value(g).ToArray();
        }
    }
}
