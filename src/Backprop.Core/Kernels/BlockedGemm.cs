using System.Numerics;
using System.Runtime.CompilerServices;

namespace Backprop.Kernels;

/// <summary>
/// The matrix product in blocks that fit the caches, after Goto and van de Geijn, "Anatomy of High-Performance Matrix
/// Multiplication" (2008), and Van Zee and van de Geijn, "BLIS" (2015): the rows of A of one
/// <see cref="GemmTile{T, TVector, TLanes}"/> stay in the first cache while the tiles go along the panels of a block of B,
/// which stays in the second.
/// </summary>
/// <remarks>
/// Unlike there, copying is the exception. The tile takes single elements of A, at any steps, and reads B in whole vectors;
/// so but for <see cref="IsWorthCopying"/> A is read where it lies, transposed or not, and so is B where its rows are
/// contiguous and the rows of A are few. This was measured, and so was holding the panel of B instead, as they do, which did
/// not pay: its 512 rows of 32 floats are more than the first cache, while a tile is so tall that the second keeps up with it.
/// </remarks>
internal sealed unsafe class BlockedGemm<T, TVector, TLanes> : GemmStrategy<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    /// <summary>Columns of B in a block.</summary>
    private const int ColumnBlock = 256;

    /// <summary>
    /// The rows of a transposed A that are copied at a time: whole tiles of them, and of floats an odd number of lines, so that
    /// neighbouring columns do not meet in one set of the first cache.
    /// </summary>
    private const int RowBlock = 336;

    /// <summary>
    /// With so many rows copying B pays, where its rows lie a page apart, or more: they crowd each other out of the first cache,
    /// and their pages out of the table of pages. A tile of twelve rows does not wait for that, one of six does.
    /// </summary>
    private static int RowsWorthPacking => TileRows > 6 ? 448 : 32;

    private static int TileRows => GemmTile<T, TVector, TLanes>.Rows;

    private static int TileColumns => GemmTile<T, TVector, TLanes>.Columns;

    /// <inheritdoc/>
    public override void Multiply(in GemmProduct<T> product)
    {
        // Not as a pattern, which would be matched on a copy: see the tile on copies.
        if (product.M == 1 && product.B.ColumnStep == 1 && product.C.ColumnStep == 1)
        {
            RowProduct.Multiply<T, TVector, TLanes>(product);
            return;
        }

        if (product.N >= TLanes.Width || product.M <= product.N)
        {
            MultiplyBlocks(product);
            return;
        }

        // Columns that do not fill a vector: so the rows of C shall, C' = B' A'.
        MultiplyBlocks(product.Transposed);
        product.Epilogue.Apply<TVector, TLanes, ScalarLanes<T>>(product.M, product.N, product.C);
    }

    [MethodImpl(Compiled.AtOnce)]
    private static void MultiplyBlocks(in GemmProduct<T> product)
    {
        var (m, n, k) = (product.M, product.N, product.K);
        var mayCopyA = IsWorthCopying(product.A, Math.Min(n, ColumnBlock), k);
        var packsB = m >= RowsWorthPacking && product.B.RowStep * sizeof(T) >= CacheHint.Page;
        var deepest = Math.Min(k, Gemm.DepthBlock);
        var edgeLength = Scratch.Padded<T>(TileRows * TileColumns);
        var copyLength = mayCopyA ? (nint)deepest * RowBlock : 0;
        var packedLength = Panels<T, TVector, TLanes>.PackedLength(deepest, Math.Min(n, ColumnBlock));
        T* edge = Scratch.Take<T>(edgeLength + copyLength + packedLength), copy = edge + edgeLength, packed = copy + copyLength;

        for (var j = 0; j < n; j += ColumnBlock)
        {
            var columns = Math.Min(n - j, ColumnBlock);
            var p = 0;
            do
            {
                // One block also where k is 0: an empty sum has an epilogue, too.
                var depth = Math.Min(k - p, Gemm.DepthBlock);
                var panels = new Panels<T, TVector, TLanes>(product.B.From(p, j), depth, columns, packsB, packed);
                panels.Pack();
                var copiesA = IsWorthCopying(product.A, columns, k);
                var rowBlock = copiesA ? RowBlock : m;
                for (var i = 0; i < m; i += rowBlock)
                {
                    var rows = Math.Min(m - i, rowBlock);
                    var a = copiesA ? CopyColumns(product.A.From(i, p), rows, depth, copy) : product.A.From(i, p);
                    MultiplyTiles(product, a, panels, i, i + rows, j, p, edge);
                }

                p += depth;
            }
            while (p < k);
        }
    }

    /// <summary>
    /// Whether to copy A for a block of B: where it is transposed and each column lies a page apart from the next, through several blocks
    /// of k, so that they are in no cache when the next panel comes; and where so many panels come that it pays.
    /// </summary>
    private static bool IsWorthCopying(in MatrixView<T> a, int columns, int k) =>
        a.RowStep == 1 && a.ColumnStep * sizeof(T) >= CacheHint.Page && k > Gemm.DepthBlock && columns >= ColumnBlock / 2;

    /// <summary>Copies columns of A, each contiguous, to where they lie closer.</summary>
    [MethodImpl(Compiled.AtOnce)]
    private static MatrixView<T> CopyColumns(MatrixView<T> a, int rows, int depth, T* to)
    {
        for (var column = 0; column < depth; column++)
        {
            new ReadOnlySpan<T>(a.At(0, column), rows).CopyTo(new Span<T>(to + (column * RowBlock), rows));
        }

        return new MatrixView<T>((nint)to, 1, RowBlock);
    }

    /// <summary>The tiles of some rows of C and one block of B, which begins with element (p, j).</summary>
    [MethodImpl(Compiled.AtOnce)]
    private static void MultiplyTiles(
        in GemmProduct<T> product, in MatrixView<T> a, in Panels<T, TVector, TLanes> b, int first, int end, int j, int p, T* edge)
    {
        var isLast = p + b.Rows == product.K;
        int rows;
        for (var i = first; i < end; i += rows)
        {
            rows = RowsOfTile(end - i);
            MultiplyRows(
                rows, a.From(i - first, 0), b, product.C.From(i, j), p > 0, isLast ? product.Epilogue.From(i, j) : default, edge);
        }
    }

    /// <summary>The tiles of the same rows of A, from panel to panel.</summary>
    [MethodImpl(Compiled.AtOnce)]
    private static void MultiplyRows(
        int rows, in MatrixView<T> a, in Panels<T, TVector, TLanes> b, in MatrixView<T> c, bool add, in TileEpilogue<T> epilogue,
        T* edge)
    {
        var (depth, columns) = (b.Rows, b.Columns);
        for (var j = 0; j < columns; j += TileColumns)
        {
            var tile = c.From(0, j);
            var tileColumns = Math.Min(columns - j, TileColumns);
            epilogue.Expect(rows, j, tileColumns);
            var vectors = tileColumns > TLanes.Width ? 2 : 1;
            if (tileColumns == vectors * TLanes.Width && c.ColumnStep == 1)
            {
                GemmTile<T, TVector, TLanes>.Multiply(rows, vectors, depth, a, b[j], tile, add);
            }
            else
            {
                var beside = MatrixView<T>.RowMajor(edge, TileColumns);
                GemmTile<T, TVector, TLanes>.Multiply(rows, vectors, depth, a, b[j], beside, add: false);
                CopyPart(rows, tileColumns, beside, tile, add);
            }
        }

        epilogue.Apply<TVector, TLanes, ScalarLanes<T>>(rows, columns, c);
    }

    /// <summary>Whole tiles, and two even ones at the end: a tile of one or two rows has too few chains to keep busy with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int RowsOfTile(int rowsLeft) =>
        rowsLeft <= TileRows || rowsLeft >= 2 * TileRows ? Math.Min(rowsLeft, TileRows) : (rowsLeft + 1) / 2;

    /// <summary>Takes the columns that exist from a tile computed beside C.</summary>
    [MethodImpl(Compiled.AtOnce)]
    private static void CopyPart(int rows, int columns, MatrixView<T> from, MatrixView<T> to, bool add)
    {
        for (var i = 0; i < rows; i++)
        {
            T* source = from.At(i, 0), target = to.At(i, 0);
            for (var j = 0; j < columns; j++, target += to.ColumnStep)
            {
                *target = add ? *target + source[j] : source[j];
            }
        }
    }
}
