using Backprop.Execution;
using Backprop.Kernels;
using Backprop.Networks;
using Backprop.Optimizers;
using Backprop.Training;

namespace Backprop.Tests.Optimizers;

/// <summary>Steps that are taken while gradients are being computed are the steps that are taken afterwards.</summary>
[TestClass]
public sealed class StepWhileComputedTests
{
    private const int Inputs = 300, Rows = 96;

    [TestMethod]
    [DataRow("sgd")]
    [DataRow("momentum")]
    [DataRow("nesterov")]
    [DataRow("adam")]
    [DataRow("adamw")]
    [DataRow("rmsprop")]
    public void A_training_has_the_bits_of_steps_one_after_the_other(string optimizer)
    {
        // 300 x 130 and 130 x 256 weights are worth it, 256 x 5 and the biases are not; the penalty is read where a gradient is completed.
        var network = new Mlp(new MlpArchitecture(Inputs, [130, 256], 5), penalties: new() { L2 = 0.01 });
        float[] start = network.Initialize(new RandomSource(1)), expected = [.. start];
        float[] gradients = new float[start.Length];
        using (Workspace<float> workspace = TrainingLoop.PlanStep(network.Cost, Rows).CreateWorkspace())
        {
            Optimizer<float> afterwards = Create(optimizer, network);
            for (int epoch = 0; epoch < 3; epoch++)
            {
                new Source(network).Fill(Enumerable.Range(0, Rows).ToArray(), workspace);
                workspace.Run(expected, gradients, Rows);
                afterwards.Step(expected, gradients);
            }
        }

        foreach (int threads in (int[])[1, 2, 3])
        {
            float[] actual = [.. start];
            Optimizer<float> meanwhile = Create(optimizer, network);
            Train(network, actual, meanwhile, threads, clipping: null);
            CollectionAssert.AreEqual(expected, actual, $"{threads} threads");

            // The optimizer is whole again: it steps all parameters by itself.
            float[] before = [.. actual];
            meanwhile.Step(actual, [.. actual.Select(_ => 1f)]);
            for (int i = 0; i < actual.Length; i++)
                Assert.AreNotEqual(before[i], actual[i], $"parameter {i}");
        }
    }

    [TestMethod]
    public void A_gradient_that_is_too_long_is_shortened_before_any_step()
    {
        var network = new Mlp(new MlpArchitecture(Inputs, [130], 5));
        float[] start = network.Initialize(new RandomSource(1)), trained = [.. start];
        Train(network, trained, new Sgd<float>(network.Graph.Parameters, 1), threads: 2, clipping: 1e-3);
        double length = Math.Sqrt(start.Zip(trained, (a, b) => (double)(a - b) * (a - b)).Sum());
        Assert.IsLessThan(3.01e-3, length); // Three steps of 1e-3 at most.
        Assert.IsGreaterThan(1e-3, length);
    }

    [TestMethod]
    public void Only_parameters_that_are_worth_it_step_while_they_are_computed()
    {
        ParameterSegment large = new("large", 0, 40_000, 100), small = new("small", 40_000, 100, 100), wide = new("wide", 40_100, 40_000, 400);
        var sgd = new Sgd<float>([large, small, wide], 0.1);
        float[] parameters = new float[80_100], gradients = new float[80_100];
        Assert.IsNull(sgd.StepWhileComputed(small, parameters, gradients));
        Assert.IsNull(sgd.StepWhileComputed(wide, parameters, gradients));
        Assert.IsNotNull(sgd.StepWhileComputed(large, parameters, gradients));
        Assert.IsNull(sgd.StepWhileComputed(large, parameters, gradients)); // It does already.
    }

    [TestMethod]
    public void An_optimizer_of_other_parameters_is_refused_before_anything_is_changed()
    {
        var network = new Mlp(new MlpArchitecture(Inputs, [130], 5));
        float[] start = network.Initialize(new RandomSource(1)), trained = [.. start];
        var tooFew = new Sgd<float>([.. network.Graph.Parameters.SkipLast(1)], 0.1);
        var tooMany = new Sgd<float>([.. network.Graph.Parameters, new ParameterSegment("more", start.Length, 3, 3)], 0.1);
        foreach (Sgd<float> sgd in new[] { tooFew, tooMany })
        {
            var refused = Assert.ThrowsExactly<ArgumentException>(() => Train(network, trained, sgd, threads: 1, clipping: null));
            Assert.Contains($"made for {sgd.ParameterCount} parameters; it got {start.Length}", refused.Message);
            Assert.AreEqual(0, sgd.StepCount);
        }

        CollectionAssert.AreEqual(start, trained);
    }

    [TestMethod]
    public void A_part_of_a_parameter_may_be_frozen()
    {
        var network = new Mlp(new MlpArchitecture(Inputs, [130], 5));
        float[] start = network.Initialize(new RandomSource(1)), trained = [.. start];
        var sgd = new Sgd<float>([new("frozen", 0, 1000, 1000) { LearningRateFactor = 0 }, new("rest", 1000, start.Length - 1000, 1)], 0.1);
        Train(network, trained, sgd, threads: 2, clipping: null);
        CollectionAssert.AreEqual(start[..1000], trained[..1000]);
        CollectionAssert.AreNotEqual(start[1000..], trained[1000..]);
    }

    private static Optimizer<float> Create(string name, Mlp network) => name switch
    {
        "sgd" => new Sgd<float>(network.Graph.Parameters, 0.1),
        "momentum" => new Sgd<float>(network.Graph.Parameters, 0.1, 0.9),
        "nesterov" => new Sgd<float>(network.Graph.Parameters, 0.1, 0.9, nesterov: true),
        "adam" => new Adam<float>(network.Graph.Parameters, 0.01),
        "adamw" => new AdamW<float>(network.Graph.Parameters, 0.01, weightDecay: 0.1),
        _ => new RmsProp<float>(network.Graph.Parameters, 0.01),
    };

    private static void Train(Mlp network, float[] parameters, Optimizer<float> optimizer, int threads, double? clipping)
    {
        var options = new TrainingOptions { Epochs = 3, BatchSize = Rows, Threads = threads, Shuffle = false, GradientClipping = clipping };
        TrainingLoop.Run(network.Cost, new Source(network), parameters, optimizer, options, new RandomSource(1));
    }

    private sealed class Source(Mlp network) : IMiniBatchSource
    {
        public int Count => Rows;

        public void Fill(ReadOnlySpan<int> rows, Workspace<float> workspace)
        {
            var random = new Random(7);
            foreach (ref float x in workspace.Input(network.Features, rows.Length))
                x = random.NextSingle();
            foreach (ref float label in workspace.Input(network.Targets, rows.Length))
                label = random.Next(5);
        }
    }
}
