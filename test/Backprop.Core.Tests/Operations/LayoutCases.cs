using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Operations.GradientCase;

namespace Backprop.Tests.Operations;

/// <summary>Reductions over axes, and what only moves elements.</summary>
internal static class LayoutCases
{
    public static IEnumerable<GradientCase> All() =>
    [
        new("sum", [new(2, 3, 2)], x => Op.Sum(x[0])),
        new("sum to a row", [new(Shape.Free, 3)], x => Op.SumTo(x[0], new Shape(3))),
        new("sum to a column", [new(Shape.Free, 3)], x => Op.SumTo(x[0], new Shape(Shape.Free, 1))),
        new("broadcast", [new(3, 1)], x => Op.BroadcastTo(x[0], new Shape(2, 3, 4))),
        new("mean over a minibatch", [new(Shape.Free, 3)], x => Op.Mean(x[0])),
        new("mean of each row", [new(Shape.Free, 3)], x => Op.Mean(x[0], [1])),
        new("mean of each column", [new(Shape.Free, 3)], x => Op.Mean(x[0], [0])),
        new("max", [new(2, 3, 2)], x => Op.Max(x[0])),
        new("max of each row", [new(Shape.Free, 3)], x => Op.Max(x[0], [^1])),
        new("max to a row", [new(Shape.Free, 3)], x => Op.MaxTo(x[0], new Shape(3))),
        new("sum of squares", [new(3, 3)], x => Op.SumOfSquares(x[0])),
        new("log-sum-exp", [new(Shape.Free, 4)], x => Op.LogSumExp(x[0])),
        new("log-sum-exp, axis kept", [new(2, Shape.Free, 4)], x => Op.LogSumExp(x[0], keepAxis: true)),
        new("softmax", [new(Shape.Free, 4)], x => Op.Softmax(x[0])),
        new("softmax of a tensor", [new(2, Shape.Free, 3)], x => Op.Softmax(x[0])),
        new("log-softmax", [new(Shape.Free, 4)], x => Op.LogSoftmax(x[0])),
        new("log-softmax of a vector", [new(5)], x => Op.LogSoftmax(x[0])),
        new("transpose a matrix", [new(Shape.Free, 3)], x => Op.Transpose(x[0])),
        new("transpose within a batch", [new(2, 3, Shape.Free)], x => Op.Transpose(x[0], 0, ^1, 1)),
        new("reshape", [new(Shape.Free, 6)], x => Op.Reshape(x[0], new Shape(2, Shape.Free, 3))),
        new("reshape a scalar", [Shape.Scalar], x => Op.Reshape(x[0], new Shape(1, 1))),
        new("slice", [new(Shape.Free, 5)], x => Op.Slice(x[0], 1, 1, 3)),
        new("slice, nothing left", [new(3, 2)], x => Op.Add(Op.Sum(Op.Slice(x[0], 0, 3, 0)), Op.Sum(x[0]))),
        new("pad", [new(Shape.Free, 2)], x => Op.Pad(x[0], ^1, 2, 1)),
        new("concatenate columns", [new(Shape.Free, 2), new(Shape.Free, 3)], x => Op.Concatenate(1, x[0], x[1])),
        new("concatenate a variable with itself", [new(2, 2), new(1, 2)], x => Op.Concatenate(0, x[0], x[1], x[0])),
        .. Enumerable.Range(0, 6).SelectMany(RandomAxes),
    ];

    private static IEnumerable<GradientCase> RandomAxes(int seed)
    {
        var random = new Random(seed);
        Shape shape = RandomShape(random, leastRank: 1);
        int[] order = [.. Enumerable.Range(0, shape.Rank)];
        random.Shuffle(order);
        Index[] axes = [.. order.Take(random.Next(1, shape.Rank + 1)).Select(axis => new Index(axis))];
        bool keep = random.Next(2) == 0;
        string over = $"of {shape} over {string.Join(" ", axes)}{(keep ? ", kept" : "")}, no. {seed}";
        yield return new($"sum {over}", [shape], x => Op.Sum(x[0], axes, keep));
        yield return new($"mean {over}", [shape], x => Op.Mean(x[0], axes, keep));
        yield return new($"max {over}", [shape], x => Op.Max(x[0], axes, keep));

        Index[] to = [.. order.Select(axis => new Index(axis))];
        yield return new($"transpose {shape} to {string.Join(" ", to)}, no. {seed}", [shape], x => Op.Transpose(x[0], to));

        int[] sizes = shape.Sizes.ToArray();
        int cut = Array.FindIndex(sizes, size => size != Shape.Free);
        if (cut < 0)
            yield break;
        int start = random.Next(sizes[cut]), length = random.Next(1, sizes[cut] - start + 1);
        sizes[cut] = random.Next(1, 4);
        Shape other = new(sizes);
        yield return new($"slice {shape} along {cut}, no. {seed}", [shape], x => Op.Slice(x[0], cut, start, length));
        yield return new($"pad {shape} along {cut}, no. {seed}", [shape], x => Op.Pad(x[0], cut, start, length));
        yield return new(
            $"concatenate {shape} and {other}, no. {seed}", [shape, other], x => Op.Concatenate(cut, x[0], x[1], x[0]));
    }
}
