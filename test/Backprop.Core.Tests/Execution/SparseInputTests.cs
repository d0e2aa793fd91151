using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Operations;

namespace Backprop.Tests.Execution;

[TestClass]
public sealed class SparseInputTests
{
    private const int Rows = 9, Columns = 12, Units = 5;

    [TestMethod]
    public void Values_gradients_and_second_derivatives_are_those_of_the_dense_input()
    {
        var values = new double[2][][];
        foreach (bool sparse in new[] { false, true })
        {
            var network = new Network(sparse, penalty: true);
            IReadOnlyList<Variable> g = Backpropagation.Gradients(network.Cost, network.W, network.B);
            Variable v = network.Graph.Input("v", new Shape(Columns, Units));
            Variable curvature = Backpropagation.Gradients(Op.Sum(Op.Multiply(g[0], v)), network.W)[0];
            Dictionary<Variable, double[]> given = network.Values();
            given[v] = Evaluation.RandomValues(new Random(8), Columns * Units);
            values[sparse ? 1 : 0] = Evaluator.Evaluate([network.Cost, g[0], g[1], curvature], given, Rows);
            Evaluation.CheckGradient(network.Cost, given, Rows, network.W, network.B, network.X);
        }

        for (int i = 0; i < 4; i++)
            CollectionAssert.AreEqual(values[0][i], values[1][i]);
    }

    [TestMethod]
    public void A_gradient_of_few_rows_has_the_bits_of_these_rows_of_the_whole()
    {
        foreach (bool penalty in new[] { false, true })
        {
            var network = new Network(sparse: true, penalty);
            IReadOnlyList<Variable> g = Backpropagation.Gradients(network.Cost, network.W, network.B);
            var gradients = new Dictionary<Variable, Variable> { [network.W] = g[0], [network.B] = g[1] };
            var whole = new Plan<double>([network.Loss], Rows, gradients);
            Plan<double> rows = Plan<double>.WithRowSparseGradients([network.Loss], Rows, gradients);
            double[] expected = Run(whole, out Workspace<double> ofWhole), actual = Run(rows, out Workspace<double> ofRows);

            Assert.IsEmpty(ofWhole.RowSparseGradients);
            RowSparseGradient<double> sparse = ofRows.RowSparseGradients.Single();
            Assert.AreEqual("W", sparse.Segment.Name);
            Assert.AreEqual(penalty ? 0.25 : 0, sparse.Multiple);
            CollectionAssert.AreEqual((int[])[0, 2, 3, 5, 8, 11], sparse.Rows.ToArray());
            Assert.AreEqual(ofWhole.Value(network.Loss)[0], ofRows.Value(network.Loss)[0]);
            var reader = new Reader(new double[Columns * Units]);
            sparse.Read(0, sparse.Rows.Length, reader);
            foreach (int row in sparse.Rows)
            {
                for (int i = row * Units; i < (row + 1) * Units; i++)
                    Assert.AreEqual(expected[i], reader.Products[i] + (sparse.Multiple * network.Parameters[i]));
            }

            // The bias's gradient is in the flat buffer; where that of W would be, nothing is written.
            CollectionAssert.AreEqual(expected[(Columns * Units)..], actual[(Columns * Units)..]);
            Assert.IsTrue(actual.AsSpan(0, Columns * Units).IndexOfAnyExcept(0) < 0);

            double[] Run(Plan<double> plan, out Workspace<double> workspace)
            {
                workspace = plan.CreateWorkspace();
                network.Feed(workspace);
                var flat = new double[network.Graph.ParameterCount];
                workspace.Run(network.Parameters, flat, Rows);
                return flat;
            }
        }
    }

    [TestMethod]
    public void A_parameter_that_is_read_in_another_way_gets_all_rows_of_its_gradient()
    {
        var network = new Network(sparse: true, penalty: false);
        Variable other = network.Graph.SparseInput("other", Columns);
        Variable[] costs =
        [
            Op.Add(network.Cost, Op.SumOfSquares(Op.Relu(network.W))), // Read whole.
            Op.Add(network.Cost, Op.Sum(Op.MatMul(other, network.W))), // By another sparse input.
            Op.Add(network.Cost, Op.SumOfSquares(Op.MatMul(network.X, Op.Abs(network.W)))),
        ];
        foreach (Variable cost in costs)
            Assert.IsEmpty(RowSparse(cost, [cost]));

        Variable gradient = Backpropagation.Gradients(network.Cost, network.W)[0];
        Assert.IsEmpty(RowSparse(network.Cost, [network.Cost, network.W]));
        Assert.IsEmpty(Plan<float>.WithRowSparseGradients(
            [network.Cost, gradient], 1, new Dictionary<Variable, Variable> { [network.W] = gradient }).RowSparse);
        Assert.HasCount(1, RowSparse(network.Cost, [network.Cost]));

        List<RowSparsity> RowSparse(Variable cost, Variable[] outputs) => Plan<float>.WithRowSparseGradients(
            outputs, 1, new Dictionary<Variable, Variable> { [network.W] = Backpropagation.Gradients(cost, network.W)[0] }).RowSparse;
    }

    [TestMethod]
    public void What_cannot_read_a_sparse_input_says_so_when_it_is_applied()
    {
        var graph = new Graph();
        Variable x = graph.SparseInput("x", 3), w = graph.Parameter("w", new Shape(3, 2)), wt = graph.Parameter("wt", new Shape(2, 3));
        Evaluation.AssertMessage(() => Op.Relu(x), "Relu is applied to x [rows, 3], a sparse input, as its input 0");
        Evaluation.AssertMessage(() => Op.MatMul(x, wt, transposeB: true), "with the second not transposed");
        Evaluation.AssertMessage(() => Op.MatMul(wt, x, transposeB: true), "as its first factor");
        _ = Op.MatMul(x, w);
        Evaluation.AssertMessage(() => _ = new Plan<float>([x], 1), "x [rows, 3] is a sparse input");
    }

    [TestMethod]
    public void Feeding_it_wrongly_is_an_error_that_says_how()
    {
        var graph = new Graph();
        Variable x = graph.SparseInput("x", 3), y = graph.Input("y", new Shape(Shape.Free, 2)), w = graph.Parameter("w", new Shape(3, 2));
        Variable sum = Op.Sum(Op.Add(Op.MatMul(x, w), y));
        using Workspace<float> workspace = new Plan<float>([sum], 4).CreateWorkspace();
        Evaluation.AssertMessage(() => workspace.Input(x, 2), "x [rows, 3] is sparse; feed it by SparseInput");
        Evaluation.AssertMessage(() => workspace.SparseInput(y), "y [rows, 2] is not sparse; feed it by Input");
        workspace.Input(y, 2).Clear();
        string notFed = Assert.ThrowsExactly<InvalidOperationException>(() => workspace.Run(new float[6], [], 2)).Message;
        StringAssert.Contains(notFed, "x [rows, 3] was not fed");
        workspace.SparseInput(x).AddRow([1], [2]);
        string otherRows = Assert.ThrowsExactly<InvalidOperationException>(() => workspace.Run(new float[6], [], 2)).Message;
        StringAssert.Contains(otherRows, "x [rows, 3] was fed with 1 rows; the run has 2");
    }

    [TestMethod]
    public void A_checked_run_names_the_sparse_input_with_a_value_that_is_not_finite()
    {
        var graph = new Graph();
        Variable x = graph.SparseInput("x", 3), w = graph.Parameter("w", new Shape(3, 2)), product = Op.MatMul(x, w);
        using Workspace<float> workspace = new Plan<float>([product], 4).CreateWorkspace();
        workspace.SparseInput(x).AddRow([1], [float.NaN]);
        Assert.AreSame(x, workspace.RunChecked(new float[6], []));
        workspace.SparseInput(x).AddRow([1], [1]);
        Assert.IsNull(workspace.RunChecked(new float[6], []));
    }

    [TestMethod]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        var graph = new Graph();
        Variable x = graph.SparseInput("x", 5000), w = graph.Parameter("w", new Shape(5000, 96)), v = graph.Parameter("v", new Shape(96, 96));
        Variable h = Op.Relu(Op.MatMul(Op.Relu(Op.MatMul(x, w)), v)), cost = Op.Add(Op.Mean(h), Op.SumOfSquares(w));
        IReadOnlyList<Variable> g = Backpropagation.Gradients(cost, w, v);
        var plan = new Plan<float>([cost], 300, new Dictionary<Variable, Variable> { [w] = g[0], [v] = g[1] });
        float[] parameters = Matrices(graph.ParameterCount), alone = Run(1);
        foreach (int threads in (int[])[2, 3, 7])
            CollectionAssert.AreEqual(alone, Run(threads));

        float[] Run(int threads)
        {
            using Workspace<float> workspace = plan.CreateWorkspace(threads);
            SparseMatrix<float> rows = workspace.SparseInput(x);
            for (int row = 0; row < 300; row++)
                rows.AddRow([row, row + 700, 3000 + (row * 6)], [1, -row, 0.5f]);
            var gradients = new float[graph.ParameterCount];
            workspace.Run(parameters, gradients, 300);
            return [.. gradients, workspace.Value(cost)[0]];
        }

        static float[] Matrices(int length)
        {
            var random = new RandomSource(3);
            return [.. Enumerable.Range(0, length).Select(_ => (float)random.NextDouble() - 0.5f)];
        }
    }

    private readonly record struct Reader(double[] Products) : IGradientRowReader<double>
    {
        public void Expect(int row)
        {
        }

        public void Take(int row, Span<double> product) => product.CopyTo(Products.AsSpan(row * Units));
    }

    /// <summary>tanh(x W + b), squared, and a penalty of W, with few columns of x present.</summary>
    private sealed class Network
    {
        private readonly double[] _x = new double[Rows * Columns];

        public Network(bool sparse, bool penalty)
        {
            X = sparse ? Graph.SparseInput("x", Columns) : Graph.Input("x", new Shape(Shape.Free, Columns));
            W = Graph.Parameter("W", new Shape(Columns, Units));
            B = Graph.Parameter("b", new Shape(Units));
            Loss = Op.Mean(Op.Power(Op.Tanh(Op.Add(Op.MatMul(X, W), B)), 2));
            Cost = penalty ? Op.Add(Loss, Op.Scale(Op.SumOfSquares(W), 0.125)) : Loss;
            var random = new Random(7);
            int[] present = [0, 2, 3, 5, 8, 11];
            for (int row = 0; row < Rows; row++)
            {
                foreach (int column in present.Where((_, i) => i == row % 6 || random.Next(3) == 0))
                    _x[(row * Columns) + column] = random.NextDouble() + 0.1;
            }

            Parameters = Evaluation.RandomValues(random, Graph.ParameterCount);
        }

        public Graph Graph { get; } = new();

        public Variable X { get; }

        public Variable W { get; }

        public Variable B { get; }

        public Variable Loss { get; }

        public Variable Cost { get; }

        public double[] Parameters { get; }

        public Dictionary<Variable, double[]> Values() => new()
        {
            [X] = [.. _x],
            [W] = Parameters[..(Columns * Units)],
            [B] = Parameters[(Columns * Units)..],
        };

        public void Feed(Workspace<double> workspace)
        {
            SparseMatrix<double> rows = workspace.SparseInput(X);
            for (int row = 0; row < Rows; row++)
                rows.AddRow(_x.AsSpan(row * Columns, Columns));
        }
    }
}
