namespace Backprop.Graphs;

/// <summary>Where a parameter lies in the flat buffer of all parameters, and its gradient in that of all gradients.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Shape">The parameter's shape, all axes of fixed size.</param>
/// <param name="Offset">The index of its first value.</param>
/// <param name="Length">The number of its values.</param>
public sealed record ParameterSegment(string Name, Shape Shape, int Offset, int Length)
{
    /// <summary>This segment's part of a flat buffer.</summary>
    /// <param name="buffer">All parameters, or all gradients.</param>
    public Span<T> Of<T>(Span<T> buffer) => buffer.Slice(Offset, Length);

    /// <inheritdoc cref="Of{T}(Span{T})"/>
    public ReadOnlySpan<T> Of<T>(ReadOnlySpan<T> buffer) => buffer.Slice(Offset, Length);
}
