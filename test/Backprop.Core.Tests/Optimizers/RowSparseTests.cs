using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Operations;
using Backprop.Optimizers;

namespace Backprop.Tests.Optimizers;

/// <summary>Steps by gradients of few rows: what they do beside those by all rows, and what they leave untouched.</summary>
[TestClass]
public sealed class RowSparseTests
{
    private const int Columns = 300, Units = 16, Batch = 8, Present = 5;

    [TestMethod]
    [DataRow(0.0, false, 0.0, false)]
    [DataRow(0.0, false, 0.01, false)]
    [DataRow(0.9, false, 0.0, false)]
    [DataRow(0.9, false, 0.01, false)]
    [DataRow(0.9, true, 0.0, false)]
    [DataRow(0.9, true, 0.01, false)]
    [DataRow(0.0, false, 0.01, true)]
    [DataRow(0.9, false, 0.0, true)]
    [DataRow(0.9, false, 0.01, true)]
    [DataRow(0.9, true, 0.0, true)]
    [DataRow(0.9, true, 0.01, true)]
    public void Sgd_after_1000_steps_is_where_steps_by_all_rows_lead(double momentum, bool nesterov, double l2, bool changingRate)
    {
        Func<Graph, Optimizer<float>> make = graph => new Sgd<float>(graph.Parameters, 0.02, momentum, nesterov);
        Func<int, double> rate = step => changingRate ? 0.02 * (1 + Math.Cos(step)) * Math.Exp(-0.002 * step) : 0.02;
        float[] dense = Train(make, l2, 1000, sparse: false, threads: 1, rate: rate);
        float[] sparse = Train(make, l2, 1000, sparse: true, threads: 1, rate: rate);
        AssertClose(dense, sparse, 1e-5);
        if (momentum == 0 && l2 == 0)
            CollectionAssert.AreEqual(dense, sparse); // Nothing happens to absent rows.
    }

    [TestMethod]
    public void AdamW_lets_absent_rows_decay_as_if_it_had_stepped_there()
    {
        // Decay 0.5 of a rate of 0.01: from step to step a row that is never present keeps 0.995 of itself.
        using var training = new Training(graph => new AdamW<float>(graph.Parameters, 0.01, 0.5), 0, sparse: true, threads: 1, Units);
        float[] before = training.NeverPresent.ToArray();
        for (int step = 0; step < 200; step++)
            training.Step(step);
        CollectionAssert.AreEqual(before, training.NeverPresent.ToArray());
        training.CatchUpAll();
        for (int i = 0; i < Units; i++)
            Assert.AreEqual(before[i] * Math.Pow(0.995, 200), training.NeverPresent[i], 1e-6 * Math.Abs(before[i]));
    }

    [TestMethod]
    public void AdamW_lets_absent_rows_decay_at_the_rates_of_the_steps_that_they_missed()
    {
        using var training = new Training(graph => new AdamW<float>(graph.Parameters, 0.01, 0.5), 0, sparse: true, threads: 1, Units);
        float[] before = training.NeverPresent.ToArray();
        double kept = 1;
        for (int step = 0; step < 200; step++)
        {
            training.LearningRate = step % 10 == 9 ? 0 : 0.02 / (1 + step);
            kept *= 1 - (0.5 * training.LearningRate);
            training.Step(step);
        }

        training.LearningRate = 1; // No step was at this rate.
        training.CatchUpAll();
        for (int i = 0; i < Units; i++)
            Assert.AreEqual(before[i] * kept, training.NeverPresent[i], 1e-6 * Math.Abs(before[i]));
    }

    [TestMethod]
    public void Any_number_of_threads_takes_the_same_steps_to_the_bit()
    {
        foreach (Func<Graph, Optimizer<float>> make in Makers())
        {
            float[] alone = Train(make, 0.01, 30, sparse: true, threads: 1, units: 20_000);
            foreach (int threads in (int[])[2, 3])
                CollectionAssert.AreEqual(alone, Train(make, 0.01, 30, sparse: true, threads, units: 20_000));
        }
    }

    [TestMethod]
    public void A_row_may_be_absent_for_any_number_of_steps()
    {
        // One parameter of two rows of one element; row 1 comes once in 5000 steps, which is more than the table of missed steps holds.
        double[] w = [1, 1], expected = [1, 1];
        var a = new SparseMatrix<double>(2);
        double[] g = [0.5];
        var sgd = new Sgd<double>([new("w", 0, 2, 1)], 0.01, 0.5);
        sgd.UseRowSparse([new RowSparseGradient<double>(new("w", 0, 2, 1), multiple: 0.1, a, g, 0)]);
        var dense = new Sgd<double>([new("w", 0, 2, 1)], 0.01, 0.5);
        for (int t = 0; t < 10_001; t++)
        {
            int row = t % 5000 == 0 ? 1 : 0;
            a.Clear();
            a.AddRow([row], [1]);
            sgd.CatchUp(w, null);
            Assert.AreEqual(expected[row], w[row], 1e-12);
            sgd.Step(w, new double[2]);
            dense.Step(expected, [(row == 0 ? 0.5 : 0) + (0.1 * expected[0]), (row == 1 ? 0.5 : 0) + (0.1 * expected[1])]);
        }

        sgd.CatchUpAll(w, null);
        Evaluation.AssertClose(expected, w, 1e-12);
        sgd.CatchUpAll(w, null); // Again: there is nothing left to do.
        Evaluation.AssertClose(expected, w, 1e-12);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Several_parameters_of_one_input_one_of_them_frozen_and_minibatches_without_rows(bool recompute)
    {
        float[] dense = Train(rowSparse: false), sparse = Train(rowSparse: true);
        AssertClose(dense, sparse, 1e-5);

        float[] Train(bool rowSparse)
        {
            var graph = new Graph();
            Variable x = graph.SparseInput("x", 50), w1 = graph.Parameter("w1", new Shape(50, 7));
            Variable w2 = graph.Parameter("w2", new Shape(50, 7), learningRateFactor: 0), w3 = graph.Parameter("w3", new Shape(50, 7), 0.5);
            Variable h = Op.Multiply(Op.Tanh(Op.MatMul(x, w1)), Op.Add(Op.MatMul(x, w2), Op.Sigmoid(Op.MatMul(x, w3))));
            Variable cost = Op.Add(Op.SumOfSquares(h), Op.Scale(Op.Add(Op.SumOfSquares(w1), Op.SumOfSquares(w3)), 0.01));
            IReadOnlyList<Variable> g = Backpropagation.Gradients(cost, w1, w2, w3);
            var gradients = new Dictionary<Variable, Variable> { [w1] = g[0], [w2] = g[1], [w3] = g[2] };
            Plan<float> plan = rowSparse
                ? Plan<float>.WithRowSparseGradients([Op.Sum(h)], 6, gradients, recompute)
                : new Plan<float>([Op.Sum(h)], 6, gradients, recompute);
            using Workspace<float> workspace = plan.CreateWorkspace();
            Assert.HasCount(rowSparse ? 3 : 0, workspace.RowSparseGradients);
            var sgd = new Sgd<float>(graph.Parameters, 0.05, 0.8);
            sgd.UseRowSparse(workspace.RowSparseGradients);
            var random = new Random(3);
            float[] parameters = [.. Enumerable.Range(0, graph.ParameterCount).Select(_ => random.NextSingle() - 0.5f)];
            float[] flat = new float[parameters.Length];
            for (int step = 0; step < 200; step++)
            {
                int rows = random.Next(7);
                SparseMatrix<float> matrix = workspace.SparseInput(x);
                for (int i = 0; i < rows; i++)
                {
                    int[] columns = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(50)).Distinct().Order()];
                    matrix.AddRow(columns, [.. columns.Select(_ => random.NextSingle())]);
                }

                sgd.CatchUp(parameters, null);
                workspace.Run(parameters, flat, rows);
                sgd.Step(parameters, flat);
            }

            sgd.CatchUpAll(parameters, null);
            return parameters;
        }
    }

    [TestMethod]
    public void SparseAdam_of_PyTorch_takes_the_same_ten_steps()
    {
        // golden.py prints the numbers; epsilon is too small to matter, since SparseAdam has it elsewhere. Row t mod 3 is absent; A picks
        // the rows, G holds their gradients.
        var segment = new ParameterSegment("w", 0, 6, 2);
        double[] w = [1, -2, 0.5, 3, -0.25, 1.5], g = new double[4];
        var a = new SparseMatrix<double>(3);
        var adam = new Adam<double>([segment], 0.05, 0.8, 0.95, 1e-15);
        adam.UseRowSparse([new RowSparseGradient<double>(segment, 0, a, g, 0)]);
        for (int t = 1; t <= 10; t++)
        {
            a.Clear();
            int[] rows = [.. Enumerable.Range(0, 3).Where(row => row != t % 3)];
            foreach (int row in rows)
                a.AddRow([row], [1]);
            for (int i = 0; i < 4; i++)
                g[i] = Math.Pow(w[(rows[i / 2] * 2) + (i % 2)], 3) + (t % 2 == 0 ? 0.5 : -0.5);
            adam.CatchUp(w, null);
            adam.Step(w, new double[6]);
        }

        Evaluation.AssertClose(s_sparseAdam, w, 1e-13);
    }

    [TestMethod]
    public void Steps_allocate_nothing_and_touch_no_absent_row()
    {
        foreach (Func<Graph, Optimizer<float>> make in Makers())
        {
            using var training = new Training(make, 0.01, sparse: true, threads: 1, Units);
            float[] before = training.NeverPresent.ToArray();
            Assert.AreEqual(0, Enumerable.Range(0, 5).Min(Allocated));
            CollectionAssert.AreEqual(before, training.NeverPresent.ToArray());

            long Allocated(int step)
            {
                long start = GC.GetAllocatedBytesForCurrentThread();
                training.Step(step);
                return GC.GetAllocatedBytesForCurrentThread() - start;
            }
        }
    }

    [TestMethod]
    public void An_optimizer_that_cannot_take_them_or_has_not_the_parameter_says_so()
    {
        var gradient = new RowSparseGradient<float>(new("w", 4, 6, 2), 0, new SparseMatrix<float>(3), new float[2], 0);
        var plain = new Plain([new("w", 0, 10, 2)]);
        Assert.IsFalse(plain.TakesRowSparseGradients);
        Assert.IsFalse(new Derived([new("w", 0, 10, 2)]).TakesRowSparseGradients);
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => plain.UseRowSparse([gradient])).Message, "Plain does not take");
        var sgd = new Sgd<float>([new("v", 0, 8, 2)], 0.1);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => sgd.UseRowSparse([gradient])).Message, "'w' is none of the optimizer's");
    }

    private static readonly double[] s_sparseAdam =
        [0.704940740485922, -1.66474086494857, 0.427414297717251, 2.72660718227029, -0.127414427640937, 1.17096750877038];

    private static IEnumerable<Func<Graph, Optimizer<float>>> Makers() =>
    [
        graph => new Sgd<float>(graph.Parameters, 0.02), graph => new Sgd<float>(graph.Parameters, 0.02, 0.9),
        graph => new Sgd<float>(graph.Parameters, 0.02, 0.9, nesterov: true), graph => new RmsProp<float>(graph.Parameters),
        graph => new RmsProp<float>(graph.Parameters, momentum: 0.5),
        graph => new Adam<float>(graph.Parameters, 0.01), graph => new AdamW<float>(graph.Parameters, 0.01, 0.1),
    ];

    private static float[] Train(
        Func<Graph, Optimizer<float>> make, double l2, int steps, bool sparse, int threads, int units = Units, Func<int, double>? rate = null)
    {
        using var training = new Training(make, l2, sparse, threads, units);
        for (int step = 0; step < steps; step++)
        {
            training.LearningRate = rate?.Invoke(step) ?? training.LearningRate;
            training.Step(step);
            if (step % 100 == 99)
                training.CatchUpAll(); // As at the end of an epoch.
        }

        training.CatchUpAll();
        return training.Parameters;
    }

    private static void AssertClose(float[] expected, float[] actual, double relative)
    {
        double difference = Math.Sqrt(expected.Zip(actual, (e, a) => ((double)e - a) * ((double)e - a)).Sum());
        double norm = Math.Sqrt(expected.Sum(e => (double)e * e));
        Assert.IsLessThanOrEqualTo(relative * norm, difference);
    }

    /// <summary>tanh(x W + b), summed against labels, with few of the columns present in a minibatch, and the last never.</summary>
    private sealed class Training : IDisposable
    {
        private readonly Variable _x, _labels;
        private readonly Workspace<float> _workspace;
        private readonly Optimizer<float> _optimizer;
        private readonly float[] _gradients;
        private readonly ParameterSegment _w;

        public Training(Func<Graph, Optimizer<float>> make, double l2, bool sparse, int threads, int units)
        {
            var graph = new Graph();
            _x = sparse ? graph.SparseInput("x", Columns) : graph.Input("x", new Shape(Shape.Free, Columns));
            _labels = graph.Input("labels", new Shape(Shape.Free, 1));
            Variable b = graph.Parameter("b", new Shape(units), decayFactor: 0), w = graph.Parameter("W", new Shape(Columns, units));
            Variable v = graph.Parameter("V", new Shape(units, 3));
            Variable loss = Op.Mean(Op.SoftmaxCrossEntropy(Op.MatMul(Op.Tanh(Op.Add(Op.MatMul(_x, w), b)), v), _labels));
            Variable cost = l2 == 0 ? loss : Op.Add(loss, Op.Scale(Op.SumOfSquares(w), l2));
            IReadOnlyList<Variable> g = Backpropagation.Gradients(cost, b, w, v);
            var gradients = new Dictionary<Variable, Variable> { [b] = g[0], [w] = g[1], [v] = g[2] };
            Plan<float> plan = sparse
                ? Plan<float>.WithRowSparseGradients([loss], Batch, gradients)
                : new Plan<float>([loss], Batch, gradients);
            _workspace = plan.CreateWorkspace(threads);
            _optimizer = make(graph);
            Assert.HasCount(sparse ? 1 : 0, _workspace.RowSparseGradients);
            _optimizer.UseRowSparse(_workspace.RowSparseGradients);
            _gradients = new float[graph.ParameterCount];
            var random = new RandomSource(1);
            Parameters = [.. Enumerable.Range(0, graph.ParameterCount).Select(_ => (float)random.NextDouble() - 0.5f)];
            _w = w.Segment!;
        }

        public float[] Parameters { get; }

        public double LearningRate
        {
            get => _optimizer.LearningRate;
            set => _optimizer.LearningRate = value;
        }

        /// <summary>The last row of W.</summary>
        public ReadOnlySpan<float> NeverPresent => _w.Of(Parameters.AsSpan())[^_w.RowLength..];

        public void Step(int step)
        {
            Feed(step);
            _optimizer.CatchUp(Parameters, _workspace.Team);
            _workspace.Run(Parameters, _gradients, Batch);
            _optimizer.Step(Parameters, _gradients, _workspace.Team);
        }

        public void CatchUpAll() => _optimizer.CatchUpAll(Parameters, _workspace.Team);

        public void Dispose() => _workspace.Dispose();

        /// <summary>The rows of a step: the same for all trainings. Nothing is allocated.</summary>
        private void Feed(int step)
        {
            ulong state = (ulong)step + 1;
            Span<float> labels = _workspace.Input(_labels, Batch), values = stackalloc float[Present];
            Span<int> columns = stackalloc int[Present];
            Span<float> dense = _x.IsSparse ? [] : _workspace.Input(_x, Batch);
            SparseMatrix<float>? sparse = _x.IsSparse ? _workspace.SparseInput(_x) : null;
            dense.Clear();
            for (int row = 0; row < Batch; row++)
            {
                labels[row] = Next(3);
                int gap = (Columns - 1) / Present;
                for (int i = 0; i < Present; i++)
                    (columns[i], values[i]) = ((i * gap) + Next(gap), 0.1f + (Next(100) / 100f));
                sparse?.AddRow(columns, values);
                for (int i = 0; i < Present && sparse is null; i++)
                    dense[(row * Columns) + columns[i]] = values[i];
            }

            int Next(int end)
            {
                state = (state * 6364136223846793005) + 1442695040888963407;
                return (int)((state >> 33) % (ulong)end);
            }
        }
    }

    /// <summary>An optimizer of somebody else's.</summary>
    private sealed class Plain(IReadOnlyList<ParameterSegment> segments) : Optimizer<float>(segments, 0.1)
    {
        protected override void Update(in ParameterRun run, Span<float> parameters, ReadOnlySpan<float> gradients)
        {
        }
    }

    private sealed class Derived(IReadOnlyList<ParameterSegment> segments) : Adam<float>(segments);
}
