namespace Backprop.Graphs;

/// <summary>A tensor's place in one of the buffers that a run works on.</summary>
internal readonly record struct Slot(int Buffer, int Offset, Shape Shape)
{
    /// <summary>The buffer of what is fed by the elements that are present; the offset is its number among these.</summary>
    public const int Sparse = -1;

    private readonly int _countOfOneRow = Shape.Count(1);
    private readonly bool _isFree = Shape.IsFree;

    /// <summary>Where a row begins; a tensor without a free axis has no rows.</summary>
    public int Start(int row) => _isFree ? Offset + (_countOfOneRow * row) : Offset;

    /// <summary>The number of elements with the free axis bound.</summary>
    public int Count(int rows) => _isFree ? _countOfOneRow * rows : _countOfOneRow;
}
