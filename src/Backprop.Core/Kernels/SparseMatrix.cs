using System.Numerics;

namespace Backprop.Kernels;

/// <summary>
/// A matrix by its elements that are present, the others are 0: the rows of a minibatch, of which few columns are present.
/// It is filled anew for each minibatch, and allocates only when it has to hold more than ever before.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class SparseMatrix<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Elements row by row, and of each the row that it is in.
    private int[] _rowStarts = new int[1], _columns = [], _rows = [];
    private T[] _values = [];

    // The same column by column, of the columns that are present.
    private int[] _present = [], _columnStarts = [], _rowsByColumn = [];
    private T[] _valuesByColumn = [];
    private int _presentCount = -1; // -1: not grouped yet.
    private int[] _sorted = [], _spare = [];

    /// <summary>Makes one without rows.</summary>
    /// <param name="columns">The number of columns, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public SparseMatrix(int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        Columns = columns;
    }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The number of rows.</summary>
    public int Rows { get; private set; }

    /// <summary>The number of elements that are present.</summary>
    public int Count => _rowStarts[Rows];

    /// <summary>The columns of which an element is present, increasing.</summary>
    public ReadOnlySpan<int> PresentColumns
    {
        get
        {
            GroupByColumn();
            return _present.AsSpan(0, _presentCount);
        }
    }

    /// <summary>The values of the elements that are present, row by row.</summary>
    internal ReadOnlySpan<T> Values => _values.AsSpan(0, Count);

    /// <summary>The rows.</summary>
    internal SparseLists<T> ByRow => new(_rowStarts.AsSpan(0, Rows + 1), _columns.AsSpan(0, Count), _values.AsSpan(0, Count));

    /// <summary>The columns that are present, in the order of <see cref="PresentColumns"/>.</summary>
    internal SparseLists<T> ByColumn
    {
        get
        {
            GroupByColumn();
            return new(_columnStarts.AsSpan(0, _presentCount + 1), _rowsByColumn.AsSpan(0, Count), _valuesByColumn.AsSpan(0, Count));
        }
    }

    /// <summary>Takes all rows away.</summary>
    public void Clear()
    {
        Rows = 0;
        _presentCount = -1;
    }

    /// <summary>Adds a row.</summary>
    /// <param name="columns">The columns that are present, increasing.</param>
    /// <param name="values">Their values.</param>
    /// <exception cref="ArgumentException">
    /// There are not as many values, or the columns do not increase or are not below <see cref="Columns"/>.
    /// </exception>
    public void AddRow(ReadOnlySpan<int> columns, ReadOnlySpan<T> values)
    {
        if (columns.Length != values.Length)
            throw new ArgumentException($"The row has {columns.Length} columns and {values.Length} values.", nameof(columns));
        int last = -1;
        foreach (int column in columns)
        {
            if (column <= last || column >= Columns)
            {
                throw new ArgumentException(
                    $"Column {column} follows {last}; columns must increase from 0 and be below {Columns}.", nameof(columns));
            }

            last = column;
        }

        int start = Count;
        MakeRoom(columns.Length);
        columns.CopyTo(_columns.AsSpan(start));
        values.CopyTo(_values.AsSpan(start));
        EndRow(start + columns.Length);
    }

    /// <summary>Adds a row by all its values, of which those other than 0 are present.</summary>
    /// <param name="values">One a column.</param>
    /// <exception cref="ArgumentException">There are not as many values as columns.</exception>
    public void AddRow(ReadOnlySpan<T> values)
    {
        if (values.Length != Columns)
            throw new ArgumentException($"The row has {values.Length} values; the matrix has {Columns} columns.", nameof(values));
        int end = Count;
        MakeRoom(Columns);
        for (int column = 0; column < values.Length; column++)
        {
            if (values[column] == T.Zero)
                continue;
            (_columns[end], _values[end]) = (column, values[column]);
            end++;
        }

        EndRow(end);
    }

    /// <summary>
    /// Sorts the elements by column, stably, so that the rows of a column increase. The work is in proportion to what is
    /// present, not to the columns: a sort by one digit of the column after the other, the lowest first.
    /// </summary>
    internal void GroupByColumn()
    {
        if (_presentCount >= 0)
            return;
        Grow(ref _sorted, Count);
        Grow(ref _spare, Count);
        Grow(ref _rowsByColumn, Count);
        Grow(ref _valuesByColumn, Count);
        Grow(ref _present, Count);
        Grow(ref _columnStarts, Count + 1);
        ReadOnlySpan<int> columns = _columns.AsSpan(0, Count);
        Span<int> places = stackalloc int[Digit.Values];
        Digit.Places(columns, 0, places);
        for (int element = 0; element < columns.Length; element++)
            _sorted[places[Digit.Of(columns[element], 0)]++] = element;
        for (int shift = Digit.Bits; shift < 32 && (Columns - 1) >> shift > 0; shift += Digit.Bits)
        {
            Digit.Places(columns, shift, places);
            foreach (int element in _sorted.AsSpan(0, Count))
                _spare[places[Digit.Of(columns[element], shift)]++] = element;
            (_sorted, _spare) = (_spare, _sorted);
        }

        // Without branches, which nobody could predict: the last of a column's elements leaves its end.
        int present = 0, last = -1;
        Span<int> names = _present, ends = _columnStarts.AsSpan(1);
        for (int i = 0; i < columns.Length; i++)
        {
            int element = _sorted[i], column = columns[element];
            present += column != last ? 1 : 0;
            (last, names[present - 1], ends[present - 1]) = (column, column, i + 1);
            _rowsByColumn[i] = _rows[element];
            _valuesByColumn[i] = _values[element];
        }

        _presentCount = present;
    }

    private void MakeRoom(int elements)
    {
        int end = checked(Count + elements);
        Grow(ref _columns, end);
        Grow(ref _rows, end);
        Grow(ref _values, end);
        Grow(ref _rowStarts, Rows + 2);
    }

    /// <summary>Makes a row of the elements that were written behind the last.</summary>
    private void EndRow(int end)
    {
        _rows.AsSpan(Count, end - Count).Fill(Rows);
        _rowStarts[Rows + 1] = end;
        Rows++;
        _presentCount = -1;
    }

    private static void Grow<TItem>(ref TItem[] array, int length)
    {
        if (array.Length < length)
            Array.Resize(ref array, (int)Math.Min(Math.Max(length, 2L * array.Length), Array.MaxLength));
    }

    /// <summary>A digit of a column's number.</summary>
    private static class Digit
    {
        /// <summary>So many places to write to are as many lines as a first cache has.</summary>
        public const int Bits = 9;

        public const int Values = 1 << Bits;

        public static int Of(int column, int shift) => (column >> shift) & (Values - 1);

        /// <summary>Where the first column with each value of a digit goes.</summary>
        public static void Places(ReadOnlySpan<int> columns, int shift, Span<int> places)
        {
            places.Clear();
            foreach (int column in columns)
                places[Of(column, shift)]++;
            int start = 0;
            foreach (ref int count in places)
                (count, start) = (start, start + count);
        }
    }
}
