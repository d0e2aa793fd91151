namespace Backprop.Kernels;

/// <summary>
/// Where a parameter lies in the flat buffer of all parameters, and its gradient in that of all gradients; and how optimizers
/// treat it.
/// </summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Offset">The index of its first value.</param>
/// <param name="Length">The number of its values.</param>
/// <param name="RowLength">The values of one of its rows, which is the length of its last axis: 1 or more.</param>
public sealed record ParameterSegment(string Name, int Offset, int Length, int RowLength)
{
    /// <summary>What the optimizer's learning rate is multiplied by, 0 or more and finite; 0 freezes the parameter. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0 or not finite.</exception>
    public double LearningRateFactor { get; init => field = Checked(value, nameof(LearningRateFactor)); } = 1;

    /// <summary>
    /// What the optimizer's decoupled weight decay is multiplied by, 0 or more and finite; 0 for what is not decayed. Default 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0 or not finite.</exception>
    public double DecayFactor { get; init => field = Checked(value, nameof(DecayFactor)); } = 1;

    /// <summary>This segment's part of a flat buffer.</summary>
    /// <param name="buffer">All parameters, or all gradients.</param>
    public Span<T> Of<T>(Span<T> buffer) => buffer.Slice(Offset, Length);

    /// <inheritdoc cref="Of{T}(Span{T})"/>
    public ReadOnlySpan<T> Of<T>(ReadOnlySpan<T> buffer) => buffer.Slice(Offset, Length);

    private double Checked(double factor, string name) => factor >= 0 && double.IsFinite(factor)
        ? factor
        : throw new ArgumentOutOfRangeException(name, factor, $"{name} of parameter '{Name}' must be 0 or more and finite.");
}
