using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Operations;
using Backprop.Optimizers;
using Backprop.Training;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Systems;

/// <summary>
/// Row 13: the MLP training example of S4 and S2: H = max(0, X W1), logits U2 = H W2, no biases,
/// J = cross-entropy + lambda (sum W1^2 + sum W2^2), minibatch SGD.
/// </summary>
[TestClass]
public class Row13TrainingExample
{
    private const double Lambda = 0.001; // With 0.05 all weights decay to nothing, and J stays at log 2.
    private readonly Graph _graph = new();
    private readonly Variable _x, _y, _w1, _w2, _u1, _h, _u2, _cost;

    public Row13TrainingExample()
    {
        _x = _graph.Input("X", new Shape(Shape.Free, 3));
        _y = _graph.Input("y", new Shape(Shape.Free, 1));
        _w1 = _graph.Parameter("W1", new Shape(3, 5));
        _w2 = _graph.Parameter("W2", new Shape(5, 2));
        _u1 = Op.MatMul(_x, _w1);
        _h = Op.Relu(_u1);
        _u2 = Op.MatMul(_h, _w2);
        _cost = Op.Mean(Op.SoftmaxCrossEntropy(_u2, _y)) + (Lambda * (Op.SumOfSquares(_w1) + Op.SumOfSquares(_w2)));
    }

    [TestMethod]
    public void The_two_paths_give_the_gradients_that_the_text_derives()
    {
        const int rows = 4;
        var random = new Random(8);
        var values = new Dictionary<Variable, double[]> { [_y] = [0, 1, 1, 0] };
        foreach (Variable v in new[] { _x, _w1, _w2 })
            values[v] = RandomValues(random, v.Shape.Count(rows));
        IReadOnlyDictionary<Variable, Variable> table = Backpropagation.GradTable(_cost, _w1, _w2);
        Variable[] wanted = [table[_w1], table[_w2], table[_h], table[_u1], table[_u2], _u1, _h];
        double[][] v7 = Evaluate(wanted, values, rows);
        (double[] dw1, double[] dw2, double[] dh, double[] du1, double[] g) = (v7[0], v7[1], v7[2], v7[3], v7[4]);
        for (int i = 0; i < rows; i++)
        {
            for (int unit = 0; unit < 5; unit++)
            {
                // dH = G W2', and the ReLU zeroes it where its input was below 0.
                double expected = (g[2 * i] * values[_w2][2 * unit]) + (g[(2 * i) + 1] * values[_w2][(2 * unit) + 1]);
                Assert.AreEqual(expected, dh[(5 * i) + unit], 1e-15);
                Assert.AreEqual(v7[5][(5 * i) + unit] < 0 ? 0 : expected, du1[(5 * i) + unit], 1e-15);
            }
        }

        for (int unit = 0; unit < 5; unit++)
        {
            // dW2 = H'G + 2 lambda W2, dW1 = X'G' + 2 lambda W1.
            for (int c = 0; c < 2; c++)
            {
                double path = Enumerable.Range(0, rows).Sum(i => v7[6][(5 * i) + unit] * g[(2 * i) + c]);
                Assert.AreEqual(path + (2 * Lambda * values[_w2][(2 * unit) + c]), dw2[(2 * unit) + c], 1e-15);
            }

            for (int input = 0; input < 3; input++)
            {
                double path = Enumerable.Range(0, rows).Sum(i => values[_x][(3 * i) + input] * du1[(5 * i) + unit]);
                Assert.AreEqual(path + (2 * Lambda * values[_w1][(5 * input) + unit]), dw1[(5 * input) + unit], 1e-15);
            }
        }
    }

    [TestMethod]
    public void Minibatch_sgd_makes_the_cost_small()
    {
        var random = new RandomSource(1);
        float[] parameters = [.. Enumerable.Range(0, _graph.ParameterCount).Select(_ => (float)(random.NextDouble() - 0.5))];
        TrainingHistory history = TrainingLoop.Run(
            _cost, new Signs(_x, _y), parameters, new Sgd<float>(_graph.Parameters, 0.3),
            new TrainingOptions { Epochs = 30, BatchSize = 16 }, random);
        Assert.IsLessThan(history.Epochs[0].Loss * 0.6, history.Epochs[^1].Loss);
    }

    /// <summary>The class is the sign of the sum of three numbers.</summary>
    private sealed class Signs(Variable x, Variable y) : IMiniBatchSource
    {
        private readonly float[] _rows = [.. Enumerable.Range(0, 600).Select(_ => s_random.NextSingle() - 0.5f)];
        private static readonly Random s_random = new(2);

        public int Count => _rows.Length / 3;

        public void Fill(ReadOnlySpan<int> rows, Workspace<float> workspace)
        {
            Span<float> features = workspace.Input(x, rows.Length), labels = workspace.Input(y, rows.Length);
            for (int i = 0; i < rows.Length; i++)
            {
                ReadOnlySpan<float> row = _rows.AsSpan(3 * rows[i], 3);
                row.CopyTo(features[(3 * i)..]);
                labels[i] = row[0] + row[1] + row[2] > 0 ? 1 : 0;
            }
        }
    }
}
