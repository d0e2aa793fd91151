namespace Backprop.Graphs;

/// <summary>
/// The sizes of a tensor's axes, outermost first; values lie in row-major order. A scalar has no axes.
/// At most one axis may be <see cref="Free"/>: the rows of a minibatch, whose number each run binds anew.
/// </summary>
public readonly struct Shape : IEquatable<Shape>
{
    /// <summary>Stands for the size of the free axis.</summary>
    public const int Free = -1;

    private readonly int[]? _sizes;

    /// <summary>Makes a shape.</summary>
    /// <param name="sizes">The size of each axis: 0 or more, or <see cref="Free"/> for at most one of them.</param>
    /// <exception cref="ArgumentException">A size is below 0 and not <see cref="Free"/>, or two are free.</exception>
    public Shape(params ReadOnlySpan<int> sizes)
    {
        foreach (int size in sizes)
        {
            if (size < Free)
                throw new ArgumentException($"A size of a shape is {size}; it must be 0 or more, or Shape.Free.", nameof(sizes));
        }

        if (sizes.Count(Free) > 1)
            throw new ArgumentException(
                $"The shape {Format(sizes)} has {sizes.Count(Free)} free axes; it may have one.", nameof(sizes));

        _sizes = sizes.ToArray();
    }

    /// <summary>The shape of a single number.</summary>
    public static Shape Scalar => default;

    /// <summary>The number of axes.</summary>
    public int Rank => Sizes.Length;

    /// <summary>The size of each axis.</summary>
    public ReadOnlySpan<int> Sizes => _sizes;

    /// <summary>The size of one axis, or <see cref="Free"/>.</summary>
    /// <param name="axis">The axis, from 0; from the end with <c>^</c>.</param>
    public int this[Index axis] => Sizes[axis];

    /// <summary>Whether the number of values depends on the rows of the minibatch.</summary>
    public bool IsFree => Sizes.Contains(Free);

    /// <summary>The number of values with the free axis, if any, bound to a number of rows.</summary>
    /// <param name="rows">The size of the free axis.</param>
    /// <exception cref="OverflowException">There would be more values than an array may have.</exception>
    public int Count(int rows)
    {
        double count = 1; // Exact up to far above what is allowed.
        foreach (int size in Sizes)
            count *= size == Free ? rows : size;
        return count <= Array.MaxLength
            ? (int)count
            : throw new OverflowException($"A tensor of shape {this} with {rows} rows has {count:R} values; at most {Array.MaxLength} are possible.");
    }

    /// <summary>Writes the size of each axis with the free axis bound to a number of rows.</summary>
    /// <param name="rows">The size of the free axis.</param>
    /// <param name="sizes">Takes <see cref="Rank"/> sizes.</param>
    public void Bind(int rows, Span<int> sizes)
    {
        for (int axis = 0; axis < Rank; axis++)
            sizes[axis] = Sizes[axis] == Free ? rows : Sizes[axis];
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => Sizes.SequenceEqual(other.Sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int size in Sizes)
            hash.Add(size);
        return hash.ToHashCode();
    }

    /// <summary>Whether two shapes have the same sizes, the free axis at the same place.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>The sizes in brackets, the free axis as <c>rows</c>: <c>[rows, 784]</c>.</summary>
    public override string ToString() => Format(Sizes);

    private static string Format(ReadOnlySpan<int> sizes)
    {
        var words = new string[sizes.Length];
        for (int axis = 0; axis < words.Length; axis++)
            words[axis] = sizes[axis] == Free ? "rows" : sizes[axis].ToString(System.Globalization.CultureInfo.InvariantCulture);
        return $"[{string.Join(", ", words)}]";
    }
}
