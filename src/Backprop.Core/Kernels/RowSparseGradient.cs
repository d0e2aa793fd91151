using System.Numerics;

namespace Backprop.Kernels;

/// <summary>
/// The gradient of a parameter W that a sparse product A W reads: A' G + multiple W. It is kept as that product, since of a
/// minibatch it has few rows, the columns that are present in A; of any other row only the multiple of W is left.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class RowSparseGradient<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int AtATime = 16;

    private readonly SparseMatrix<T> _a;
    private readonly ArraySegment<T> _buffer;
    private readonly int _offset;

    /// <summary>Names the factors.</summary>
    /// <param name="segment">The parameter's place in the flat buffer.</param>
    /// <param name="multiple">What the parameter is multiplied by: 2 lambda of a penalty lambda sum(w^2), or 0.</param>
    /// <param name="a">A.</param>
    /// <param name="buffer">Where G lies, row by row, as many rows as A has.</param>
    /// <param name="offset">Where it begins there.</param>
    public RowSparseGradient(ParameterSegment segment, double multiple, SparseMatrix<T> a, ArraySegment<T> buffer, int offset)
    {
        (Segment, Multiple) = (segment, multiple);
        (_a, _buffer, _offset) = (a, buffer, offset);
    }

    /// <summary>The parameter's place in the flat buffer.</summary>
    public ParameterSegment Segment { get; }

    /// <summary>What the parameter is multiplied by.</summary>
    public double Multiple { get; }

    /// <summary>How far the parameter's rows lag behind, through which products read them; null where they do not.</summary>
    public AbsentRows<T>? AbsentRows { get; set; }

    /// <summary>The rows that are present in the minibatch that A holds now, increasing.</summary>
    public ReadOnlySpan<int> Rows => _a.PresentColumns;

    /// <summary>
    /// Takes a step, linear in the gradient, of some of the rows that are present: they catch up with all steps in
    /// <see cref="AbsentRows"/>, the last of which it is. Allocates nothing.
    /// </summary>
    /// <param name="first">The first, a place in <see cref="Rows"/>.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="parameters">All parameters, flat; changed in place.</param>
    /// <param name="gradientToW">What of A' G there is in the new row.</param>
    /// <param name="gradientToState">What of it there is in its new state.</param>
    public void Step(int first, int end, ArraySegment<T> parameters, T gradientToW, T gradientToState)
    {
        int width = Segment.RowLength;
        SparseGemm.Step(
            _a.ByColumn.Slice(first, end - first), Rows[first..end], width, _buffer.AsSpan(_offset, _a.Rows * width),
            Segment.Of(parameters.AsSpan()), AbsentRows!, gradientToW, gradientToState);
    }

    /// <summary>
    /// Computes A' G for some of the rows that are present, a few at a time, and hands each over while it is in the first cache.
    /// Allocates nothing.
    /// </summary>
    /// <param name="first">The first, a place in <see cref="Rows"/>.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="reader">Takes the rows.</param>
    public void Read<TReader>(int first, int end, TReader reader)
        where TReader : struct, IGradientRowReader<T>
    {
        int width = Segment.RowLength, ahead = CacheHint.RowsAhead(2 * width * sizeof(T)); // Of a parameter, and most often a state.
        ReadOnlySpan<T> g = _buffer.AsSpan(_offset, _a.Rows * width);
        SparseLists<T> columns = _a.ByColumn;
        ReadOnlySpan<int> rows = Rows;
        var products = new Span<T>(Scratch.Take<T>((nint)AtATime * width), AtATime * width);
        for (int next = first; next < Math.Min(first + ahead, end); next++)
            reader.Expect(rows[next]);
        while (first < end)
        {
            int count = Math.Min(AtATime, end - first);
            SparseGemm.Multiply(columns.Slice(first, count), _a.Rows, width, g, products[..(count * width)]);
            for (int i = 0; i < count; i++, first++)
            {
                if (first + ahead < end)
                    reader.Expect(rows[first + ahead]);
                reader.Take(rows[first], products.Slice(i * width, width));
            }
        }
    }
}

/// <summary>Takes rows of a gradient.</summary>
internal interface IGradientRowReader<T>
{
    /// <summary>A row will come soon.</summary>
    void Expect(int row);

    /// <summary>Takes a row of A' G, which it may change; it is gone afterwards.</summary>
    /// <param name="row">Which row of the parameter.</param>
    /// <param name="product">Its product.</param>
    void Take(int row, Span<T> product);
}
