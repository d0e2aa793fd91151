using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Systems;

/// <summary>Row 3: back-propagation with a grad table, algorithm 6.2: one visit an edge.</summary>
[TestClass]
public class Row03GradTable
{
    [TestMethod]
    public void The_table_has_the_derivative_of_every_variable_between()
    {
        // z = (x y)^2 + y at x = 2, y = 3: u = 6, dz/du = 12, dz/dx = 36, dz/dy = 2 * 12 + 1 = 25.
        var graph = new Graph();
        Variable x = graph.Input("x", Shape.Scalar), y = graph.Input("y", Shape.Scalar);
        Variable u = x * y, square = u * u, z = square + y;
        IReadOnlyDictionary<Variable, Variable> table = Backpropagation.GradTable(z, x, y);
        Assert.HasCount(5, table);
        double[][] values = Evaluate([table[z], table[square], table[u], table[x], table[y]], new() { [x] = [2], [y] = [3] });
        CollectionAssert.AreEqual(new double[] { 1, 1, 12, 36, 25 }, values.Select(v => v[0]).ToArray());
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(5)]
    [DataRow(50)]
    public void On_a_chain_of_diamonds_bprop_is_called_once_an_edge_where_there_are_exponentially_many_paths(int diamonds)
    {
        // Each diamond: v -> a, v -> b, a -> c, b -> c: four edges, two paths.
        var graph = new Graph();
        Variable x = graph.Input("x", Shape.Scalar), v = x;
        for (int i = 0; i < diamonds; i++)
            v = graph.Apply(new CountedMean(), graph.Apply(new CountedMean(), v), graph.Apply(new CountedMean(), v));
        CountedMean.Calls = 0;
        Variable gradient = Backpropagation.Gradients(v, x)[0];
        Assert.AreEqual(4 * diamonds, CountedMean.Calls);
        Assert.AreEqual(1, Evaluate(gradient, new() { [x] = [7] })[0], 1e-12);
    }

    private sealed record CountedMean : Operation
    {
        public static int Calls { get; set; }

        public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0];

        public override void Forward<T>(in Operands<T> x)
        {
            x.Output[0] = T.Zero;
            for (int input = 0; input < x.Count; input++)
                x.Output[0] += x[input][0] / T.CreateChecked(x.Count);
        }

        public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g)
        {
            Calls++;
            return Op.Scale(g, 1.0 / inputs.Count);
        }
    }
}
