using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Tests.Operations;

/// <summary>Losses, differentiated by predictions and by targets.</summary>
internal static class LossCases
{
    public static IEnumerable<GradientCase> All() =>
    [
        new("softmax cross-entropy", [new(3, 4)], x => Op.SoftmaxCrossEntropy(x[0], x[0].Graph.Constant(2, new Shape(3, 1)))),
        .. OfTwo("softmax cross-entropy with probabilities", Op.SoftmaxCrossEntropyWithProbabilities),
        .. OfTwo("sigmoid cross-entropy", Op.SigmoidCrossEntropy),
        .. OfTwo("squared error", Op.SquaredError),
        .. OfTwo("absolute error", Op.AbsoluteError),
        .. OfTwo("huber", (prediction, target) => Op.Huber(prediction, target, 0.8)),
        new("squared error of a tensor with itself", [new(2)], x => Op.Exp(Op.SquaredError(x[0], x[0]) + x[0])),
    ];

    private static IEnumerable<GradientCase> OfTwo(string name, Func<Variable, Variable, Variable> loss) =>
        new[] { new Shape(Shape.Free, 3), new Shape(2, 2, 2), new Shape(4) }.Select(
            shape => new GradientCase($"{name} {shape}", [shape, shape], x => loss(x[0], x[1])));
}
