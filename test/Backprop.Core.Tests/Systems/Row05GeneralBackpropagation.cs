using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Systems;

/// <summary>
/// Row 5: general back-propagation (algorithms 6.5 and 6.6): get_operation, get_consumers, get_inputs, op.bprop, and pruning
/// to the variables between.
/// </summary>
[TestClass]
public class Row05GeneralBackpropagation
{
    private readonly Graph _graph = new();

    [TestMethod]
    public void A_variable_knows_its_operation_its_inputs_and_its_consumers()
    {
        Variable a = _graph.Input("A", new Shape(2, 3)), b = _graph.Input("B", new Shape(3, 2)), c = Op.MatMul(a, b), d = Op.Sum(c);
        Assert.AreEqual(new MatMul(false, false), c.Operation);
        CollectionAssert.AreEqual(new[] { a, b }, c.Inputs.ToArray());
        CollectionAssert.AreEqual(new[] { c }, a.Consumers.ToArray());
        CollectionAssert.AreEqual(new[] { d }, c.Consumers.ToArray());
    }

    [TestMethod]
    public void Bprop_of_matmul_gives_G_B_transposed_and_A_transposed_G()
    {
        Variable a = _graph.Input("A", new Shape(2, 3)), b = _graph.Input("B", new Shape(3, 2)), g = _graph.Input("G", new Shape(2, 2));
        Operation matMul = Op.MatMul(a, b).Operation!;
        Assert.AreEqual("G B'", matMul.Bprop([a, b], 0, g)!.ToString());
        Assert.AreEqual("A' G", matMul.Bprop([a, b], 1, g)!.ToString());
    }

    [TestMethod]
    public void Bprop_of_mul_gives_x_for_each_of_two_equal_inputs_and_back_propagation_adds_them_to_2x()
    {
        Variable x = _graph.Input("x", Shape.Scalar), one = _graph.Constant(1), square = x * x;
        Assert.AreEqual(5, Evaluate(square.Operation!.Bprop([x, x], 0, one)!, new() { [x] = [5] })[0]);
        Assert.AreEqual(5, Evaluate(square.Operation!.Bprop([x, x], 1, one)!, new() { [x] = [5] })[0]);
        Assert.AreEqual(10, Evaluate(Backpropagation.Gradients(square, x)[0], new() { [x] = [5] })[0]);
    }

    [TestMethod]
    public void Only_variables_between_the_targets_and_z_get_a_gradient()
    {
        Variable x = _graph.Input("x", Shape.Scalar), beside = _graph.Input("beside", Shape.Scalar);
        Variable u = x * x, v = beside * beside, z = u + v, after = z * z;
        IReadOnlyDictionary<Variable, Variable> table = Backpropagation.GradTable(z, x);
        CollectionAssert.AreEquivalent(new[] { x, u, z }, table.Keys.ToArray());
        Assert.IsFalse(table.ContainsKey(after));
    }

    [TestMethod]
    public void An_operation_without_a_derivative_is_an_error_that_names_it()
    {
        Variable x = _graph.Input("x", Shape.Scalar);
        Variable z = _graph.Apply(new Rounded(), x);
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => Backpropagation.Gradients(z, x)).Message, "Rounded");
    }

    private sealed record Rounded : Operation
    {
        public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0];

        public override void Forward<T>(in Operands<T> x) => x.Output[0] = T.Round(x[0][0]);

        public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => throw NoDerivative(inputs, x);
    }
}
