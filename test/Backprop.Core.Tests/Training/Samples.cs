using Backprop.Kernels;
using Backprop.Training;

namespace Backprop.Tests.Training;

/// <summary>Made-up rows to train on.</summary>
internal static class Samples
{
    /// <summary>y = 3 x0 - 2 x1 + 100, with noise; x even in (-1, 1).</summary>
    public static DataSet Line(int rows, double noise = 0.1, int seed = 1) =>
        Values(rows, seed, (x, random) => [(float)((3 * x[0]) - (2 * x[1]) + 100 + (noise * random.NextNormal()))]);

    /// <summary>Rows of two features in (-1, 1) with some targets.</summary>
    public static DataSet Values(int rows, int seed, Func<float[], RandomSource, float[]> targets)
    {
        var random = new RandomSource(seed);
        DataSet? data = null;
        for (int row = 0; row < rows; row++)
        {
            float[] x = [(float)((2 * random.NextDouble()) - 1), (float)((2 * random.NextDouble()) - 1)];
            float[] y = targets(x, random);
            data ??= DataSet.OfValues(2, y.Length);
            data.Add(x, y);
        }

        return data!;
    }

    /// <summary>Two classes, x0 + noise above 0 or not; of class 1 one row in <paramref name="oneIn"/> is left.</summary>
    public static DataSet TwoClasses(int rows, double noise, int oneIn = 1, int seed = 1)
    {
        var random = new RandomSource(seed);
        var data = new DataSet(2, 2);
        int positives = 0;
        while (data.Count < rows)
        {
            float[] x = [(float)random.NextNormal(), (float)random.NextNormal()];
            bool positive = x[0] + (noise * random.NextNormal()) > 0;
            if (!positive || positives++ % oneIn == 0)
                data.Add(x, positive ? 1 : 0);
        }

        return data;
    }

    /// <summary>All weights and biases.</summary>
    public static float[] Parameters(MlpModel model) => model.Parameters.ToArray();

    /// <summary>A path in a new folder.</summary>
    public static string NewPath() => Path.Combine(Directory.CreateTempSubdirectory("backprop").FullName, "training.checkpoint");
}
