using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Operations.GradientCase;

namespace Backprop.Tests.Operations;

/// <summary>Products, sums, and what else two tensors make together.</summary>
internal static class ArithmeticCases
{
    public static IEnumerable<GradientCase> All() =>
    [
        new("add, equal shapes", [new(3, 4), new(3, 4)], x => Op.Add(x[0], x[1])),
        new("add a row to a minibatch", [new(Shape.Free, 4), new(4)], x => Op.Add(x[0], x[1])),
        new("add a scalar", [new(2, 3), Shape.Scalar], x => Op.Add(x[0], x[1])),
        new("subtract a column from a minibatch", [new(Shape.Free, 3), new(Shape.Free, 1)], x => Op.Subtract(x[0], x[1])),
        new("subtract from a row", [new(3), new(2, 3)], x => Op.Subtract(x[0], x[1])),
        new("multiply, equal shapes", [new(3, 4), new(3, 4)], x => Op.Multiply(x[0], x[1])),
        new("multiply a column by a row", [new(3, 1), new(4)], x => Op.Multiply(x[0], x[1])),
        new("multiply the middle axis", [new(2, 3, 4), new(3, 1)], x => Op.Multiply(x[0], x[1])),
        new("multiply a variable by itself", [new(3)], x => Op.Multiply(x[0], x[0])),
        new("divide, equal shapes", [new(3, 4), new(3, 4)], x => Op.Divide(x[0], x[1]), AwayFromZero),
        new("divide a variable by itself", [new(3)], x => Op.Divide(Op.Exp(x[0]), x[0]), AwayFromZero),
        new("scale", [new(3, 2)], x => Op.Scale(x[0], -2.5)),
        new("negate", [new(3, 2)], x => Op.Negate(x[0])),
        new("power of a variable", [new(3, 2), new(3, 2)], x => Op.Power(x[0], x[1]), Positive),
        new("matmul", [new(Shape.Free, 4), new(4, 3)], x => Op.MatMul(x[0], x[1])),
        new("matmul, first transposed", [new(4, 2), new(4, 3)], x => Op.MatMul(x[0], x[1], transposeA: true)),
        new("matmul, second transposed", [new(Shape.Free, 4), new(3, 4)], x => Op.MatMul(x[0], x[1], transposeB: true)),
        new("matmul, both transposed", [new(4, 2), new(3, 4)], x => Op.MatMul(x[0], x[1], true, true)),
        new("matmul, the free axis within", [new(Shape.Free, 4), new(Shape.Free, 3)], x => Op.MatMul(x[0], x[1], true)),
        new("gate", [new(3, 2), new(3, 2)], x => Op.Gate(x[0], x[1])),
        new("select", [new(3, 2), new(3, 2), new(3, 2)], x => Op.Select(x[0], x[1], x[2])),
        new("accumulate", [new(2, 2), new(2, 2)], x => x[0].Graph.Apply(new Accumulate(), x[0], x[1], x[0])),
        .. Broadcast("add", Op.Add),
        .. Broadcast("subtract", Op.Subtract),
        .. Broadcast("multiply", Op.Multiply),
        .. Broadcast("divide", Op.Divide, AwayFromZero),
        .. Broadcast("maximum", Op.Maximum),
        .. Broadcast("power", Op.Power, Positive),
    ];

    // Random shapes, either side the smaller one.
    private static IEnumerable<GradientCase> Broadcast(
        string name, Func<Variable, Variable, Variable> apply, Func<double, double>? domain = null)
    {
        var random = new Random(name.Length);
        for (int i = 0; i < 6; i++)
        {
            Shape large = RandomShape(random, leastRank: 1), small = Shrink(random, large);
            (Shape a, Shape b) = i % 2 == 0 ? (large, small) : (small, large);
            yield return new($"{name} {a} and {b}, no. {i}", [a, b], x => apply(x[0], x[1]), domain);
        }
    }
}
