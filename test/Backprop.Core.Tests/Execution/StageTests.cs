using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Operations;

namespace Backprop.Tests.Execution;

/// <summary>Threads share rows, steps and parts of products; nobody can tell from the bits.</summary>
[TestClass]
public sealed class StageTests
{
    [TestMethod]
    [DataRow(256)]
    [DataRow(77)] // Not a multiple of what threads share.
    [DataRow(40)]
    [DataRow(9)] // Too few rows to share: the products are shared, each by itself.
    public void Any_number_of_threads_gives_the_bits_of_one_and_of_unfused_unstaged_steps(int rows)
    {
        (Variable cost, Variable[] parameters) = Network();
        Dictionary<Variable, Variable> gradients =
            parameters.Zip(Backpropagation.Gradients(cost, parameters)).ToDictionary(p => p.First, p => p.Second);
        var plan = new Plan<float>([cost], 300, gradients);
        var single = new Plan<float>([cost, .. gradients.Values], 300, fuse: false);
        float[] values = Random(cost.Graph.ParameterCount);

        float[] expected = Run(plan, cost, values, rows, threads: 1);
        foreach (int threads in (int[])[2, 3, 7])
            CollectionAssert.AreEqual(expected, Run(plan, cost, values, rows, threads), $"{threads} threads");

        using Workspace<float> workspace = single.CreateWorkspace();
        Feed(workspace, single, rows);
        workspace.Run(values, [], rows);
        foreach ((Variable parameter, Variable gradient) in gradients)
        {
            float[] expectedGradient = [.. parameter.Segment!.Of<float>(expected.AsSpan(0, values.Length))];
            CollectionAssert.AreEqual(workspace.Value(gradient).ToArray(), expectedGradient, parameter.Name);
        }

        Assert.AreEqual(workspace.Value(cost)[0], expected[^1]);
    }

    [TestMethod]
    public void An_operation_that_mixes_rows_is_not_shared_by_rows()
    {
        var graph = new Graph();
        Variable x = graph.Input("x", new Shape(Shape.Free, 400)), w = graph.Parameter("w", new Shape(400, 400));
        Variable mixed = graph.Apply(new ReverseRows(), Op.Tanh(Op.MatMul(x, w)));
        Variable cost = Op.Mean(Op.MatMul(mixed, w));
        Dictionary<Variable, Variable> gradients = new() { [w] = Backpropagation.Gradients(cost, w)[0] };
        var plan = new Plan<float>([cost], 128, gradients);
        float[] values = Random(graph.ParameterCount);
        CollectionAssert.AreEqual(Run(plan, cost, values, 128, threads: 1), Run(plan, cost, values, 128, threads: 2));
    }

    [TestMethod]
    public void A_run_by_several_threads_allocates_nothing()
    {
        (Variable cost, Variable[] parameters) = Network();
        var plan = new Plan<float>([cost], 64, parameters.Zip(Backpropagation.Gradients(cost, parameters)).ToDictionary(p => p.First, p => p.Second));
        float[] values = Random(cost.Graph.ParameterCount), gradients = new float[values.Length];
        using Workspace<float> workspace = plan.CreateWorkspace(2);
        Assert.IsNotNull(workspace.Team);
        long before = 0;
        for (int run = 0; run < 40; run++)
        {
            if (run == 20)
                before = GC.GetTotalAllocatedBytes(precise: true);
            Feed(workspace, plan, 64);
            workspace.Run(values, gradients, 64);
        }

        // Other tests may run at the same time in this process: not the tests of this class, and none that is not parallel.
        Assert.IsLessThan(200_000L, GC.GetTotalAllocatedBytes(precise: true) - before);
        before = GC.GetAllocatedBytesForCurrentThread();
        workspace.Run(values, gradients, 64);
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Several kinds of operation row by row, wide enough to be worth several threads.</summary>
    private static (Variable Cost, Variable[] Parameters) Network()
    {
        var graph = new Graph();
        Variable x = graph.Input("x", new Shape(Shape.Free, 300)), labels = graph.Input("labels", new Shape(Shape.Free, 1));
        Variable w1 = graph.Parameter("w1", new Shape(300, 500)), b1 = graph.Parameter("b1", new Shape(500));
        Variable w2 = graph.Parameter("w2", new Shape(500, 203)), b2 = graph.Parameter("b2", new Shape(1, 203));
        Variable w3 = graph.Parameter("w3", new Shape(203, 7));
        Variable h1 = Op.Tanh(Op.Add(Op.MatMul(x, w1), b1));
        Variable h2 = Op.Gelu(Op.Add(Op.MatMul(h1, w2), b2));
        h2 = Op.Multiply(h2, Op.Softmax(h2));
        Variable logits = Op.MatMul(Op.Concatenate(1, Op.Slice(h2, 1, 100, 103), Op.Slice(h2, 1, 0, 100)), w3);
        Variable cost = Op.Mean(Op.SoftmaxCrossEntropy(logits, labels));
        cost = Op.Add(cost, Op.Scale(Op.SumOfSquares(w2), 0.01));
        return (cost, [w1, b1, w2, b2, w3]);
    }

    private static float[] Run(Plan<float> plan, Variable cost, float[] parameters, int rows, int threads)
    {
        using Workspace<float> workspace = plan.CreateWorkspace(threads);
        Assert.AreEqual(threads, workspace.Team?.Threads ?? 1);
        Feed(workspace, plan, rows);
        var gradients = new float[parameters.Length];
        workspace.Run(parameters, gradients, rows);
        return [.. gradients, workspace.Value(cost)[0]];
    }

    private static void Feed(Workspace<float> workspace, Plan<float> plan, int rows)
    {
        foreach (Variable input in plan.Inputs)
        {
            Span<float> values = workspace.Input(input, rows);
            for (int i = 0; i < values.Length; i++)
                values[i] = input.Name == "labels" ? i % 7 : MathF.Sin(i);
        }
    }

    private static float[] Random(int count)
    {
        var random = new RandomSource(4);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) / 4))];
    }

    private sealed record ReverseRows : Operation
    {
        public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0];

        public override void Forward<T>(in Operands<T> x)
        {
            int width = x.Size(0, 1);
            for (int row = 0; row < x.Rows; row++)
                x[0].Slice((x.Rows - 1 - row) * width, width).CopyTo(x.Output[(row * width)..]);
        }

        public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => g.Graph.Apply(new ReverseRows(), g);
    }
}
