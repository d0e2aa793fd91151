using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Operations;

[TestClass]
public class OperationTests
{
    private readonly Graph _graph = new();

    [TestMethod]
    public void Matmul_adds_the_bias_row_and_relu_cuts_at_zero()
    {
        // X = [1 2; 3 4], W = [1 -1; 0.5 -2], b = [0.5 1]: XW + b = [2.5 -4; 5.5 -10], of which ReLU leaves the first column.
        Variable x = _graph.Input("x", new Shape(Shape.Free, 2)), w = _graph.Parameter("w", new Shape(2, 2)), b = _graph.Parameter("b", new Shape(2));
        Variable a = Op.Add(Op.MatMul(x, w), b);
        double[][] values = Evaluate([a, Op.Relu(a)], new() { [x] = [1, 2, 3, 4], [w] = [1, -1, 0.5, -2], [b] = [0.5, 1] }, rows: 2);
        CollectionAssert.AreEqual(new double[] { 2.5, -4, 5.5, -10 }, values[0]);
        CollectionAssert.AreEqual(new double[] { 2.5, 0, 5.5, 0 }, values[1]);
    }

    [TestMethod]
    public void Relu_keeps_NaN_and_infinity()
    {
        Variable x = _graph.Input("x", new Shape(4));
        double[] y = Evaluate(Op.Relu(x), new() { [x] = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0] });
        Assert.IsTrue(double.IsNaN(y[0]));
        Assert.AreEqual(double.PositiveInfinity, y[1]);
        Assert.AreEqual(0, y[2]);
        Assert.AreEqual(0, y[3]);
    }

    [TestMethod]
    public void The_gradient_of_relu_at_zero_is_zero()
    {
        Variable x = _graph.Input("x", new Shape(3));
        Variable g = Backpropagation.Gradients(Op.Sum(Op.Relu(x)), x)[0];
        CollectionAssert.AreEqual(new double[] { 0, 0, 1 }, Evaluate(g, new() { [x] = [-1, 0, 1] }));
    }

    [TestMethod]
    public void Softmax_cross_entropy_and_its_gradient_are_finite_and_right_for_logits_of_1e4()
    {
        // Row 1: the label has the largest logit, loss 0. Row 2: it is 2e4 below, loss 2e4. Row 3: three equal, loss log 3.
        Variable z = _graph.Input("z", new Shape(Shape.Free, 3)), y = _graph.Input("y", new Shape(Shape.Free, 1));
        Variable loss = Op.SoftmaxCrossEntropy(z, y);
        Variable g = Backpropagation.Gradients(Op.Sum(loss), z)[0];
        double[][] values = Evaluate([loss, g], new() { [z] = [1e4, -1e4, 0, 1e4, -1e4, 0, 1e4, 1e4, 1e4], [y] = [0, 1, 2] }, rows: 3);
        AssertClose([0, 2e4, Math.Log(3)], values[0], 1e-12);
        AssertClose([0, 0, 0, 1, -1, 0, 1.0 / 3, 1.0 / 3, -2.0 / 3], values[1], 1e-12);
    }

    [TestMethod]
    public void Softmax_cross_entropy_is_as_exact_in_float_where_the_label_is_almost_certain()
    {
        // -log(softmax) = log(1 + e^-20) = 2.06e-9, which log-sum-exp minus the logit would round to 0 beside 1e4.
        float loss = Backprop.Kernels.Softmax.CrossEntropy<float>([20f, 0f], 0);
        Assert.AreEqual(0f, loss, 1e-8f);
        Assert.AreEqual(20f, Backprop.Kernels.Softmax.CrossEntropy<float>([1e4f, 1e4f - 20], 1), 1e-6f);
    }

    [TestMethod]
    public void Softmax_is_right_for_more_classes_than_a_chunk()
    {
        // 1,000 equal logits: each probability 1/1000, each loss log 1000.
        Variable z = _graph.Input("z", new Shape(1, 1000)), y = _graph.Input("y", new Shape(1, 1));
        double[][] values = Evaluate([Op.Softmax(z), Op.SoftmaxCrossEntropy(z, y)], new() { [z] = [.. Enumerable.Repeat(3.0, 1000)], [y] = [999] });
        AssertClose([.. Enumerable.Repeat(1e-3, 1000)], values[0], 1e-15);
        AssertClose([Math.Log(1000)], values[1], 1e-12);
    }

    [TestMethod]
    [DataRow(-1.0)]
    [DataRow(3.0)]
    [DataRow(0.5)]
    [DataRow(-0.5)]
    [DataRow(4294967296.0)]
    [DataRow(1e30)]
    [DataRow(double.PositiveInfinity)]
    [DataRow(double.NegativeInfinity)]
    [DataRow(double.NaN)]
    public void A_label_that_is_no_class_is_an_error_that_names_it(double label)
    {
        Variable z = _graph.Input("z", new Shape(1, 3)), y = _graph.Input("y", new Shape(1, 1));
        var e = Assert.ThrowsExactly<ArgumentException>(() => Evaluate(Op.SoftmaxCrossEntropy(z, y), new() { [z] = [1, 2, 3], [y] = [label] }));
        StringAssert.Contains(e.Message, $"A label is {label}");
    }

    [TestMethod]
    public void A_mean_is_over_the_rows_that_a_run_binds()
    {
        Variable x = _graph.Input("x", new Shape(Shape.Free, 2));
        Variable mean = Op.Mean(x);
        Variable g = Backpropagation.Gradients(mean, x)[0];
        double[][] values = Evaluate([mean, g], new() { [x] = [1, 2, 3, 4, 5, 9] }, rows: 3);
        AssertClose([4], values[0], 1e-15);
        AssertClose([.. Enumerable.Repeat(1 / 6.0, 6)], values[1], 1e-15);
    }

    [TestMethod]
    public void Operators_write_algebra()
    {
        Variable x = _graph.Input("x", new Shape(2)), y = _graph.Input("y", new Shape(2));
        CollectionAssert.AreEqual(
            new double[] { 5, 3, 1, -1 }, Evaluate([x * 2 + 1, x + 1, 3 - x, x - 3], new() { [x] = [2, 2] }).Select(v => v[0]).ToArray());

        // x = 2, y = 5: 2 * 5 + (-2) - 2 * 5 = -2. x = 3, y = 4: 12 - 3 - 8 = 1.
        CollectionAssert.AreEqual(new double[] { -2, 1 }, Evaluate((x * y) + (-x) - (2 * y), new() { [x] = [2, 3], [y] = [5, 4] }));
    }

    [TestMethod]
    public void Shapes_that_do_not_fit_are_errors_that_name_operation_shapes_and_axis()
    {
        Variable a = _graph.Input("a", new Shape(2, 3)), b = _graph.Input("b", new Shape(2, 4));
        Variable rows = _graph.Input("rows", new Shape(Shape.Free, 3));
        AssertMessage(() => Op.Add(a, Op.Relu(b)), "Add of [2, 3] and [2, 4]", "axis -1", "Add, applied to a [2, 3] and Relu#", "[2, 4]");
        Variable column = _graph.Input("column", new Shape(Shape.Free, 1)), row = _graph.Input("row", new Shape(1, Shape.Free));
        AssertMessage(() => Op.Add(column, row), "Add, applied to column [rows, 1] and row [1, rows]", "2 free axes");
        AssertMessage(() => Op.OneHot(column, -3), "OneHot", "-3 classes");
        AssertMessage(() => Op.Gate(a, _graph.Input("c", new Shape(2, 5))), "Gate of [2, 3] and [2, 5]", "axis 1 differs");
        Variable cube = _graph.Input("cube", new Shape(2, 3, 4));
        AssertMessage(() => Op.Concatenate(0, cube, a), "Concatenate of [2, 3, 4] and [2, 3]", "axis 2 differs");
        AssertMessage(() => Op.Concatenate(0, a, b), "Concatenate of [2, 3] and [2, 4]", "axis 1 differs");
        AssertMessage(() => Op.Multiply(a, rows), "Multiply of [2, 3] and [rows, 3]", "axis -2");
        AssertMessage(() => Op.MatMul(a, b), "MatMul of [2, 3] and [2, 4]", "axis 1 of the first must equal axis 0 of the second");
        AssertMessage(() => Op.MatMul(a, _graph.Constant(1)), "MatMul of [2, 3] and []", "both must be matrices");
        AssertMessage(() => Op.Gate(a, b), "Gate of [2, 3] and [2, 4]", "the shapes must be equal");
        AssertMessage(() => Op.SumTo(a, new Shape(2)), "SumTo between [2] and [2, 3]", "axis -1");
        AssertMessage(() => Op.BroadcastTo(a, new Shape(3)), "BroadcastTo between [2, 3] and [3]", "more axes");
        AssertMessage(() => Op.SoftmaxCrossEntropy(rows, a), "SoftmaxCrossEntropy of [rows, 3] and [2, 3]", "class indices");
        AssertMessage(() => Op.Softmax(_graph.Constant(1)), "Softmax of []", "last axis");
        AssertMessage(() => Op.OneHot(a, 3), "OneHot of [2, 3]", "column");
    }

    [TestMethod]
    public void Operations_read_like_algebra()
    {
        Variable x = _graph.Input("x", new Shape(2, 3)), y = _graph.Input("y", new Shape(2, 3));
        Check("x / (y * y) + x", (x / (y * y)) + x);
        Check("(x + y) / y / x", (x + y) / y / x);
        Check("(x + y)^2 * exp(x)^0.5", Op.Power(x + y, 2) * Op.Power(Op.Exp(x), 0.5));
        Check("(x^2)^y", Op.Power(Op.Power(x, 2), y));
        Check("x' y", Op.MatMul(Op.Transpose(x), y));
        Check("transpose(reshape(x, [1, 2, 3]), 0, 2, 1)", Op.Transpose(Op.Reshape(x, new Shape(1, 2, 3)), 0, 2, 1));
        Check("concatenate(slice(x, 1, 0, 2), pad(y, 1, 1, 2), 1)", Op.Concatenate(1, Op.Slice(x, 1, 0, 2), Op.Pad(y, 1, 1, 2)));
        Check("elu(leakyRelu(x, 0.01), 1)", Op.Elu(Op.LeakyRelu(x)));
        Check("clamp(huber(x, y, 0.5), -1, 1.5)", Op.Clamp(Op.Huber(x, y, 0.5), -1, 1.5));
        Check("x * sigmoid(x)", Op.Silu(x));
        Check("maxTo(maximum(x, y), [2, 1])", Op.Max(Op.Maximum(x, y), [1], keepAxes: true));

        static void Check(string text, Variable v) => Assert.AreEqual(text, v.ToString());
    }
}
