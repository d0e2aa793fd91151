using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Networks;
using Backprop.Operations;

namespace CustomGraph;

/// <summary>
/// A network that is no stack of layers: two branches share their weights, the raw picture skips past both, and two
/// losses are trained at once. Nothing here or in the loop that trains it knows a derivative.
/// </summary>
internal sealed class TwoBranches
{
    private const int Units = 48;

    private readonly Variable _shared, _bias, _fromLeft, _fromRight, _skip, _parity;

    public TwoBranches()
    {
        Left = Graph.Input("left", new Shape(Shape.Free, 32));
        Right = Graph.Input("right", new Shape(Shape.Free, 32));
        Whole = Graph.Input("whole", new Shape(Shape.Free, 64));
        Digit = Graph.Input("digit", new Shape(Shape.Free, 1));
        Odd = Graph.Input("odd", new Shape(Shape.Free, 1));

        _shared = Graph.Parameter("shared", new Shape(32, Units));
        _bias = Graph.Parameter("bias", new Shape(Units));
        _fromLeft = Graph.Parameter("fromLeft", new Shape(Units, 10));
        _fromRight = Graph.Parameter("fromRight", new Shape(Units, 10));
        _skip = Graph.Parameter("skip", new Shape(64, 10));
        _parity = Graph.Parameter("parity", new Shape(10, 2));

        Variable left = Sine.Of(Op.Add(Op.MatMul(Left, _shared), _bias));
        Variable right = Sine.Of(Op.Add(Op.MatMul(Right, _shared), _bias));
        Logits = Op.MatMul(left, _fromLeft) + Op.MatMul(right, _fromRight) + Op.MatMul(Whole, _skip);
        Variable parity = Op.MatMul(Logits, _parity);
        Cost = Op.Mean(Op.SoftmaxCrossEntropy(Logits, Digit))
            + (0.5 * Op.Mean(Op.SoftmaxCrossEntropy(parity, Odd)))
            + (1e-4 * Op.SumOfSquares(_shared));
    }

    public Graph Graph { get; } = new();

    public Variable Left { get; }

    public Variable Right { get; }

    public Variable Whole { get; }

    public Variable Digit { get; }

    public Variable Odd { get; }

    /// <summary>[rows, 10]: the largest is the digit.</summary>
    public Variable Logits { get; }

    public Variable Cost { get; }

    /// <summary>Draws starting values.</summary>
    public float[] Initialize(RandomSource random)
    {
        var parameters = new float[Graph.ParameterCount];
        foreach (Variable weights in new[] { _shared, _fromLeft, _fromRight, _skip, _parity })
            Initializer.Draw(weights.Segment!.Of(parameters.AsSpan()), InitializerKind.HeUniform, weights.Shape[0], weights.Shape[1], random);
        return parameters;
    }
}
