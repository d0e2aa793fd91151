using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Graphs;

/// <summary>What an operation works on in one run: its inputs' values, the place for its result, and their bound shapes.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly ref struct Operands<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<Slot> _inputs;
    private readonly Slot _output;
    private readonly RunMemory<T> _memory;
    private readonly int _firstRow;

    /// <summary>All rows of a run, or those from <paramref name="firstRow"/> on; of these, one part of what can be done in parts.</summary>
    internal Operands(
        ReadOnlySpan<Slot> inputs, Slot output, RunMemory<T> memory, int rows, int firstRow = 0, int part = 0, int parts = 1)
    {
        _inputs = inputs;
        _output = output;
        _memory = memory;
        Rows = rows;
        _firstRow = firstRow;
        Part = part;
        Parts = parts;
    }

    /// <summary>The size of the free axis in this run.</summary>
    public int Rows { get; }

    /// <summary>The number of inputs.</summary>
    public int Count => _inputs.Length;

    /// <summary>The values of an input in row-major order.</summary>
    /// <param name="input">Which input, from 0.</param>
    public ReadOnlySpan<T> this[int input] => Values(_inputs[input]);

    /// <summary>Takes the values of the result in row-major order. What it holds before is of no meaning.</summary>
    public Span<T> Output => Values(_output);

    /// <summary>The shape of the result, the free axis unbound.</summary>
    public Shape OutputShape => _output.Shape;

    /// <summary>Which of <see cref="Parts"/> parts of the result to compute, from 0.</summary>
    internal int Part { get; }

    internal int Parts { get; }

    /// <summary>The first of the rows that are computed.</summary>
    internal int FirstRow => _firstRow;

    /// <summary>An input that is fed by the elements that are present, all of its rows; null for any other.</summary>
    /// <param name="input">Which input, from 0.</param>
    internal SparseMatrix<T>? Sparse(int input) => _inputs[input].Buffer == Slot.Sparse ? _memory.Sparse[_inputs[input].Offset] : null;

    /// <summary>How far the rows of an input lag behind that is a parameter; null where they do not.</summary>
    /// <param name="input">Which input, from 0.</param>
    internal AbsentRows<T>? AbsentRows(int input)
    {
        Slot slot = _inputs[input];
        foreach (RowSparseGradient<T> gradient in _memory.RowSparseGradients)
        {
            if (slot.Buffer == Slot.Parameters && slot.Offset == gradient.Segment.Offset)
                return gradient.AbsentRows;
        }

        return null;
    }

    /// <summary>What takes the elements of a product as they are completed; null for nothing.</summary>
    internal IProductSink? Sink => _output.Buffer == Slot.Gradients ? _memory.Sinks.GetValueOrDefault(_output.Offset) : null;

    /// <summary>The shape of an input, the free axis unbound.</summary>
    /// <param name="input">Which input, from 0.</param>
    public Shape Shape(int input) => _inputs[input].Shape;

    /// <summary>The size of an input's axis in this run.</summary>
    /// <param name="input">Which input, from 0.</param>
    /// <param name="axis">Which axis, from 0; from the end with <c>^</c>.</param>
    public int Size(int input, Index axis)
    {
        int size = _inputs[input].Shape[axis];
        return size == Graphs.Shape.Free ? Rows : size;
    }

    private Span<T> Values(Slot slot) => _memory.Buffers[slot.Buffer].AsSpan(slot.Start(_firstRow), slot.Count(Rows));
}
