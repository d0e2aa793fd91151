using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Tests.Systems;

/// <summary>Row 17: simplification of the graph: fewer common subexpressions. (Each rule: Execution/SimplificationTests.)</summary>
[TestClass]
public class Row17Simplification
{
    private readonly Graph _graph = new();

    [TestMethod]
    public void The_third_derivative_of_f_of_f_of_f_has_fewer_steps_than_variables_and_the_same_value()
    {
        // f(w) = w^2 + w; each derivative is written by the algorithm without regard to what is there already.
        Variable w = _graph.Input("w", Shape.Scalar), z = F(F(F(w)));
        Variable d1 = Backpropagation.Gradients(z, w)[0];
        Variable d2 = Backpropagation.Gradients(d1, w)[0];
        Variable d3 = Backpropagation.Gradients(d2, w)[0];
        int written = Ancestors.Of([d3]).Count(v => v.Kind == VariableKind.Computed);
        var plan = new Plan<double>([d3], 1);
        Assert.IsLessThan(written * 3 / 4, plan.StepCount);

        using Workspace<double> workspace = plan.CreateWorkspace();
        workspace.Input(w)[0] = 0.5;
        workspace.Run();
        // With y = w^2 + w, x = y^2 + y: by the polynomial w^8 + 4w^7 + 8w^6 + 10w^5 + 9w^4 + 6w^3 + 3w^2 + w,
        // whose third derivative is 336w^5 + 840w^4 + 960w^3 + 600w^2 + 216w + 36.
        double x = 0.5;
        double expected = (336 * Math.Pow(x, 5)) + (840 * Math.Pow(x, 4)) + (960 * x * x * x) + (600 * x * x) + (216 * x) + 36;
        Assert.AreEqual(expected, workspace.Value(d3)[0], 1e-9);

        static Variable F(Variable v) => Op.Add(Op.Multiply(v, v), v);
    }
}
