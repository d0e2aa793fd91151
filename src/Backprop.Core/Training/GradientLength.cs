using Backprop.Kernels;

namespace Backprop.Training;

/// <summary>The length of a gradient of all parameters, some of which may be kept as products of which few rows are present.</summary>
internal sealed class GradientLength
{
    private readonly IReadOnlyList<RowSparseGradient<float>> _rowSparse;
    private readonly List<Range> _dense = []; // Where the flat buffer holds gradients: the others' places there are never written.
    private double _squares;

    /// <summary>Makes ready.</summary>
    /// <param name="parameters">The number of parameters.</param>
    /// <param name="rowSparse">The gradients that are kept as products.</param>
    public GradientLength(int parameters, IReadOnlyList<RowSparseGradient<float>> rowSparse)
    {
        _rowSparse = rowSparse;
        int end = 0;
        foreach (ParameterSegment segment in rowSparse.Select(gradient => gradient.Segment).OrderBy(segment => segment.Offset))
        {
            _dense.Add(end..segment.Offset);
            end = segment.Offset + segment.Length;
        }

        _dense.Add(end..parameters);
    }

    /// <summary>The length, over the rows that are present. Allocates nothing.</summary>
    public double Of(ArraySegment<float> parameters, ReadOnlySpan<float> gradients)
    {
        _squares = 0;
        for (int i = 0; i < _dense.Count; i++)
            _squares += DoubleDot.Of(gradients[_dense[i]], gradients[_dense[i]]);
        for (int i = 0; i < _rowSparse.Count; i++)
            _rowSparse[i].Read(0, _rowSparse[i].Rows.Length, new Reader(this, _rowSparse[i], parameters));
        return Math.Sqrt(_squares);
    }

    private readonly struct Reader(GradientLength length, RowSparseGradient<float> gradient, ArraySegment<float> parameters)
        : IGradientRowReader<float>
    {
        public void Expect(int row)
        {
            if (gradient.Multiple != 0)
                CacheHint.Prefetch<float>(Row(row));
        }

        public void Take(int row, Span<float> product)
        {
            if (gradient.Multiple != 0)
                Update.AddMultiple(product, Row(row), (float)gradient.Multiple);
            length._squares += DoubleDot.Of<float>(product, product);
        }

        private Span<float> Row(int row)
        {
            int width = gradient.Segment.RowLength;
            return parameters.AsSpan(gradient.Segment.Offset + (row * width), width);
        }
    }
}
