using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Tests.Execution;

[TestClass]
public class SimplificationTests
{
    private readonly Graph _graph = new();

    [TestMethod]
    public void Ones_and_zeros_cost_nothing()
    {
        Variable x = _graph.Input("x", new Shape(3)), one = _graph.Constant(1), zero = _graph.Constant(0, new Shape(3));
        Assert.AreEqual(0, Steps(Op.Multiply(x, one)));
        Assert.AreEqual(0, Steps(Op.Multiply(one, x)));
        Assert.AreEqual(0, Steps(Op.Add(x, zero)));
        Assert.AreEqual(0, Steps(Op.Add(zero, x)));
        Assert.AreEqual(0, Steps(Op.Subtract(x, zero)));
        Assert.AreEqual(1, Steps(Op.Subtract(zero, x)));
        Assert.AreEqual(1, Steps(Op.Multiply(x, zero)), "0 times infinity is NaN");
        Assert.AreEqual(1, Steps(Op.Multiply(_graph.Input("s", Shape.Scalar), _graph.Constant(1, new Shape(3)))), "it also broadcasts");
    }

    [TestMethod]
    public void What_is_undone_costs_nothing()
    {
        Variable x = _graph.Input("x", new Shape(2, Shape.Free, 4));
        Assert.AreEqual(0, Steps(Op.Transpose(Op.Transpose(x))));
        Assert.AreEqual(0, Steps(Op.Transpose(Op.Transpose(x, 1, 2, 0), 2, 0, 1)));
        Assert.AreEqual(2, Steps(Op.Transpose(Op.Transpose(x, 1, 2, 0), 1, 2, 0)));
        Assert.AreEqual(0, Steps(Op.Reshape(Op.Reshape(x, new Shape(8, Shape.Free)), x.Shape)));
        Assert.AreEqual(2, Steps(Op.Reshape(Op.Reshape(x, new Shape(8, Shape.Free)), new Shape(Shape.Free, 8))));
        Assert.AreEqual(0, Steps(Op.Divide(x, _graph.Constant(1))));
    }

    [TestMethod]
    public void Functions_of_constants_are_constants()
    {
        Variable c = _graph.Constant(4, new Shape(2, 3));
        Variable[] folded =
            [Op.Sqrt(c), Op.Divide(c, c), Op.Select(c, c, c), Op.SquaredError(c, c), Op.Transpose(c), Op.Slice(c, 0, 0, 1)];
        var plan = new Plan<double>(folded, 1);
        Assert.AreEqual(0, plan.StepCount);
        using Workspace<double> workspace = plan.CreateWorkspace();
        workspace.Run();
        CollectionAssert.AreEqual(new double[] { 2, 1, 4, 0, 4, 4 }, folded.Select(v => workspace.Value(v)[0]).ToArray());
    }

    [TestMethod]
    public void What_depends_on_constants_alone_is_computed_when_planned()
    {
        Variable c = Op.Multiply(Op.Subtract(_graph.Constant(5), _graph.Constant(2)), Op.Relu(_graph.Constant(4, new Shape(2))));
        var plan = new Plan<double>([c], 1);
        Assert.AreEqual(0, plan.StepCount);
        using Workspace<double> workspace = plan.CreateWorkspace();
        workspace.Run();
        CollectionAssert.AreEqual(new double[] { 12, 12 }, workspace.Value(c).ToArray());
    }

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

    private static int Steps(Variable v) => new Plan<double>([v], 1).StepCount;
}
