using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Networks;
using Backprop.Operations;

namespace Backprop.Tests.Execution;

[TestClass]
public class PlanTests
{
    private readonly Graph _graph = new();

    [TestMethod]
    public void Five_rows_on_a_plan_for_32_give_the_bits_of_a_plan_for_5()
    {
        var network = new Mlp(new MlpArchitecture(7, [9, 4], 3), penalties: new() { L2 = 0.01 });
        (float Cost, float[] Gradients) large = Step(network, maxRows: 32), small = Step(network, maxRows: 5);
        Assert.AreEqual(small.Cost, large.Cost);
        CollectionAssert.AreEqual(small.Gradients, large.Gradients);
    }

    [TestMethod]
    public void Equal_subexpressions_are_computed_once()
    {
        Variable x = _graph.Input("x", new Shape(2, 2));
        Variable a = Op.MatMul(x, x), b = Op.MatMul(x, x), c = Op.MatMul(x, x, transposeA: true);
        var plan = new Plan<double>([Op.Add(a, b), Op.Add(a, c)], 1, fuse: false);
        Assert.AreEqual(4, plan.StepCount); // a (which b is too), c, and two sums.
    }

    [TestMethod]
    public void Only_what_the_outputs_need_is_computed()
    {
        Variable x = _graph.Input("x", Shape.Scalar), unused = _graph.Input("unused", Shape.Scalar);
        Op.Multiply(unused, unused);
        var plan = new Plan<double>([Op.Relu(x)], 1);
        Assert.AreEqual(1, plan.StepCount);
        CollectionAssert.AreEqual(new[] { x }, plan.Inputs.ToArray());
    }

    [TestMethod]
    public void Values_whose_lives_do_not_overlap_share_memory_and_no_others()
    {
        // A chain of 50 needs two buffers at a time, beside the input; and the values must still be right.
        Variable x = _graph.Input("x", new Shape(Shape.Free, 16)), v = x;
        for (int i = 0; i < 50; i++)
            v = Op.Add(Op.Scale(v, 1), x);
        var plan = new Plan<double>([v], 10);
        Assert.IsLessThanOrEqualTo(3 * 160 + 64, plan.WorkLength);
        using Workspace<double> workspace = plan.CreateWorkspace();
        workspace.Input(x, 10).Fill(2);
        workspace.Run(10);
        Assert.IsTrue(workspace.Value(v).IndexOfAnyExcept(102) < 0);
    }

    [TestMethod]
    public void A_gradient_that_is_an_input_or_belongs_to_two_parameters_still_lands_in_its_place()
    {
        // z = sum(x u) + sum(x v): both gradients are x itself.
        Variable x = _graph.Input("x", new Shape(3)), u = _graph.Parameter("u", new Shape(3)), v = _graph.Parameter("v", new Shape(3));
        Variable z = Op.Add(Op.Sum(Op.Multiply(x, u)), Op.Sum(Op.Multiply(x, v)));
        IReadOnlyList<Variable> g = Backpropagation.Gradients(z, u, v);
        var plan = new Plan<double>([z], 1, new Dictionary<Variable, Variable> { [u] = g[0], [v] = g[1] });
        using Workspace<double> workspace = plan.CreateWorkspace();
        ((double[])[1, 2, 3]).CopyTo(workspace.Input(x));
        var gradients = new double[6];
        workspace.Run([1, 1, 1, 1, 1, 1], gradients);
        CollectionAssert.AreEqual(new double[] { 1, 2, 3, 1, 2, 3 }, gradients);
        Assert.AreEqual(12, workspace.Value(z)[0]);
    }

    [TestMethod]
    public void A_training_step_allocates_nothing()
    {
        var network = new Mlp(new MlpArchitecture(20, [32], 5), penalties: new() { L2 = 0.01 });
        (Plan<float> plan, float[] parameters, float[] gradients) = Training(network, 16);
        using Workspace<float> workspace = plan.CreateWorkspace();
        for (int i = 0; i < 3; i++)
            RunStep();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            RunStep();
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void RunStep()
        {
            workspace.Input(network.Features, 16).Fill(0.5f);
            workspace.Input(network.Targets, 16).Fill(2);
            workspace.Run(parameters, gradients, 16);
        }
    }

    [TestMethod]
    public void No_rows_are_no_fault()
    {
        Variable x = _graph.Input("x", new Shape(Shape.Free, 3)), w = _graph.Parameter("w", new Shape(3, 2));
        Variable sum = Op.Sum(Op.MatMul(x, w));
        using Workspace<double> workspace = new Plan<double>([sum], 4).CreateWorkspace();
        workspace.Input(x, 0);
        workspace.Run(new double[6], [], 0);
        Assert.AreEqual(0, workspace.Value(sum)[0]);
    }

    [TestMethod]
    public void Wrong_use_is_an_error_that_says_what_is_wrong()
    {
        Variable x = _graph.Input("x", new Shape(Shape.Free, 2)), w = _graph.Parameter("w", new Shape(2, 1)), y = Op.MatMul(x, w);
        var plan = new Plan<double>([y], 4);
        using Workspace<double> workspace = plan.CreateWorkspace();
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => workspace.Run([1, 2], [])).Message, "x [rows, 2] was not fed");
        workspace.Input(x, 1).Clear();
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => workspace.Run([1], [])).Message, "2 parameters");
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => workspace.Run([1, 2], [], 3)).Message,
            "x [rows, 2] was fed with 1 rows; the run has 3");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => workspace.Value(y).ToArray()).Message, "not run yet");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => workspace.Run([1, 2], [], 5)).Message, "0 to 4 rows");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => workspace.Input(w)).Message, "no input");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => workspace.Value(x).ToArray()).Message, "no output");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Plan<double>([], 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Plan<double>([y], 0));
        Assert.ThrowsExactly<ArgumentException>(() => new Plan<double>([y], 1, new Dictionary<Variable, Variable> { [x] = x }));
        Assert.ThrowsExactly<ArgumentException>(() => new Plan<double>([y], 1, new Dictionary<Variable, Variable> { [w] = x }));
        Assert.ThrowsExactly<ArgumentException>(() => new Plan<double>([y, new Graph().Constant(1)], 1));
    }

    [TestMethod]
    public void A_run_that_failed_has_no_values_and_gradients_never_overwrite_parameters()
    {
        Variable z = _graph.Input("z", new Shape(1, 2)), y = _graph.Input("y", new Shape(1, 1)), w = _graph.Parameter("w", new Shape(1, 2));
        Variable cost = Op.Sum(Op.SoftmaxCrossEntropy(Op.Add(z, w), y));
        var plan = new Plan<double>([cost], 1, new Dictionary<Variable, Variable> { [w] = Backpropagation.Gradients(cost, w)[0] });
        using Workspace<double> workspace = plan.CreateWorkspace();
        workspace.Input(z).Fill(1);
        workspace.Input(y)[0] = 7;
        double[] parameters = [0, 0], gradients = [0, 0];
        Assert.ThrowsExactly<ArgumentException>(() => workspace.Run(parameters, gradients));
        Assert.ThrowsExactly<InvalidOperationException>(() => workspace.Value(cost).ToArray());
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => workspace.Run(parameters, parameters)).Message, "same array");
    }

    [TestMethod]
    public void A_checked_run_names_the_first_variable_that_is_not_finite()
    {
        // 1e200 is finite, its square is not; what is computed from that is not the first.
        Variable x = _graph.Input("x", new Shape(2)), square = Op.Multiply(x, x), after = Op.Subtract(square, square);
        using Workspace<double> workspace = new Plan<double>([after], 1).CreateWorkspace();
        workspace.Input(x).Fill(1);
        Assert.IsNull(workspace.RunChecked([], []));
        workspace.Input(x)[1] = 1e200;
        Assert.AreSame(square, workspace.RunChecked([], []));
        Assert.IsTrue(double.IsNaN(workspace.Value(after)[1]));
        workspace.Input(x)[0] = double.NaN;
        Assert.AreSame(x, workspace.RunChecked([], []));
    }

    private static (Plan<float> Plan, float[] Parameters, float[] Gradients) Training(Mlp network, int maxRows)
    {
        Variable[] parameters = [.. network.Layers.SelectMany(layer => new[] { layer.Weights, layer.Bias })];
        IReadOnlyList<Variable> gradients = Backpropagation.Gradients(network.Cost, parameters);
        var plan = new Plan<float>([network.Cost], maxRows, parameters.Zip(gradients).ToDictionary(p => p.First, p => p.Second));
        return (plan, network.Initialize(new RandomSource(3)), new float[network.Graph.ParameterCount]);
    }

    private static (float Cost, float[] Gradients) Step(Mlp network, int maxRows)
    {
        (Plan<float> plan, float[] parameters, float[] gradients) = Training(network, maxRows);
        using Workspace<float> workspace = plan.CreateWorkspace();
        var random = new Random(1);
        foreach (ref float x in workspace.Input(network.Features, 5))
            x = random.NextSingle();
        ((float[])[0, 1, 2, 1, 0]).CopyTo(workspace.Input(network.Targets, 5));
        workspace.Run(parameters, gradients, 5);
        return (workspace.Value(network.Cost)[0], gradients);
    }
}
