using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Networks;
using Backprop.Operations;

namespace Backprop.Tests.Execution;

[TestClass]
public sealed class FusionTests
{
    private const int Rows = 37;

    [TestMethod]
    public void A_fused_step_of_an_mlp_has_the_bits_of_the_single_operations()
    {
        var network = new Mlp(new MlpArchitecture(11, [24, 7], 5), penalties: new() { L2 = 0.01 }, weighted: true);
        Variable[] learned = [.. network.Layers.SelectMany(layer => new[] { layer.Weights, layer.Bias })];
        AreSameBits(network.Cost, learned, [network.Cost, network.Outputs], labels: network.Targets, classes: 5);
    }

    [TestMethod]
    public void Kernels_are_the_same_for_an_mlp_and_for_the_same_operations_by_hand_in_another_shape_of_graph()
    {
        var network = new Mlp(new MlpArchitecture(4, [8, 8], 3), penalties: new() { L2 = 0.01 });
        Variable[] learned = [.. network.Layers.SelectMany(layer => new[] { layer.Weights, layer.Bias })];
        (Variable cost, Variable[] parameters, _) = TwoBranches();

        string[] ofMlp = FusedKernels(network.Cost, learned), ofBranches = FusedKernels(cost, parameters);

        string[] expected =
        [
            "MatMul + Add", "MatMul + Add + Relu", "MatMul + Gate", "MatMul + Multiply + Add",
            "Softmax + OneHot + Subtract + Multiply",
        ];
        CollectionAssert.AreEqual(expected, ofMlp);
        CollectionAssert.AreEqual(expected, ofBranches);
    }

    [TestMethod]
    public void Branches_with_a_shared_weight_have_the_bits_of_the_single_operations()
    {
        (Variable cost, Variable[] parameters, Variable labels) = TwoBranches();
        AreSameBits(cost, parameters, [cost], labels, classes: 3);
    }

    [TestMethod]
    public void What_is_read_twice_or_asked_for_is_not_fused_away()
    {
        var graph = new Graph();
        Variable x = graph.Input("x", new Shape(Shape.Free, 3)), w = graph.Parameter("w", new Shape(3, 4)), b = graph.Parameter("b", new Shape(4));
        Variable product = Op.MatMul(x, w), sum = Op.Add(product, b), relu = Op.Relu(sum);
        Variable both = Op.Multiply(relu, sum);

        var plan = new Plan<double>([product, both], 5);

        string[] kernels = [.. plan.ToString().Split('\n').Select(Kernel)];
        CollectionAssert.AreEqual((string[])["MatMul", "Add", "Relu", "Multiply"], kernels);
        Assert.AreEqual(2, new Plan<double>([both], 5).ToString().Split('\n').Count(line => Kernel(line) is "Relu" or "MatMul + Add"));
    }

    [TestMethod]
    public void A_variable_may_be_asked_for_twice_and_be_a_gradient_besides()
    {
        var graph = new Graph();
        Variable x = graph.Parameter("x", new Shape(2, 2)), w = graph.Parameter("w", new Shape(2, 2));
        Variable sum = Op.Add(Op.MatMul(x, w), x);
        var plan = new Plan<float>([sum, sum], 1, new Dictionary<Variable, Variable> { [w] = sum });
        float[] parameters = [1, 2, 3, 4, 5, 6, 7, 8];

        float[][] results = Run(plan, [sum, sum], parameters, null, 0);

        // [1 2; 3 4] [5 6; 7 8] + [1 2; 3 4] = [20 24; 46 54].
        CollectionAssert.AreEqual((float[])[20, 24, 46, 54], results[0]);
        CollectionAssert.AreEqual(results[0], results[1]);
        CollectionAssert.AreEqual((float[])[0, 0, 0, 0, 20, 24, 46, 54], results[2]);
    }

    [TestMethod]
    public void A_sum_that_broadcasts_the_product_or_a_column_stays_by_itself()
    {
        var graph = new Graph();
        Variable x = graph.Parameter("x", new Shape(1, 3)), w = graph.Parameter("w", new Shape(3, 3));
        Variable column = graph.Parameter("column", new Shape(3, 1)), square = graph.Parameter("square", new Shape(3, 3));
        foreach (Variable sum in new[] { Op.Add(Op.MatMul(x, w), square), Op.Add(Op.MatMul(square, w), column), Op.Add(column, Op.MatMul(x, w)) })
        {
            float[] parameters = Random(graph.ParameterCount, 5);
            Plan<float> fused = new([sum], Rows), plain = new([sum], Rows, fuse: false);
            Assert.AreEqual(plain.ToString(), fused.ToString());
            AreEqual(Run(plain, [sum], parameters, null, 0)[0], Run(fused, [sum], parameters, null, 0)[0]);
        }
    }

    [TestMethod]
    public void Sums_and_gates_of_products_fuse_whichever_side_they_stand_on()
    {
        var graph = new Graph();
        Variable x = graph.Input("x", new Shape(Shape.Free, 6)), w = graph.Parameter("w", new Shape(6, 6)), b = graph.Parameter("b", new Shape(1, 6));
        Variable left = Op.Add(b, Op.MatMul(x, w)), two = Op.Add(Op.MatMul(left, w, transposeB: true), Op.MatMul(x, w, transposeB: true));
        Variable gated = Op.Gate(Op.Add(Op.MatMul(two, w), Op.Scale(two, 0.3)), x);
        Variable cost = Op.Mean(gated);
        AreSameBits(cost, [w, b], [cost, gated], labels: null, classes: 0);
        string kernels = string.Join("; ", new Plan<float>([gated], 3).ToString().Split('\n').Select(Kernel));
        Assert.AreEqual("MatMul + Add; MatMul; MatMul + Add; MatMul + Multiply + Add + Gate", kernels);
    }

    /// <summary>Two halves of the features, each through one shared weight and a head of its own; the weights decay.</summary>
    private static (Variable Cost, Variable[] Parameters, Variable Labels) TwoBranches()
    {
        var graph = new Graph();
        Variable x = graph.Input("x", new Shape(Shape.Free, 10)), labels = graph.Input("labels", new Shape(Shape.Free, 1));
        Variable shared = graph.Parameter("shared", new Shape(5, 8)), bias = graph.Parameter("bias", new Shape(8));
        Variable left = graph.Parameter("left", new Shape(8, 3)), right = graph.Parameter("right", new Shape(8, 3));
        Variable logits = graph.Parameter("last", new Shape(3)), last = logits;
        foreach ((int start, Variable head) in new[] { (0, left), (5, right) })
        {
            Variable h = Op.Relu(Op.Add(Op.MatMul(Op.Slice(x, 1, start, 5), shared), bias));
            logits = Op.Add(Op.MatMul(h, head), logits);
        }

        Variable cost = Op.Mean(Op.SoftmaxCrossEntropy(logits, labels));
        foreach (Variable w in new[] { shared, left, right })
            cost = Op.Add(cost, Op.Scale(Op.SumOfSquares(w), 0.01));
        return (cost, [shared, bias, left, right, last], labels);
    }

    private static string[] FusedKernels(Variable cost, Variable[] parameters) =>
        [.. PlanStep(cost, parameters, [cost], fuse: true).ToString().Split('\n')
            .Select(Kernel).Where(name => name.Contains('+')).Distinct().Order(StringComparer.Ordinal)];

    private static string Kernel(string line) => line[(line.IndexOf('=') + 2)..line.IndexOf('(')].Trim();

    private static Plan<float> PlanStep(Variable cost, Variable[] parameters, Variable[] outputs, bool fuse, bool recompute = false)
    {
        IReadOnlyList<Variable> gradients = Backpropagation.Gradients(cost, parameters);
        return new Plan<float>(outputs, Rows + 3, parameters.Zip(gradients).ToDictionary(p => p.First, p => p.Second), recompute, fuse);
    }

    private static void AreSameBits(Variable cost, Variable[] parameters, Variable[] outputs, Variable? labels, int classes)
    {
        Plan<float> plain = PlanStep(cost, parameters, outputs, fuse: false), fused = PlanStep(cost, parameters, outputs, fuse: true);
        Assert.IsLessThan(plain.StepCount, fused.StepCount);
        Assert.AreEqual(plain.CountOperations(Rows), fused.CountOperations(Rows));
        float[] values = Random(cost.Graph.ParameterCount, 3);
        float[][] expected = Run(plain, outputs, values, labels, classes);
        AreEqualAll(expected, Run(fused, outputs, values, labels, classes));
        AreEqualAll(expected, Run(PlanStep(cost, parameters, outputs, fuse: true, recompute: true), outputs, values, labels, classes));
        AreEqualAll(expected, Run(fused, outputs, values, labels, classes, threads: 3));
    }

    /// <summary>The outputs and the gradients.</summary>
    private static float[][] Run(Plan<float> plan, Variable[] outputs, float[] parameters, Variable? labels, int classes, int threads = 1)
    {
        using Workspace<float> workspace = plan.CreateWorkspace(threads);
        int rows = Math.Min(Rows, plan.MaxRows);
        foreach (Variable input in plan.Inputs)
        {
            Span<float> values = workspace.Input(input, rows);
            for (int i = 0; i < values.Length; i++)
                values[i] = input == labels ? i % classes : MathF.Sin((7 * i) + 1);
        }

        var gradients = new float[parameters.Length];
        workspace.Run(parameters, gradients, rows);
        return [.. outputs.Select(output => workspace.Value(output).ToArray()), gradients];
    }

    private static float[] Random(int count, int seed)
    {
        var random = new RandomSource(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }

    private static void AreEqualAll(float[][] expected, float[][] actual)
    {
        for (int i = 0; i < expected.Length; i++)
            AreEqual(expected[i], actual[i]);
    }

    private static void AreEqual(float[] expected, float[] actual) =>
        CollectionAssert.AreEqual(expected.Select(BitConverter.SingleToInt32Bits).ToArray(), actual.Select(BitConverter.SingleToInt32Bits).ToArray());
}
