using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Operations;
using Backprop.Optimizers;
using Backprop.Training;

namespace Backprop.Tests.Training;

/// <summary>What the loop leaves behind, however it ends.</summary>
[TestClass]
public sealed class TrainingLoopTests
{
    private const int Columns = 40, Units = 3, Rows = 60;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void What_ends_a_training_in_the_middle_of_an_epoch_leaves_what_was_learned(bool sparse)
    {
        // Cut off after 5 of 6 minibatches: as at the end of a training of 5.
        var whole = new Case(sparse, Rows);
        float[] before = [.. whole.Parameters];
        int started = 0;
        Assert.ThrowsExactly<OperationCanceledException>(() => whole.Train(epochs: 1, miniBatchStarting: () =>
        {
            if (started++ == 5)
                throw new OperationCanceledException();
        }));
        var part = new Case(sparse, Rows) { Count = 50 };
        part.Train(epochs: 1);

        CollectionAssert.AreNotEqual(before, whole.Parameters);
        CollectionAssert.AreEqual(part.Parameters, whole.Parameters);
    }

    [TestMethod]
    public void An_optimizer_is_whole_again_after_a_training_on_sparse_rows()
    {
        var training = new Case(sparse: true, Rows);
        training.Train(epochs: 2);
        float[] before = [.. training.Parameters], ones = [.. before.Select(_ => 1f)], zeros = new float[before.Length];
        training.Optimizer.Step(training.Parameters, ones);
        training.Optimizer.Step(before, zeros); // Momentum alone, without what the ones have left: of every parameter, some is left.
        for (int i = 0; i < before.Length; i++)
            Assert.AreNotEqual(before[i], training.Parameters[i], $"parameter {i}");
    }

    [TestMethod]
    public void Whoever_is_called_at_the_end_of_an_epoch_may_change_the_parameters()
    {
        var training = new Case(sparse: true, Rows);
        float[] seen = [];
        training.Train(epochs: 2, epochEnded: epoch =>
        {
            if (epoch.Epoch == 1)
                Array.Clear(training.Parameters);
            seen = [.. training.Parameters];
        });
        CollectionAssert.AreEqual(seen, training.Parameters);

        var fromZero = new Case(sparse: true, Rows);
        fromZero.Train(epochs: 1);
        Array.Clear(fromZero.Parameters);
        fromZero.Train(epochs: 1);
        CollectionAssert.AreEqual(fromZero.Parameters, training.Parameters);
    }

    [TestMethod]
    public void A_penalty_that_reads_a_sum_twice_over_and_over_is_taken_apart_in_time()
    {
        var graph = new Graph();
        Variable w = graph.Parameter("w", new Shape(2)), x = graph.Input("x", new Shape(Shape.Free, 2));
        Variable sum = Op.SumOfSquares(w), cost = Op.Mean(Op.Multiply(x, w));
        for (int i = 0; i < 60; i++)
            sum = Op.Scale(Op.Add(sum, sum), 1);
        for (int i = 0; i < 60; i++)
            cost = Op.Add(cost, cost);
        CostTerms terms = CostTerms.Of(Op.Add(cost, Op.Add(sum, sum)));
        Assert.IsLessThan(200, terms.OfData.Count + terms.OfParameters.Count);

        // The terms are the cost: 2^60 mean(x w) + 2 sum(w^2) 2^60, here with w = (1, 2), x = (3, 4).
        Dictionary<Variable, double[]> values = new() { [w] = [1, 2], [x] = [3, 4] };
        double total = terms.OfData.Concat(terms.OfParameters).Sum(term => Evaluator.Evaluate(term, values)[0]);
        Assert.AreEqual(Math.Pow(2, 60) * (5.5 + 10), total, 1e6);
    }

    /// <summary>A softmax regression on rows of which few columns are present, with momentum and a penalty.</summary>
    private sealed class Case : IMiniBatchSource
    {
        private readonly Variable _x, _labels, _cost;
        private int _step;

        public Case(bool sparse, int count)
        {
            var graph = new Graph();
            Count = count;
            _x = sparse ? graph.SparseInput("x", Columns) : graph.Input("x", new Shape(Shape.Free, Columns));
            _labels = graph.Input("labels", new Shape(Shape.Free, 1));
            Variable w = graph.Parameter("w", new Shape(Columns, Units)), b = graph.Parameter("b", new Shape(Units));
            _cost = Op.Add(
                Op.Mean(Op.SoftmaxCrossEntropy(Op.Add(Op.MatMul(_x, w), b), _labels)), Op.Scale(Op.SumOfSquares(w), 0.01));
            Optimizer = new Sgd<float>(graph.Parameters, 0.1, 0.9);
            Parameters = [.. Enumerable.Range(0, graph.ParameterCount).Select(i => MathF.Sin(i))];
        }

        public int Count { get; init; }

        public Sgd<float> Optimizer { get; }

        public float[] Parameters { get; }

        public void Train(int epochs, Action? miniBatchStarting = null, Action<EpochRecord>? epochEnded = null)
        {
            var options = new TrainingOptions
            {
                Epochs = epochs,
                BatchSize = 10,
                MiniBatchStarting = miniBatchStarting,
                Progress = epochEnded is null ? null : progress => epochEnded(progress.EpochEnded!),
            };
            TrainingLoop.Run(_cost, this, Parameters, Optimizer, options, new RandomSource(1));
        }

        /// <summary>The same rows in the same step, whatever the shuffle.</summary>
        public void Fill(ReadOnlySpan<int> rows, Workspace<float> workspace)
        {
            Span<float> dense = _x.IsSparse ? [] : workspace.Input(_x, rows.Length), labels = workspace.Input(_labels, rows.Length);
            SparseMatrix<float>? sparse = _x.IsSparse ? workspace.SparseInput(_x) : null;
            dense.Clear();
            for (int i = 0; i < rows.Length; i++)
            {
                int row = (_step * rows.Length) + i, first = row % 20, second = 20 + (row * 7 % 20);
                labels[i] = row % Units;
                sparse?.AddRow([first, second], [1, 0.5f]);
                if (sparse is null)
                    (dense[(i * Columns) + first], dense[(i * Columns) + second]) = (1, 0.5f);
            }

            _step++;
        }
    }
}
