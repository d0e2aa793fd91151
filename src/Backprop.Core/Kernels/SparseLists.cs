namespace Backprop.Kernels;

/// <summary>
/// The rows of a matrix, or its columns, by the elements that are present: those of list i stand from Starts[i] to before
/// Starts[i + 1], each with its index in the list and its value.
/// </summary>
/// <param name="starts">One more than there are lists.</param>
/// <param name="indices">The elements' indices, increasing within a list.</param>
/// <param name="values">The elements' values.</param>
internal readonly ref struct SparseLists<T>(ReadOnlySpan<int> starts, ReadOnlySpan<int> indices, ReadOnlySpan<T> values)
{
    /// <summary>Where each list starts, and where the last one ends.</summary>
    public ReadOnlySpan<int> Starts { get; } = starts;

    /// <summary>The elements' indices.</summary>
    public ReadOnlySpan<int> Indices { get; } = indices;

    /// <summary>The elements' values.</summary>
    public ReadOnlySpan<T> Values { get; } = values;

    /// <summary>The number of lists.</summary>
    public int Count => Starts.Length - 1;

    /// <summary>Some of the lists.</summary>
    public SparseLists<T> Slice(int first, int count) => new(Starts.Slice(first, count + 1), Indices, Values);
}
