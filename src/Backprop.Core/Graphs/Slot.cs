namespace Backprop.Graphs;

/// <summary>A tensor's place in one of the buffers that a run works on.</summary>
internal readonly record struct Slot(int Buffer, int Offset, Shape Shape)
{
    /// <summary>The buffers of inputs and results, of all parameters, and of their gradients.</summary>
    public const int Work = 0, Parameters = 1, Gradients = 2;

    /// <summary>The number of these.</summary>
    public const int Buffers = 3;

    /// <summary>In place of a buffer: what is fed by the elements that are present; the offset is its number among these.</summary>
    public const int Sparse = -1;

    private readonly int _countOfOneRow = Shape.Count(1);

    /// <summary>Whether the number of elements depends on the rows of a run.</summary>
    public bool IsFree { get; } = Shape.IsFree;

    /// <summary>Where a row begins; a tensor without a free axis has no rows.</summary>
    public int Start(int row) => IsFree ? Offset + (_countOfOneRow * row) : Offset;

    /// <summary>The number of elements with the free axis bound.</summary>
    public int Count(int rows) => IsFree ? _countOfOneRow * rows : _countOfOneRow;
}
