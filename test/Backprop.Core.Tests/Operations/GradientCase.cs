using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Tests.Operations;

/// <summary>An operation to be checked against differences.</summary>
/// <param name="Name">What it is called in the test's name.</param>
/// <param name="Shapes">The shapes of its inputs.</param>
/// <param name="Build">Applies it.</param>
/// <param name="Domain">Maps a value from 0.1 to 1.1, of either sign, to where the operation is smooth.</param>
public sealed record GradientCase(
    string Name, Shape[] Shapes, Func<Variable[], Variable> Build, Func<double, double>? Domain = null)
{
    /// <summary>The rows that a run of a case binds.</summary>
    public const int Rows = 5;

    /// <summary>From 0.6 to 1.6.</summary>
    public static double Positive(double value) => Math.Abs(value) + 0.5;

    /// <summary>From 0.6 to 1.6, or from -1.6 to -0.6.</summary>
    public static double AwayFromZero(double value) => value + (0.5 * Math.Sign(value));

    /// <summary>A shape of 0 to 3 axes of sizes 1 to 4, one of them perhaps free.</summary>
    public static Shape RandomShape(Random random, int leastRank = 0)
    {
        var sizes = new int[random.Next(leastRank, 4)];
        foreach (ref int size in sizes.AsSpan())
            size = random.Next(1, 5);
        if (sizes.Length > 0 && random.Next(2) == 0)
            sizes[random.Next(sizes.Length)] = Shape.Free;
        return new Shape(sizes);
    }

    /// <summary>A shape that broadcasts to another: without some of its first axes, with size 1 for some others.</summary>
    public static Shape Shrink(Random random, Shape shape) =>
        new([.. shape.Sizes[random.Next(shape.Rank + 1)..].ToArray().Select(size => random.Next(3) == 0 ? 1 : size)]);

    /// <summary>A scalar of the result, the inputs and values for them.</summary>
    /// <remarks>It is a weighted sum of the squares of the result, so that no derivative is the same everywhere.</remarks>
    public (Variable Z, Variable[] X, Dictionary<Variable, double[]> Values) Setup()
    {
        var random = new Random(Name.Length);
        var graph = new Graph();
        var values = new Dictionary<Variable, double[]>();
        Variable[] x =
            [.. Shapes.Select((shape, i) => shape.IsFree ? graph.Input($"x{i}", shape) : graph.Parameter($"x{i}", shape))];
        foreach (Variable v in x)
            values[v] = [.. Evaluation.RandomValues(random, v.Shape.Count(Rows)).Select(Domain ?? (value => value))];
        Variable y = Build(x);
        Variable weights = graph.Input("weights", y.Shape);
        values[weights] = Evaluation.RandomValues(random, y.Shape.Count(Rows));
        return (Op.Sum(weights * (y * y)), x, values);
    }

    public override string ToString() => Name;
}
