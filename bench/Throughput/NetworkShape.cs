using System.Numerics.Tensors;
using Backprop.Kernels;
using Backprop.Networks;
using Backprop.Training;

namespace Throughput;

/// <summary>A network and the data that it is trained on: the yardstick of the project.</summary>
/// <param name="Name">What it is called in the results.</param>
/// <param name="Rows">The training rows.</param>
/// <param name="Inputs">The features of a row.</param>
/// <param name="Hidden">The units of each hidden layer.</param>
/// <param name="Classes">The classes.</param>
/// <param name="Batch">The rows of a minibatch.</param>
/// <param name="Target">How many times the better peer's rate is to be reached.</param>
internal sealed record NetworkShape(string Name, int Rows, int Inputs, int[] Hidden, int Classes, int Batch, double Target)
{
    /// <summary>What the graphs built by hand are, too.</summary>
    public static readonly NetworkShape Image = new("img-784-256-128-10-b128", 20_000, 784, [256, 128], 10, 128, 2.0);

    public static readonly IReadOnlyList<NetworkShape> All =
    [
        new("tiny-4-16-3-b32", 15_000, 4, [16], 3, 32, 12),
        new("tab-20-64-64-3-b32", 20_000, 20, [64, 64], 3, 32, 10),
        new("tab-54-256-256-7-b256", 50_000, 54, [256, 256], 7, 256, 2.8),
        new("img-784-128-10-b64", 20_000, 784, [128], 10, 64, 3),
        Image,
        new("img-784-1024-1024-10-b256", 10_000, 784, [1024, 1024], 10, 256, 1.4),
    ];

    /// <summary>
    /// The floating-point operations that training on one row needs: two for each weight in the forward pass, two for its
    /// gradient, and two for the gradient of the layer's input, which the first layer does not need.
    /// </summary>
    public double OperationsPerRow
    {
        get
        {
            IReadOnlyList<int> sizes = new MlpArchitecture(Inputs, Hidden, Classes).Sizes;
            return Enumerable.Range(1, sizes.Count - 1).Sum(layer => (layer == 1 ? 4.0 : 6.0) * sizes[layer - 1] * sizes[layer]);
        }
    }

    /// <summary>Draws the data: features even in [0, 1), the class the largest of x W with normal W.</summary>
    public Rows Draw(int rows)
    {
        var random = new RandomSource(1);
        var features = new float[rows * Inputs];
        foreach (ref float x in features.AsSpan())
            x = (float)random.NextDouble();
        var weights = new float[Inputs * Classes];
        foreach (ref float w in weights.AsSpan())
            w = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        var scores = new float[rows * Classes];
        Gemm.Multiply<float>(false, false, rows, Classes, Inputs, features, weights, scores);
        var labels = new int[rows];
        for (int row = 0; row < rows; row++)
            labels[row] = TensorPrimitives.IndexOfMax<float>(scores.AsSpan(row * Classes, Classes));
        return new Rows(this, features, labels);
    }
}

/// <summary>Drawn rows.</summary>
/// <param name="Shape">Their shape.</param>
/// <param name="Features">[rows, inputs], row-major.</param>
/// <param name="Labels">The class of each row, from 0.</param>
internal sealed record Rows(NetworkShape Shape, float[] Features, int[] Labels)
{
    /// <summary>The number of rows.</summary>
    public int Count => Labels.Length;

    /// <summary>The rows as a data set.</summary>
    public DataSet ToDataSet()
    {
        var data = new DataSet(Shape.Inputs, Shape.Classes);
        for (int row = 0; row < Count; row++)
            data.Add(Features.AsSpan(row * Shape.Inputs, Shape.Inputs), Labels[row]);
        return data;
    }
}
