using Backprop.Execution;
using Backprop.Kernels;
using Backprop.Networks;
using Backprop.Optimizers;
using Backprop.Training;

namespace Throughput;

/// <summary>How long the parts of a training step take on one thread, in microseconds.</summary>
/// <param name="Fill">Copying the rows of a minibatch.</param>
/// <param name="Forward">The cost.</param>
/// <param name="Backward">What the gradients take beyond it.</param>
/// <param name="Update">The optimizer's step.</param>
internal sealed record StepTimes(double Fill, double Forward, double Backward, double Update)
{
    public static StepTimes Measure(DataSet data, NetworkShape shape, string optimizer, double seconds)
    {
        MlpClassifierOptions options = TrainingRun.Options(shape, optimizer) with { LearningRate = 1e-9 };
        var network = new Mlp(new MlpArchitecture(shape.Inputs, shape.Hidden, shape.Classes), penalties: new() { L2 = options.L2 });
        using Workspace<float> forward = new Plan<float>(CostTerms.Of(network.Cost).OfData, shape.Batch).CreateWorkspace();
        using Workspace<float> step = TrainingLoop.PlanStep(network.Cost, shape.Batch).CreateWorkspace();
        var random = new RandomSource(1);
        ArraySegment<float> parameters = AlignedBuffer.Copy<float>(network.Initialize(random));
        IMiniBatchSource source = new MlpFeed(new RowSet(data), network, parameters, classWeights: null, dropout: 0, random).ReadBlocks().Single();
        ArraySegment<float> gradients = AlignedBuffer.Allocate<float>(parameters.Count);
        int[] rows = [.. Enumerable.Range(0, data.Count)];
        random.Shuffle(rows);

        int next = 0;
        void Fill(Workspace<float> workspace)
        {
            next = (next + shape.Batch) % (rows.Length - shape.Batch);
            source.Fill(rows.AsSpan(next, shape.Batch), workspace);
        }

        Fill(forward);
        Optimizer<float> updates = options.CreateOptimizer(network.Graph.Parameters);
        double[] best = Timing.Best(
            seconds, default,
            () => Fill(step),
            () => forward.Run(parameters, default, shape.Batch),
            () => step.Run(parameters, gradients, shape.Batch),
            () => updates.Step(parameters, gradients, team: null));
        return new StepTimes(1e6 * best[0], 1e6 * best[1], 1e6 * (best[2] - best[1]), 1e6 * best[3]);
    }
}
