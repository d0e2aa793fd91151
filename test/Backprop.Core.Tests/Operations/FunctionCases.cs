using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Operations.GradientCase;

namespace Backprop.Tests.Operations;

/// <summary>Functions of one tensor, element by element: each over a minibatch and over a random shape.</summary>
internal static class FunctionCases
{
    public static IEnumerable<(string Name, Func<Variable, Variable> Apply, Func<double, double>? Domain)> Functions() =>
    [
        ("exp", Op.Exp, null),
        ("log", Op.Log, Positive),
        ("sqrt", Op.Sqrt, Positive),
        ("square", x => Op.Power(x, 2), null),
        ("cube", x => Op.Power(x, 3), null),
        ("reciprocal", x => Op.Power(x, -1), AwayFromZero),
        ("power 2.5", x => Op.Power(x, 2.5), Positive),
        ("power -0.5", x => Op.Power(x, -0.5), Positive),
        ("abs", Op.Abs, null),
        ("clamp", x => Op.Clamp(x, -0.5, 0.75), null),
        ("sigmoid", Op.Sigmoid, null),
        ("tanh", Op.Tanh, null),
        ("relu", Op.Relu, null),
        ("leaky relu", x => Op.LeakyRelu(x, 0.2), null),
        ("leaky relu, steep", x => Op.LeakyRelu(x, 3), null),
        ("elu", x => Op.Elu(x), null),
        ("elu, alpha 0.7", x => Op.Elu(x, 0.7), null),
        ("selu", Op.Selu, null),
        ("normal cdf", Op.NormalCdf, null),
        ("gelu", Op.Gelu, null),
        ("silu", Op.Silu, null),
        ("mish", Op.Mish, null),
        ("softplus", Op.Softplus, null),
    ];

    public static IEnumerable<GradientCase> All()
    {
        var random = new Random(11);
        foreach ((string name, Func<Variable, Variable> apply, Func<double, double>? domain) in Functions())
        {
            yield return new(name, [new(Shape.Free, 4)], x => apply(x[0]), domain);
            Shape shape = RandomShape(random);
            yield return new($"{name} of {shape}", [shape], x => apply(x[0]), value => 2 * (domain?.Invoke(value) ?? value));
        }
    }
}
