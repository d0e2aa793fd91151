using System.Numerics.Tensors;
using Backprop.Kernels;

namespace Backprop.Training;

/// <summary>The length of a gradient of all parameters, some of which may be kept as products of which few rows are present.</summary>
internal sealed class GradientLength(IReadOnlyList<RowSparseGradient<float>> rowSparse)
{
    private const int Chunk = 1 << 12; // Summed in double from chunk to chunk: millions of squares in float lose digits.

    private double _squares;

    /// <summary>The length, over the rows that are present. Allocates nothing.</summary>
    public double Of(ArraySegment<float> parameters, ReadOnlySpan<float> gradients)
    {
        // What is kept as a product has zeros in the flat buffer.
        _squares = 0;
        for (int start = 0; start < gradients.Length; start += Chunk)
            _squares += TensorPrimitives.SumOfSquares(gradients.Slice(start, Math.Min(Chunk, gradients.Length - start)));
        for (int i = 0; i < rowSparse.Count; i++)
            rowSparse[i].Read(0, rowSparse[i].Rows.Length, new Reader(this, rowSparse[i], parameters));
        return Math.Sqrt(_squares);
    }

    private readonly struct Reader(GradientLength length, RowSparseGradient<float> gradient, ArraySegment<float> parameters) : IGradientRowReader<float>
    {
        public void Expect(int row)
        {
        }

        public void Take(int row, Span<float> product)
        {
            int offset = gradient.Segment.Offset + (row * product.Length);
            Update.AddMultiple(product, parameters.AsSpan(offset, product.Length), (float)gradient.Multiple);
            length._squares += TensorPrimitives.SumOfSquares<float>(product);
        }
    }
}
