using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Operations;
using Backprop.Training;

namespace Backprop.Tests.Execution;

/// <summary>Which parameters may be changed while a run computes their gradients: those that nothing reads from then on.</summary>
[TestClass]
public sealed class NoLongerReadTests
{
    private readonly Graph _graph = new();
    private readonly Variable _x, _w1, _w2, _b;

    public NoLongerReadTests()
    {
        _x = _graph.Input("x", new Shape(Shape.Free, 6));
        (_w1, _w2, _b) = (_graph.Parameter("w1", new Shape(6, 6)), _graph.Parameter("w2", new Shape(6, 6)), _graph.Parameter("b", new Shape(6)));
    }

    private Variable Hidden => Op.Relu(Op.Add(Op.MatMul(_x, _w1), _b));

    [TestMethod]
    public void A_layers_weights_may_be_changed_and_its_biases_whose_gradient_is_no_product_not()
    {
        AssertNoLongerRead(Op.Mean(Op.MatMul(Hidden, _w2)), _w1, _w2);
    }

    [TestMethod]
    public void A_penalty_does_not_matter_since_it_reads_a_weight_before_or_where_its_gradient_is_completed()
    {
        Variable cost = Op.Mean(Op.MatMul(Hidden, _w2));
        cost = Op.Add(cost, Op.Add(Op.Scale(Op.SumOfSquares(_w1), 0.1), Op.Scale(Op.Sum(Op.Abs(_w2)), 0.2)));
        AssertNoLongerRead(cost, CostTerms.Of(cost).OfData, _w1, _w2);
    }

    [TestMethod]
    public void Weights_of_a_penalty_whose_value_is_wanted_may_not_be_changed()
    {
        Variable cost = Op.Add(Op.Mean(Op.MatMul(Hidden, _w2)), Op.SumOfSquares(_w1));
        AssertNoLongerRead(cost, _w2);
    }

    [TestMethod]
    public void Weights_that_two_layers_share_may_be_changed_when_both_have_read_them()
    {
        AssertNoLongerRead(Op.Mean(Op.MatMul(Hidden, _w1)), _w1);
    }

    [TestMethod]
    public void Weights_that_are_read_beside_or_after_their_gradient_may_not_be_changed()
    {
        // The gradient of w1 is x' 1 w2', of w2 w1' x' 1: w1 goes into the product that is the gradient of w2, and the other way round.
        AssertNoLongerRead(Op.Mean(Op.MatMul(_x, Op.MatMul(_w1, _w2))));
    }

    [TestMethod]
    public void Weights_whose_gradient_reads_them_as_a_factor_may_not_be_changed()
    {
        // (w1 w1)' reads w1 twice: its gradient is G w1' + w1' G.
        AssertNoLongerRead(Op.Mean(Op.MatMul(_x, Op.MatMul(_w1, _w1))));
    }

    private void AssertNoLongerRead(Variable cost, params Variable[] expected) => AssertNoLongerRead(cost, [cost], expected);

    private void AssertNoLongerRead(Variable cost, IReadOnlyCollection<Variable> outputs, params Variable[] expected)
    {
        foreach (bool fuse in (bool[])[true, false])
        {
            Variable[] parameters = [.. new[] { _w1, _w2, _b }.Where(Ancestors.Of([cost]).Contains)];
            Dictionary<Variable, Variable> gradients =
                parameters.Zip(Backpropagation.Gradients(cost, parameters)).ToDictionary(p => p.First, p => p.Second);
            var plan = new Plan<float>(outputs, 8, gradients, fuse: fuse);
            string names = string.Join(", ", plan.NoLongerRead.Select(segment => segment.Name));
            if (fuse)
                Assert.AreEqual(string.Join(", ", expected.Select(v => v.Name)), names, plan.ToString());
            else
                Assert.IsTrue(plan.NoLongerRead.All(segment => expected.Any(v => v.Name == segment.Name)), plan.ToString());
        }
    }
}
