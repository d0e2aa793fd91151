using Backprop.Networks;

namespace Backprop.Training;

/// <summary>The losses that a saved model may have; the numbers are part of the format.</summary>
internal enum LossKind
{
    Softmax = 1,
    Sigmoid = 2,
    Squared = 3,
    Absolute = 4,
    Huber = 5,
    Poisson = 6,
    Quantile = 7,
}

/// <summary>Losses as they are saved: a kind and a number.</summary>
internal static class LossFormat
{
    public static (LossKind Kind, double Number) Describe(MlpLoss loss) => loss switch
    {
        SoftmaxLoss softmax => (LossKind.Softmax, softmax.LabelSmoothing),
        SigmoidLoss sigmoid => (LossKind.Sigmoid, sigmoid.LabelSmoothing),
        SquaredLoss => (LossKind.Squared, 0),
        AbsoluteLoss => (LossKind.Absolute, 0),
        HuberLoss huber => (LossKind.Huber, huber.Delta),
        PoissonLoss => (LossKind.Poisson, 0),
        QuantileLoss quantile => (LossKind.Quantile, quantile.Quantile),
        _ => throw new NotSupportedException($"A model with {loss} cannot be saved: only losses of this library can."),
    };

    /// <exception cref="InvalidDataException">There is no such kind.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of its range.</exception>
    public static MlpLoss Make(LossKind kind, double number) => kind switch
    {
        LossKind.Softmax => new SoftmaxLoss(number),
        LossKind.Sigmoid => new SigmoidLoss(number),
        LossKind.Squared => new SquaredLoss(),
        LossKind.Absolute => new AbsoluteLoss(),
        LossKind.Huber => new HuberLoss(number),
        LossKind.Poisson => new PoissonLoss(),
        LossKind.Quantile => new QuantileLoss(number),
        _ => throw new InvalidDataException($"There is no loss {(int)kind}."),
    };
}
