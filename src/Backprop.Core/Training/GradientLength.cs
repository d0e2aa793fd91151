using Backprop.Kernels;

namespace Backprop.Training;

/// <summary>The length of a gradient of all parameters, some of which may be kept as products of which few rows are present.</summary>
internal sealed class GradientLength(IReadOnlyList<RowSparseGradient<float>> rowSparse)
{
    private double _squares;

    /// <summary>The length, over the rows that are present. Allocates nothing.</summary>
    public double Of(ArraySegment<float> parameters, ReadOnlySpan<float> gradients)
    {
        // What is kept as a product has zeros in the flat buffer.
        _squares = DoubleDot.Of(gradients, gradients);
        for (int i = 0; i < rowSparse.Count; i++)
            rowSparse[i].Read(0, rowSparse[i].Rows.Length, new Reader(this, rowSparse[i], parameters));
        return Math.Sqrt(_squares);
    }

    private readonly struct Reader(GradientLength length, RowSparseGradient<float> gradient, ArraySegment<float> parameters)
        : IGradientRowReader<float>
    {
        public void Expect(int row)
        {
        }

        public void Take(int row, Span<float> product)
        {
            int offset = gradient.Segment.Offset + (row * product.Length);
            Update.AddMultiple(product, parameters.AsSpan(offset, product.Length), (float)gradient.Multiple);
            length._squares += DoubleDot.Of<float>(product, product);
        }
    }
}
