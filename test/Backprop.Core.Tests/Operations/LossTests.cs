using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Operations;

[TestClass]
public class LossTests
{
    private readonly Graph _graph = new();

    [TestMethod]
    public void Losses_of_numbers_equal_hand_arithmetic()
    {
        Variable p = _graph.Input("p", new Shape(4)), t = _graph.Input("t", new Shape(4));
        // Differences: 3, -0.5, 0, -2.
        var values = new Dictionary<Variable, double[]> { [p] = [4, 0.5, 1, -1], [t] = [1, 1, 1, 1] };
        double[][] losses = Evaluate([Op.SquaredError(p, t), Op.AbsoluteError(p, t), Op.Huber(p, t), Op.Huber(p, t, 2)], values);
        CollectionAssert.AreEqual(new[] { 9, 0.25, 0, 4 }, losses[0]);
        CollectionAssert.AreEqual(new[] { 3, 0.5, 0, 2 }, losses[1]);
        CollectionAssert.AreEqual(new[] { 2.5, 0.125, 0, 1.5 }, losses[2]);
        CollectionAssert.AreEqual(new[] { 4, 0.125, 0, 2 }, losses[3]);
    }

    [TestMethod]
    public void Gradients_of_losses_equal_hand_arithmetic_also_at_the_kinks()
    {
        Variable p = _graph.Input("p", new Shape(5)), t = _graph.Input("t", new Shape(5));
        // Differences: 3, -0.5, 0, -2, 1.
        var values = new Dictionary<Variable, double[]> { [p] = [4, 0.5, 1, -1, 2], [t] = [1, 1, 1, 1, 1] };
        Check(Op.SquaredError(p, t), 6, -1, 0, -4, 2);
        Check(Op.AbsoluteError(p, t), 1, -1, 0, -1, 1);
        Check(Op.Huber(p, t), 1, -0.5, 0, -1, 1);

        Variable slope = Op.Sum(Backpropagation.Gradients(Op.Sum(Op.Huber(p, t)), p)[0]);
        CollectionAssert.AreEqual(new double[] { 0, 1, 1, 0, 0 }, Evaluate(Backpropagation.Gradients(slope, p)[0], values));

        void Check(Variable loss, params double[] expected)
        {
            double[][] g = Evaluate(Backpropagation.Gradients(Op.Sum(loss), p, t), values);
            CollectionAssert.AreEqual(expected, g[0]);
            AssertClose([.. expected.Select(value => -value)], g[1], 0);
        }
    }

    [TestMethod]
    public void Cross_entropy_with_probabilities_equals_that_with_class_indices_on_one_hot_rows()
    {
        Variable z = _graph.Input("z", new Shape(Shape.Free, 3)), y = _graph.Input("y", new Shape(Shape.Free, 1));
        Variable byIndex = Op.SoftmaxCrossEntropy(z, y);
        Variable byProbability = Op.SoftmaxCrossEntropyWithProbabilities(z, Op.OneHot(y, 3));
        Assert.AreEqual(byIndex.Shape, byProbability.Shape);
        Variable[] g = [Backpropagation.Gradients(Op.Sum(byIndex), z)[0], Backpropagation.Gradients(Op.Sum(byProbability), z)[0]];
        var at = new Dictionary<Variable, double[]> { [z] = [1, -2, 0.5, 1e4, -1e4, 0, 3, 3, 3], [y] = [2, 1, 0] };
        double[][] values = Evaluate([byIndex, byProbability, .. g], at, rows: 3);
        AssertClose(values[0], values[1], 1e-14);
        AssertClose(values[2], values[3], 1e-14);
    }

    [TestMethod]
    public void Cross_entropy_with_probabilities_equals_hand_arithmetic()
    {
        // Softmax of [log 1, log 3] is [1/4, 3/4]; with targets [1/2, 1/2] the loss is (log 4 + log 4/3) / 2.
        // The gradient is [1/4 - 1/2, 3/4 - 1/2]. Targets [1, 2] add up to 3: log 4 + 2 log 4/3, gradient [3/4 - 1, 9/4 - 2].
        Variable z = _graph.Input("z", new Shape(2, 2)), t = _graph.Input("t", new Shape(2, 2));
        Variable loss = Op.SoftmaxCrossEntropyWithProbabilities(z, t);
        IReadOnlyList<Variable> g = Backpropagation.Gradients(Op.Sum(loss), z, t);
        double log3 = Math.Log(3), log4 = Math.Log(4), log43 = Math.Log(4.0 / 3);
        double[][] values = Evaluate([loss, .. g], new() { [z] = [0, log3, 0, log3], [t] = [0.5, 0.5, 1, 2] });
        AssertClose([(log4 + log43) / 2, log4 + (2 * log43)], values[0], 1e-15);
        AssertClose([-0.25, 0.25, -0.25, 0.25], values[1], 1e-15);
        AssertClose([log4, log43, log4, log43], values[2], 1e-15);
    }

    [TestMethod]
    public void Sigmoid_cross_entropy_equals_its_definition_and_is_exact_for_logits_of_1e4()
    {
        Variable z = _graph.Input("z", new Shape(8)), t = _graph.Input("t", new Shape(8));
        Variable loss = Op.SigmoidCrossEntropy(z, t);
        IReadOnlyList<Variable> g = Backpropagation.Gradients(Op.Sum(loss), z, t);
        double[] logits = [1e4, 1e4, -1e4, -1e4, 0.7, -1.5, 0, 40], targets = [1, 0, 1, 0, 1, 0.3, 0.5, 1];
        double[][] values = Evaluate([loss, .. g], new() { [z] = logits, [t] = targets });
        AssertClose([0, 1e4, 1e4, 0, Definition(0.7, 1), Definition(-1.5, 0.3), Math.Log(2), Math.Exp(-40)], values[0], 1e-15);
        Assert.AreEqual(Math.Exp(-40), values[0][7], 1e-32);
        AssertClose([0, 1, -1, 0, Sigmoid(0.7) - 1, Sigmoid(-1.5) - 0.3, 0, 0], values[1], 1e-15);
        AssertClose([.. logits.Select(value => -value)], values[2], 1e-15);

        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

        static double Definition(double x, double target) =>
            (-target * Math.Log(Sigmoid(x))) - ((1 - target) * Math.Log(1 - Sigmoid(x)));
    }

    [TestMethod]
    public void Log_softmax_and_log_sum_exp_equal_hand_arithmetic_for_logits_of_1e4()
    {
        // Row 1: log(e^1e4 + e^-1e4 + e^0) = 1e4. Row 2: three equal, 1e4 + log 3.
        Variable z = _graph.Input("z", new Shape(Shape.Free, 3));
        double[][] values = Evaluate([Op.LogSumExp(z), Op.LogSoftmax(z)], new() { [z] = [1e4, -1e4, 0, 1e4, 1e4, 1e4] }, rows: 2);
        double log3 = Math.Log(3);
        AssertClose([1e4, 1e4 + log3], values[0], 1e-15);
        AssertClose([0, -2e4, -1e4, -log3, -log3, -log3], values[1], 1e-15);
        Assert.AreEqual(new Shape(Shape.Free), Op.LogSumExp(z).Shape);
        Assert.AreEqual(new Shape(Shape.Free, 1), Op.LogSumExp(z, keepAxis: true).Shape);
    }

    [TestMethod]
    public void A_loss_refuses_to_broadcast()
    {
        Variable column = _graph.Input("column", new Shape(Shape.Free, 1)), row = _graph.Input("row", new Shape(Shape.Free));
        AssertMessage(() => Op.SquaredError(column, row), "SquaredError of [rows, 1] and [rows]", "the shapes must be equal");
        AssertMessage(() => Op.AbsoluteError(column, row), "AbsoluteError of [rows, 1] and [rows]");
        AssertMessage(() => Op.Huber(column, row), "Huber of [rows, 1] and [rows]");
        AssertMessage(() => Op.SigmoidCrossEntropy(column, row), "SigmoidCrossEntropy of [rows, 1] and [rows]");
        AssertMessage(() => Op.SoftmaxCrossEntropyWithProbabilities(column, row), "WithProbabilities of [rows, 1] and [rows]");
        AssertMessage(() => Op.SoftmaxCrossEntropyWithProbabilities(row, row), "last axis");
    }
}
