using Backprop.Kernels;
using Backprop.Optimizers;

namespace Backprop.Tests.Optimizers;

/// <summary>What holds of every optimizer.</summary>
[TestClass]
public class OptimizerTests
{
    private static readonly Func<ParameterSegment[], Optimizer<float>>[] s_makers =
    [
        s => new Sgd<float>(s, 0.1), s => new Sgd<float>(s, 0.1, 0.9), s => new Sgd<float>(s, 0.1, 0.9, nesterov: true),
        s => new RmsProp<float>(s, 0.1), s => new RmsProp<float>(s, 0.1, momentum: 0.5),
        s => new Adam<float>(s, 0.1), s => new AdamW<float>(s, 0.1, 0.3),
    ];

    [TestMethod]
    public void Any_number_of_threads_takes_the_same_step_to_the_bit()
    {
        // Long enough that every one of five threads gets a part, with a seam within a part and a length that fills no vector.
        ParameterSegment[] segments = Segments.Of(90_001, 7, 100_003);
        segments[1] = segments[1] with { LearningRateFactor = 0.1, DecayFactor = 0 };
        foreach (Func<ParameterSegment[], Optimizer<float>> make in s_makers)
        {
            float[] alone = Train(make(segments), null);
            foreach (int threads in new[] { 2, 3, 5 })
            {
                using var team = new WorkerTeam(threads);
                CollectionAssert.AreEqual(alone, Train(make(segments), team));
            }
        }

        static float[] Train(Optimizer<float> optimizer, WorkerTeam? team)
        {
            var random = new Random(5);
            float[] w = [.. Enumerable.Range(0, optimizer.ParameterCount).Select(_ => random.NextSingle() - 0.5f)];
            float[] g = [.. w.Select(_ => random.NextSingle() - 0.5f)];
            for (int step = 0; step < 3; step++)
                optimizer.Step(w, g, team);
            return w;
        }
    }

    [TestMethod]
    public void A_parameter_is_changed_alike_wherever_it_lies()
    {
        foreach (Func<ParameterSegment[], Optimizer<float>> make in s_makers)
        {
            var w = new float[77];
            Optimizer<float> optimizer = make(Segments.Of(77));
            w.AsSpan().Fill(0.7f);
            for (int step = 0; step < 5; step++)
                optimizer.Step(w, [.. w.Select(x => x - 0.1f)]);
            Assert.IsTrue(w.AsSpan().IndexOfAnyExcept(w[0]) < 0);
            Assert.AreNotEqual(0.7f, w[0]);
        }
    }

    [TestMethod]
    public void A_step_allocates_nothing()
    {
        using var team = new WorkerTeam(2);
        foreach (Func<ParameterSegment[], Optimizer<float>> make in s_makers)
        {
            Optimizer<float> optimizer = make(Segments.Of(80_000, 3));
            float[] w = new float[80_003], g = new float[80_003];
            // The least of some rounds: the first time that a thread has to sleep, the runtime makes what it sleeps on.
            Assert.AreEqual(0, Enumerable.Range(0, 5).Min(_ => AllocatedInSteps()));

            long AllocatedInSteps()
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                optimizer.Step(w, g);
                optimizer.Step(w, g, team);
                return GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }
    }

    [TestMethod]
    public void A_learning_rate_may_be_set_to_0_between_steps_and_nothing_below()
    {
        foreach (Func<ParameterSegment[], Optimizer<float>> make in s_makers)
        {
            Optimizer<float> optimizer = make(Segments.Of(3));
            float[] w = [1, 2, 3];
            optimizer.LearningRate = 0;
            optimizer.Step(w, [1, 1, 1]);
            CollectionAssert.AreEqual(new float[] { 1, 2, 3 }, w);
            foreach (double rate in new[] { -1e-9, double.NaN, double.PositiveInfinity })
                Assert.AreEqual("LearningRate", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => optimizer.LearningRate = rate).ParamName);
        }
    }

    [TestMethod]
    public void A_gap_between_segments_is_an_error_that_names_the_parameter()
    {
        ParameterSegment[] segments = [new("a", 0, 2, 2), new("b", 3, 1, 1)];
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new Sgd<float>(segments, 0.1)).Message, "'b' begins at 3; those before it end at 2");
    }
}
