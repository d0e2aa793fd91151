using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Networks;
using Backprop.Operations;

namespace Backprop.Tests.Systems;

/// <summary>Row 16: backward costs about twice forward, counted in the operations of matrix products; all else is small.</summary>
[TestClass]
public class Row16CostRule
{
    [TestMethod]
    [DataRow(784, new[] { 128 }, 10, 1.01)]
    [DataRow(54, new[] { 256, 256 }, 7, 1.83)]
    public void Without_the_gradient_of_the_input_it_costs_less_than_twice(int inputs, int[] hidden, int classes, double expected)
    {
        (Mlp network, Variable[] parameters) = Network(inputs, hidden, classes);
        Assert.AreEqual(expected, BackwardOverForward(network, parameters), 0.01);
    }

    [TestMethod]
    [DataRow(784, new[] { 128 }, 10)]
    [DataRow(54, new[] { 256, 256 }, 7)]
    [DataRow(5, new[] { 7, 3, 9 }, 4)]
    public void With_the_gradient_of_the_input_it_costs_exactly_twice(int inputs, int[] hidden, int classes)
    {
        (Mlp network, Variable[] parameters) = Network(inputs, hidden, classes);
        Assert.AreEqual(2, BackwardOverForward(network, [.. parameters, network.Features]), 0.0);
    }

    [TestMethod]
    public void The_cost_is_linear_in_the_edges()
    {
        long[] cost = [.. new[] { 10, 20, 40 }.Select(Operations)];
        Assert.AreEqual(2 * (cost[1] - cost[0]), cost[2] - cost[1]);

        static long Operations(int length)
        {
            var graph = new Graph();
            Variable x = graph.Input("x", new Shape(8)), v = x;
            for (int i = 0; i < length; i++)
                v = Op.Multiply(v, x);
            Variable g = Backpropagation.Gradients(Op.Sum(v), x)[0];
            return new Plan<float>([g], 1).CountOperations();
        }
    }

    [TestMethod]
    public void Intermediate_activations_are_held_until_the_backward_pass_has_used_them()
    {
        const int rows = 100, width = 50, depth = 10;
        (Mlp network, Variable[] parameters) = Network(width, [.. Enumerable.Repeat(width, depth)], 2);
        var forward = new Plan<float>([network.Cost], rows);
        var training = new Plan<float>([network.Cost, .. Backpropagation.Gradients(network.Cost, parameters)], rows);
        // Each hidden layer's activation, for the gate of its ReLU and for the next product.
        Assert.IsGreaterThan(1L * depth * rows * width * sizeof(float), training.PeakBytes);
        Assert.IsLessThan(5L * rows * width * sizeof(float), forward.PeakBytes);
    }

    private static (Mlp Network, Variable[] Parameters) Network(int inputs, int[] hidden, int classes)
    {
        var network = new Mlp(new MlpArchitecture(inputs, hidden, classes));
        return (network, [.. network.Layers.SelectMany(layer => new[] { layer.Weights, layer.Bias })]);
    }

    private static double BackwardOverForward(Mlp network, Variable[] targets)
    {
        const int rows = 32;
        IReadOnlyList<Variable> gradients = Backpropagation.Gradients(network.Cost, targets);
        long forward = Products(Ancestors.Of([network.Cost])), both = Products(Ancestors.Of([network.Cost, .. gradients]));
        return (both - forward) / (double)forward;

        static long Products(IEnumerable<Variable> variables) => variables.Where(v => v.Operation is MatMul).Sum(
            v => v.Operation!.CountOperations([.. v.Inputs.Select(input => input.Shape)], v.Shape, rows));
    }
}
