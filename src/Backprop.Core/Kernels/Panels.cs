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
internal readonly unsafe struct Panels<T>
    where T : unmanaged
{
    /// <summary>
    /// Contiguous columns transposed together. Their lines often differ by a power of two and then share one set of the
    /// first cache, which has eight or more ways.
    /// </summary>
    private const int Strip = Transposition.Columns;

    private readonly MatrixView<T> _block;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _tile;
    private readonly int _vector;
    private readonly int _firstPacked;
    private readonly T* _packed;

    /// <summary>Decides which panels need packing.</summary>
    /// <param name="block">A block of op(B).</param>
    /// <param name="rows">Its rows, a stretch of k.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="tile">The columns of a panel: one or two vectors.</param>
    /// <param name="vector">The elements of a vector.</param>
    /// <param name="packsAll">Whether to pack panels that could be read where they are.</param>
    /// <param name="packed">Room for <see cref="PackedLength"/> elements.</param>
    public Panels(MatrixView<T> block, int rows, int columns, int tile, int vector, bool packsAll, T* packed)
    {
        _block = block;
        _rows = rows;
        _columns = columns;
        _tile = tile;
        _vector = vector;
        _packed = packed;
        if (!packsAll && block.ColumnStep == 1)
        {
            _firstPacked = columns % vector == 0 ? columns : columns - (columns % tile);
        }
    }

    /// <summary>The panel that begins with <paramref name="column"/>, a multiple of the tile.</summary>
    public MatrixView<T> this[int column] => column < _firstPacked
        ? _block.From(0, column)
        : new((nint)(_packed + ((nint)(column - _firstPacked) * _rows)), WidthAt(column), 1);

    /// <summary>The most elements that packed panels of a block take.</summary>
    public static nint PackedLength(int rows, int columns, int tile) => (nint)(columns + tile - 1) / tile * tile * rows;

    private int WidthAt(int column) => Math.Min(_tile, (_columns - column + _vector - 1) / _vector * _vector);

    /// <summary>Packs the panel that begins with <paramref name="column"/>, where it needs it.</summary>
    public void Pack(int column)
    {
        if (column < _firstPacked)
        {
            return;
        }

        var (from, to, columns) = (_block.From(0, column), this[column], Math.Min(_columns - column, _tile));
        if (columns < WidthAt(column))
        {
            new Span<T>(to.Data, WidthAt(column) * _rows).Clear();
        }

        if (_block.ColumnStep == 1)
        {
            PackRows(from, columns, to);
            return;
        }

        for (var strip = 0; strip < columns; strip += Strip)
        {
            PackStrip(from.From(0, strip), Math.Min(columns - strip, Strip), to.From(0, strip));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackRows(MatrixView<T> from, int columns, MatrixView<T> to)
    {
        for (var row = 0; row < _rows; row++)
        {
            new ReadOnlySpan<T>(from.At(row, 0), columns).CopyTo(new Span<T>(to.At(row, 0), columns));
        }
    }

    /// <summary>Transposes a few columns, each contiguous.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackStrip(MatrixView<T> from, int columns, MatrixView<T> to)
    {
        var row = 0;
        if (from.RowStep == 1 && columns == Strip && Transposition.Moves<T>())
        {
            row = Transposition.Rows(_rows, from.Data, from.ColumnStep, to.Data, to.RowStep);
        }

        for (; row < _rows; row++)
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
