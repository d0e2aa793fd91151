// How long the parts of a training step take: forward, backward, update; each the best of many, on one thread.
// Usage: dotnet run -c Release --project bench/Throughput

using System.Diagnostics;
using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Networks;
using Backprop.Optimizers;

(int Inputs, int[] Hidden, int Classes, int Batch)[] shapes =
[
    (4, [16], 3, 32), (20, [64, 64], 3, 32), (54, [256, 256], 7, 256),
    (784, [128], 10, 64), (784, [256, 128], 10, 128), (784, [1024, 1024], 10, 256),
];
Console.WriteLine($"{"network, batch",-28}{"forward",10}{"backward",10}{"update",10} us  {"backward/forward",16}{"counted",9}{"rows/s",12}");
foreach ((int inputs, int[] hidden, int classes, int batch) in shapes)
{
    var network = new Mlp(new MlpArchitecture(inputs, hidden, classes), l2: 1e-4);
    Variable[] learned = [.. network.Layers.SelectMany(layer => new[] { layer.Weights, layer.Bias })];
    var gradientOf = learned.Zip(Backpropagation.Gradients(network.Cost, learned)).ToDictionary(p => p.First, p => p.Second);
    var forwardPlan = new Plan<float>([network.Cost], batch);
    var stepPlan = new Plan<float>([network.Cost], batch, gradientOf);
    using Workspace<float> forward = forwardPlan.CreateWorkspace(), step = stepPlan.CreateWorkspace();

    var random = new RandomSource(1);
    float[] parameters = network.Initialize(random), gradients = new float[parameters.Length];
    foreach (Workspace<float> workspace in new[] { forward, step })
    {
        foreach (ref float x in workspace.Input(network.Features, batch))
            x = (float)random.NextDouble();
        foreach (ref float label in workspace.Input(network.Labels, batch))
            label = random.NextInt32(classes);
    }

    var sgd = new Sgd<float>(network.Graph.Parameters, 1e-6, 0.9);
    double forwardTime = Best(() => forward.Run(parameters, [], batch));
    double stepTime = Best(() => step.Run(parameters, gradients, batch));
    double updateTime = Best(() => sgd.Step(parameters, gradients));
    double counted = (stepPlan.CountOperations(batch) / (double)forwardPlan.CountOperations(batch)) - 1;
    string name = $"{inputs}-{string.Join("-", hidden)}-{classes}, {batch}";
    Console.WriteLine(
        $"{name,-28}{forwardTime,10:F1}{stepTime - forwardTime,10:F1}{updateTime,10:F1}     " +
        $"{(stepTime - forwardTime) / forwardTime,16:F2}{counted,9:F2}{batch / (stepTime + updateTime) * 1e6,12:N0}");
}

// The best of the times of an action, in microseconds, after it has been compiled for good.
static double Best(Action action)
{
    double best = double.PositiveInfinity;
    long end = Stopwatch.GetTimestamp() + Stopwatch.Frequency;
    for (int i = 0; i < 20 || Stopwatch.GetTimestamp() < end; i++)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds);
    }

    return best;
}
