// A graph of one's own, with an operation of one's own, trained on real digits by the loop and the optimizer that train
// the MLP.

using System.Globalization;
using System.Numerics.Tensors;
using Backprop.Execution;
using Backprop.Kernels;
using Backprop.Optimizers;
using Backprop.Training;
using CustomGraph;

float[][] lines =
[
    .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "digits.csv"))
        .Select(line => line.Split(',').Select(word => float.Parse(word, CultureInfo.InvariantCulture)).ToArray()),
];
float[][] pictures = [.. lines.Select(line => line[..64].Select(pixel => pixel / 16).ToArray())];
int[] digits = [.. lines.Select(line => (int)line[64])];
const int test = 360; // The last ones, by writers who may have written nothing before.

var graph = new TwoBranches();
Console.WriteLine($"J = {graph.Cost}");
Console.WriteLine();

var random = new RandomSource(1);
float[] parameters = graph.Initialize(random);
var data = new HalvesSource(pictures[..^test], digits[..^test], graph);
var options = new TrainingOptions
{
    Epochs = 60,
    Progress = progress =>
    {
        if (progress.Epoch % 10 == 0)
            Console.WriteLine($"Epoch {progress.Epoch}: loss {progress.Loss:F4}");
    },
};
TrainingLoop.Run(graph.Cost, data, parameters, new Sgd<float>(graph.Graph.Parameters, 0.05, 0.9), options, random);

var plan = new Plan<float>([graph.Logits], test);
using Workspace<float> workspace = plan.CreateWorkspace();
var unseen = new HalvesSource(pictures[^test..], digits[^test..], graph);
unseen.FillPictures([.. Enumerable.Range(0, test)], workspace);
workspace.Run(parameters, [], test);
int right = 0;
for (int row = 0; row < test; row++)
{
    if (TensorPrimitives.IndexOfMax(workspace.Value(graph.Logits).Slice(10 * row, 10)) == digits[digits.Length - test + row])
        right++;
}

Console.WriteLine();
Console.WriteLine($"Accuracy: {right / (double)test:F4}");
