using System.Runtime.CompilerServices;

namespace Backprop.Kernels;

/// <summary>
/// A block of B cut into panels as wide as a tile, each of which a tile reads as rows of whole vectors. Panels that lie in
/// memory like that may be left where they are, the others are packed.
/// </summary>
/// <remarks>
/// A packed panel holds its rows one after the other. The last panel may be narrower; it is filled up with columns of zeros
/// to the next whole vector, whose results nobody keeps.
/// </remarks>
internal readonly unsafe struct Panels<T, TVector, TLanes>
    where T : unmanaged
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    /// <summary>
    /// Contiguous columns transposed together. Their lines often differ by a power of two and then share one set of the
    /// first cache, which has eight or more ways.
    /// </summary>
    private const int Strip = Transposition.Columns;

    private readonly MatrixView<T> _block;
    private readonly int _firstPacked;
    private readonly T* _packed;

    /// <summary>Decides which panels need packing.</summary>
    /// <param name="block">A block of op(B).</param>
    /// <param name="rows">Its rows, a stretch of k.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="packsAll">Whether to pack panels that could be read where they are.</param>
    /// <param name="packed">Room for <see cref="PackedLength"/> elements.</param>
    public Panels(MatrixView<T> block, int rows, int columns, bool packsAll, T* packed)
    {
        _block = block;
        Rows = rows;
        Columns = columns;
        _packed = packed;
        if (!packsAll && block.ColumnStep == 1)
        {
            _firstPacked = columns % TLanes.Width == 0 ? columns : columns - (columns % Tile);
        }
    }

    /// <summary>The rows of the block.</summary>
    public int Rows { get; }

    /// <summary>The columns of the block.</summary>
    public int Columns { get; }

    /// <summary>The panel that begins with <paramref name="column"/>, a multiple of the tile.</summary>
    public MatrixView<T> this[int column]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => column < _firstPacked
            ? _block.From(0, column)
            : new((nint)(_packed + ((nint)(column - _firstPacked) * Rows)), WidthAt(column), 1);
    }

    private static int Tile => GemmTile<T, TVector, TLanes>.Columns;

    /// <summary>The most elements that packed panels of a block take.</summary>
    public static nint PackedLength(int rows, int columns) => (nint)(columns + Tile - 1) / Tile * Tile * rows;

    private int WidthAt(int column) => Math.Min(Tile, (Columns - column + TLanes.Width - 1) / TLanes.Width * TLanes.Width);

    /// <summary>Packs the panels that need it.</summary>
    public void Pack()
    {
        var whole = Columns - (Columns % Tile);
        if (_block.ColumnStep == 1 && _firstPacked < whole)
        {
            PackRows(whole);
        }
        else
        {
            for (var column = _firstPacked; column < whole; column += Tile)
            {
                PackColumns(_block.From(0, column), Tile, this[column]);
            }
        }

        if (_firstPacked < Columns && whole < Columns)
        {
            PackLast(whole);
        }
    }

    /// <summary>
    /// Copies rows through all whole panels at once: rows that lie a page apart would be waited for if each panel came to them anew. The
    /// widest vectors write lines whole, since a part of one is not written before the line has been read.
    /// </summary>
    [MethodImpl(Compiled.AtOnce)]
    private void PackRows(int columns)
    {
        for (var row = 0; row < Rows; row++)
        {
            T* from = _block.At(row, 0), to = _packed + (row * Tile);
            for (var column = 0; column < columns; column += Tile, to += (nint)Rows * Tile)
            {
                TLanes.Store(TLanes.Load(from + column), to);
                TLanes.Store(TLanes.Load(from + column + TLanes.Width), to + TLanes.Width);
            }
        }
    }

    /// <summary>Packs the last panel, which is no whole tile, and fills it up with zeros.</summary>
    private void PackLast(int column)
    {
        var (from, to, columns) = (_block.From(0, column), this[column], Columns - column);
        if (columns < WidthAt(column))
        {
            new Span<T>(to.Data, WidthAt(column) * Rows).Clear();
        }

        if (_block.ColumnStep == 1)
        {
            PackPart(from, columns, to);
        }
        else
        {
            PackColumns(from, columns, to);
        }
    }

    [MethodImpl(Compiled.AtOnce)]
    private void PackPart(MatrixView<T> from, int columns, MatrixView<T> to)
    {
        for (var row = 0; row < Rows; row++)
        {
            new ReadOnlySpan<T>(from.At(row, 0), columns).CopyTo(new Span<T>(to.At(row, 0), columns));
        }
    }

    /// <summary>Transposes the columns of a panel.</summary>
    private void PackColumns(in MatrixView<T> from, int columns, in MatrixView<T> to)
    {
        for (var strip = 0; strip < columns; strip += Strip)
        {
            PackStrip(from.From(0, strip), Math.Min(columns - strip, Strip), to.From(0, strip));
        }
    }

    /// <summary>Transposes a few columns, each contiguous.</summary>
    [MethodImpl(Compiled.AtOnce)]
    private void PackStrip(MatrixView<T> from, int columns, MatrixView<T> to)
    {
        var row = 0;
        if (from.RowStep == 1 && columns == Strip && Transposition.Moves<T>())
        {
            row = Transposition.Rows(Rows, from.Data, from.ColumnStep, to.Data, to.RowStep);
        }

        for (; row < Rows; row++)
        {
            var source = from.At(row, 0);
            var target = to.At(row, 0);
            for (var column = 0; column < columns; column++, source += from.ColumnStep)
            {
                target[column] = *source;
            }
        }
    }
}
