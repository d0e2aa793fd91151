using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>The shapes that a reduction over some axes of a tensor has to do with.</summary>
internal readonly struct ReducedAxes
{
    /// <summary>Checks and sorts the axes.</summary>
    /// <param name="operation">What reduces, for messages.</param>
    /// <param name="shape">The tensor's shape.</param>
    /// <param name="axes">Which axes of it.</param>
    public ReducedAxes(string operation, Shape shape, ReadOnlySpan<Index> axes)
    {
        var isReduced = new bool[shape.Rank];
        foreach (Index index in axes)
        {
            int axis = index.GetOffset(shape.Rank);
            if ((uint)axis >= (uint)shape.Rank)
                throw new ArgumentException($"{operation} of {shape}: there is no axis {index}.", nameof(axes));
            if (isReduced[axis])
                throw new ArgumentException($"{operation} of {shape}: axis {axis} is given twice.", nameof(axes));
            isReduced[axis] = true;
        }

        int[] sizes = shape.Sizes.ToArray();
        Kept = new Shape([.. sizes.Select((size, axis) => isReduced[axis] ? 1 : size)]);
        Dropped = new Shape([.. sizes.Where((_, axis) => !isReduced[axis])]);
        Over = new Shape([.. sizes.Where((_, axis) => isReduced[axis])]);
    }

    /// <summary>The result's shape if the axes stay with size 1.</summary>
    public Shape Kept { get; }

    /// <summary>The result's shape if they do not stay.</summary>
    public Shape Dropped { get; }

    /// <summary>The sizes of the axes alone: its elements are what one result is made of.</summary>
    public Shape Over { get; }
}
