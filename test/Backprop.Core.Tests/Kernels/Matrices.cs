using System.Numerics;
using System.Runtime.InteropServices;
using Backprop.Kernels;

namespace Backprop.Tests.Kernels;

/// <summary>Row-major matrices for tests of products.</summary>
internal static class Matrices
{
    /// <summary>Every strategy of this machine.</summary>
    public static IEnumerable<GemmStrategy<T>> Strategies<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => KernelSets.Supported.Select(GemmStrategy<T>.Create);

    /// <summary>Elements between -1 and 1; the same for the same seed.</summary>
    public static T[] Random<T>(int length, int seed)
        where T : INumberBase<T>
    {
        var random = new Random(seed);
        var elements = new T[length];
        for (var i = 0; i < length; i++)
        {
            elements[i] = T.CreateChecked((2 * random.NextDouble()) - 1);
        }

        return elements;
    }

    /// <summary>The transpose of a matrix of so many rows and columns.</summary>
    public static T[] Transpose<T>(T[] matrix, int rows, int columns)
    {
        var transpose = new T[matrix.Length];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                transpose[(j * rows) + i] = matrix[(i * columns) + j];
            }
        }

        return transpose;
    }

    /// <summary>Column j of a matrix of so many columns.</summary>
    public static T[] Column<T>(T[] matrix, int columns, int j)
    {
        var column = new T[matrix.Length / columns];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = matrix[(i * columns) + j];
        }

        return column;
    }

    /// <summary>The product by a strategy, from plain A and B, which are transposed here where asked.</summary>
    public static T[] Multiply<T>(
        GemmStrategy<T> strategy, int m, int n, int k, T[] a, T[] b,
        bool transposeA = false, bool transposeB = false, T[]? addTo = null, WorkerTeam? team = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // What is there before must not matter.
        var c = Enumerable.Repeat(T.NaN, m * n).ToArray();
        Gemm.Multiply<T>(
            strategy, transposeA, transposeB, m, n, k,
            transposeA ? Transpose(a, m, k) : a, transposeB ? Transpose(b, k, n) : b, c,
            new GemmEpilogue<T> { Addend = addTo, Scale = T.One }, team);
        return c;
    }

    /// <summary>Asserts that two results are equal to the bit.</summary>
    public static void AreSameBits<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string message)
        where T : unmanaged =>
        Assert.IsTrue(MemoryMarshal.AsBytes(expected).SequenceEqual(MemoryMarshal.AsBytes(actual)), message);
}
