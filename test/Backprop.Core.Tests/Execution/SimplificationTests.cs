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

    private static int Steps(Variable v) => new Plan<double>([v], 1).StepCount;
}
