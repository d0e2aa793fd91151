using System.Runtime.CompilerServices;

namespace Backprop.Kernels;

/// <summary>
/// A matrix in memory: element (i, j) lies at <c>Data[i * RowStep + j * ColumnStep]</c>. A transposed operand is the same
/// memory with the two steps exchanged.
/// </summary>
/// <remarks>It pins nothing; whoever makes one holds the memory still while it is used.</remarks>
internal readonly unsafe record struct MatrixView<T>(nint Address, nint RowStep, nint ColumnStep)
    where T : unmanaged
{
    /// <summary>The address of element (0, 0).</summary>
    public T* Data => (T*)Address;

    /// <summary>Whether there is a matrix at all: the default view has none.</summary>
    public bool Exists => Address != 0;

    /// <summary>The same elements with rows and columns exchanged.</summary>
    public MatrixView<T> Transposed => new(Address, ColumnStep, RowStep);

    /// <summary>A compact row-major matrix of so many columns.</summary>
    public static MatrixView<T> RowMajor(T* data, int columns) => new((nint)data, columns, 1);

    /// <summary>The address of element (<paramref name="row"/>, <paramref name="column"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T* At(nint row, nint column) => Data + (row * RowStep) + (column * ColumnStep);

    /// <summary>The matrix that begins at element (<paramref name="row"/>, <paramref name="column"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MatrixView<T> From(nint row, nint column) => new((nint)At(row, column), RowStep, ColumnStep);
}
