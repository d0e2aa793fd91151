using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Graphs;

[TestClass]
public class BackpropagationTests
{
    private readonly Graph _graph = new();

    [TestMethod]
    public void The_gradient_of_x_times_x_is_2x()
    {
        Variable x = _graph.Input("x", Shape.Scalar);
        Variable g = Backpropagation.Gradients(Op.Multiply(x, x), x)[0];
        Assert.AreEqual(14, Evaluate(g, new() { [x] = [7] })[0]);
    }

    [TestMethod]
    public void Matmul_gives_G_times_B_transposed_and_A_transposed_times_G()
    {
        // A = [1 2], B = [3; 4], z = AB = 11, G = 1: dz/dA = B' = [3 4], dz/dB = A' = [1; 2].
        Variable a = _graph.Input("a", new Shape(1, 2)), b = _graph.Input("b", new Shape(2, 1));
        IReadOnlyList<Variable> g = Backpropagation.Gradients(Op.Sum(Op.MatMul(a, b)), a, b);
        double[][] values = Evaluate(g, new() { [a] = [1, 2], [b] = [3, 4] });
        CollectionAssert.AreEqual(new double[] { 3, 4 }, values[0]);
        CollectionAssert.AreEqual(new double[] { 1, 2 }, values[1]);
        Assert.AreEqual(new MatMul(false, true), g[0].Operation);
        Assert.AreEqual(new MatMul(true, false), g[1].Operation);
    }

    [TestMethod]
    public void A_gradient_can_be_differentiated_again()
    {
        // x^4: 4x^3, 12x^2, 24x.
        Variable x = _graph.Input("x", Shape.Scalar);
        Variable square = Op.Multiply(x, x);
        Variable d1 = Backpropagation.Gradients(Op.Multiply(square, square), x)[0];
        Variable d2 = Backpropagation.Gradients(d1, x)[0];
        Variable d3 = Backpropagation.Gradients(d2, x)[0];
        double[][] values = Evaluate([d1, d2, d3], new() { [x] = [3] });
        CollectionAssert.AreEqual(new double[] { 108, 108, 72 }, values.Select(v => v[0]).ToArray());
    }

    [TestMethod]
    public void Paths_that_meet_are_summed_also_through_a_shared_parameter()
    {
        // z = (x w) w + x w: dz/dw = 2xw + x = 2*2*5 + 2 = 22.
        Variable x = _graph.Input("x", Shape.Scalar), w = _graph.Parameter("w", Shape.Scalar);
        Variable y = Op.Multiply(x, w);
        Variable g = Backpropagation.Gradients(Op.Add(Op.Multiply(y, w), y), w)[0];
        Assert.AreEqual(22, Evaluate(g, new() { [x] = [2], [w] = [5] })[0]);
    }

    [TestMethod]
    public void The_number_of_bprop_calls_is_the_number_of_edges_between_targets_and_z()
    {
        // Ten diamonds in a chain: x -> x + x. The naive chain rule would walk 2^10 paths; there are 20 edges.
        // What hangs on the side, or leads nowhere, is not asked.
        var counted = new Counted();
        Variable x = _graph.Input("x", Shape.Scalar), side = _graph.Input("side", Shape.Scalar), v = x;
        for (int i = 0; i < 10; i++)
            v = _graph.Apply(counted, v, v);
        Variable z = Op.Multiply(v, _graph.Apply(counted, side, side));
        _graph.Apply(counted, x, x);
        Counted.Calls = 0;
        Variable g = Backpropagation.Gradients(z, x)[0];
        Assert.AreEqual(20, Counted.Calls);
        Assert.AreEqual(1024 * 6, Evaluate(g, new() { [x] = [1], [side] = [3] })[0]);
    }

    [TestMethod]
    public void A_chain_of_100000_variables_is_differentiated_in_linear_time_without_overflow()
    {
        Variable x = _graph.Input("x", Shape.Scalar), v = x;
        for (int i = 0; i < 100_000; i++)
            v = Op.Relu(v);
        Variable g = Backpropagation.Gradients(v, x)[0];
        Assert.AreEqual(1, Evaluate(g, new() { [x] = [2] })[0]);
        Assert.IsLessThan(310_000, _graph.Variables.Count);
    }

    [TestMethod]
    public void A_variable_may_be_its_own_target_and_a_target_may_lie_between()
    {
        Variable x = _graph.Input("x", Shape.Scalar);
        Variable y = Op.Multiply(x, x), z = Op.Multiply(y, y);
        IReadOnlyList<Variable> g = Backpropagation.Gradients(z, z, y, x);
        double[][] values = Evaluate(g, new() { [x] = [3] });
        CollectionAssert.AreEqual(new double[] { 1, 18, 108 }, values.Select(v => v[0]).ToArray());
    }

    [TestMethod]
    public void A_gradient_that_every_operation_calls_zero_is_a_zero_of_the_targets_shape()
    {
        Variable gate = _graph.Input("gate", new Shape(Shape.Free, 1)), z = _graph.Input("z", new Shape(Shape.Free, 1));
        Variable g = Backpropagation.Gradients(Op.Sum(Op.Gate(z, gate)), gate)[0];
        CollectionAssert.AreEqual(new double[] { 0, 0 }, Evaluate(g, new() { [z] = [1, 2], [gate] = [0, 1] }, rows: 2));
    }

    [TestMethod]
    public void A_derivative_by_class_indices_is_an_error_that_names_the_operation()
    {
        Variable labels = _graph.Input("labels", new Shape(Shape.Free, 1)), z = _graph.Input("z", new Shape(Shape.Free, 3));
        Variable loss = Op.Sum(Op.SoftmaxCrossEntropy(z, labels));
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(() => Backpropagation.Gradients(loss, labels)).Message, "SoftmaxCrossEntropy");
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(() => Backpropagation.Gradients(Op.Sum(Op.OneHot(labels, 3)), labels)).Message, "OneHot");
    }

    [TestMethod]
    public void A_gradient_of_zero_is_not_passed_on_to_where_infinity_would_make_it_NaN()
    {
        // Each at a point where a part that does not count has an infinite derivative; the gradient itself is 1.
        Variable x = _graph.Input("x", Shape.Scalar);
        Assert.AreEqual(1, At(Op.Select(Op.Log(x), x * x, x), 0), "log 0 decides");
        Assert.AreEqual(1, At(Op.Gate(x, Op.Exp(x)), 800), "e^800 decides");
        Assert.AreEqual(0, At(Op.Sign(Op.Sqrt(x)) * x, 0), "the sign of the root of 0 is 0");
        Variable clamped = Op.Clamp(x, 0, double.PositiveInfinity);
        Variable slope = Backpropagation.Gradients(clamped * clamped, x)[0];
        Assert.AreEqual(6, Evaluate(slope, new() { [x] = [3] })[0]);
        Assert.AreEqual(2, At(slope, 3), "the second derivative");
        Assert.AreEqual(1, At(Op.Clamp(x, -1e-200, 1e-200), 0), "the bounds' product would underflow");

        double At(Variable z, double point) => Evaluate(Backpropagation.Gradients(z, x)[0], new() { [x] = [point] })[0];
    }

    [TestMethod]
    public void A_power_with_a_variable_exponent_is_differentiable_at_zero_where_the_derivative_exists()
    {
        Variable a = _graph.Input("a", Shape.Scalar), b = _graph.Input("b", Shape.Scalar);
        Variable d1 = Backpropagation.Gradients(Op.Power(a, b), a)[0], d2 = Backpropagation.Gradients(d1, a)[0];
        foreach ((double exponent, double first, double second) in new[] { (0.0, 0.0, 0.0), (1, 1, 0), (2, 0, 2), (3, 0, 0) })
        {
            double[][] d = Evaluate([d1, d2], new() { [a] = [0], [b] = [exponent] });
            Assert.AreEqual(first, d[0][0], $"first, a^{exponent}");
            Assert.AreEqual(second, d[1][0], $"second, a^{exponent}");
        }
    }

    [TestMethod]
    public void Wrong_arguments_are_errors_that_say_what_is_wrong()
    {
        Variable x = _graph.Input("x", new Shape(2)), y = _graph.Input("y", Shape.Scalar), z = Op.Sum(x);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Backpropagation.Gradients(x, x)).Message, "Only a scalar");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Backpropagation.Gradients(z, y)).Message, "does not depend on target y");
        Variable foreign = new Graph().Input("foreign", Shape.Scalar);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Backpropagation.Gradients(z, foreign)).Message, "another graph");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Op.Add(x, foreign)).Message, "another graph");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _graph.Input("x", Shape.Scalar)).Message, "'x' already");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _graph.Parameter("p", new Shape(Shape.Free))).Message, "minibatch");
    }

    [TestMethod]
    public void Consumers_and_inputs_are_the_books()
    {
        Variable x = _graph.Input("x", Shape.Scalar);
        Variable y = Op.Multiply(x, x), z = Op.Add(x, y);
        CollectionAssert.AreEqual(new[] { y, z }, x.Consumers.ToArray());
        CollectionAssert.AreEqual(new[] { x, x }, y.Inputs.ToArray());
        Assert.AreEqual(new Multiply(), y.Operation);
        Assert.IsNull(x.Operation);
    }

    private sealed record Counted : Operation
    {
        public static int Calls { get; set; }

        public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0];

        public override void Forward<T>(in Operands<T> x) => x.Output[0] = x[0][0] + x[1][0];

        public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g)
        {
            Calls++;
            return g;
        }
    }
}
