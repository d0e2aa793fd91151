using System.Numerics.Tensors;

namespace Backprop.Training;

/// <summary>
/// Labelled rows in memory. Each row is kept as it was given, dense or sparse; memory follows the values that are present.
/// Rows are added by one thread; after that any number of threads may read.
/// </summary>
public sealed class DataSet
{
    // Rows lie one after the other in blocks, none across two: growing copies nothing, and no array limit bounds the whole.
    private const int BlockLength = 1 << 18;

    private readonly BlockList<float> _values = new(BlockLength);
    private readonly BlockList<int> _indices = new(BlockLength);
    private readonly List<Row> _rows = [];

    /// <summary>Starts an empty set.</summary>
    /// <param name="columns">The number of features, 1 or more.</param>
    /// <param name="classes">The number of classes, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public DataSet(int columns, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        Columns = columns;
        Classes = classes;
    }

    /// <summary>The number of features.</summary>
    public int Columns { get; }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The number of rows.</summary>
    public int Count => _rows.Count;

    /// <summary>The sum of the rows' weights.</summary>
    public double TotalWeight { get; private set; }

    /// <summary>Whether the rows have different weights; where all are equal, they count as none.</summary>
    public bool HasDifferentWeights { get; private set; }

    /// <summary>Copies dense rows into a new set. The number of classes is one more than the largest label.</summary>
    /// <param name="features">The rows' features in row-major order.</param>
    /// <param name="columns">The number of features of a row, 1 or more.</param>
    /// <param name="labels">The class of each row, from 0.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, there is no row, or a value is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is below 0.</exception>
    public static DataSet FromRows(ReadOnlySpan<float> features, int columns, ReadOnlySpan<int> labels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (labels.IsEmpty || (long)labels.Length * columns != features.Length)
            throw new ArgumentException(
                $"There are {features.Length} features, which is not {labels.Length} labels times {columns} columns.", nameof(features));
        int largest = 0;
        foreach (int label in labels)
            largest = Math.Max(largest, label);
        if (largest == int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(labels), largest, $"A label must be below {int.MaxValue}.");

        var data = new DataSet(columns, largest + 1);
        for (int row = 0; row < labels.Length; row++)
            data.Add(features.Slice(row * columns, columns), labels[row]);
        return data;
    }

    /// <summary>Whether a row may have these values: none is NaN or infinite.</summary>
    /// <param name="values">A row's values.</param>
    public static bool IsFinite(ReadOnlySpan<float> values) =>
        values.IsEmpty || TensorPrimitives.IsFiniteAll(values); // Of none, IsFiniteAll says false.

    /// <summary>Adds a dense row.</summary>
    /// <param name="features">All features of the row, finite.</param>
    /// <param name="label">The row's class, from 0.</param>
    /// <param name="weight">The row's weight, above 0 and finite: 2 counts like the row twice.</param>
    /// <exception cref="ArgumentException">There are not as many features as columns, or one is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The label is no class, or the weight out of its range.</exception>
    public void Add(ReadOnlySpan<float> features, int label, float weight = 1)
    {
        if (features.Length != Columns)
            throw new ArgumentException(
                $"The row has {features.Length} features; the data set has {Columns} columns.", nameof(features));
        Check(features, label, weight);
        AddRow(_values.Add(features), default, features.Length, isSparse: false, label, weight);
    }

    /// <summary>Adds a row by the features that are present; the others are 0.</summary>
    /// <param name="indices">The columns that are present, increasing.</param>
    /// <param name="values">Their values, finite.</param>
    /// <param name="label">The row's class, from 0.</param>
    /// <param name="weight">The row's weight, above 0 and finite: 2 counts like the row twice.</param>
    /// <exception cref="ArgumentException">The indices are not increasing columns, or not as many as values, or a value is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The label is no class, or the weight out of its range.</exception>
    public void AddSparse(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, int label, float weight = 1)
    {
        if (indices.Length != values.Length)
            throw new ArgumentException($"The row has {indices.Length} indices and {values.Length} values.", nameof(indices));
        int last = -1;
        foreach (int index in indices)
        {
            if (index <= last || index >= Columns)
                throw new ArgumentException(
                    $"Index {index} follows {last}; indices must increase and be below {Columns}.", nameof(indices));
            last = index;
        }

        Check(values, label, weight);
        AddRow(_values.Add(values), _indices.Add(indices), values.Length, isSparse: true, label, weight);
    }

    /// <summary>The class of a row.</summary>
    /// <param name="row">The row, from 0.</param>
    public int Label(int row) => _rows[row].Label;

    /// <summary>The weight of a row.</summary>
    /// <param name="row">The row, from 0.</param>
    public float Weight(int row) => _rows[row].Weight;

    /// <summary>Writes a row's features, all of them. Allocates nothing.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <param name="features">Takes <see cref="Columns"/> values.</param>
    public void CopyRow(int row, Span<float> features)
    {
        Row at = _rows[row];
        ReadOnlySpan<float> values = _values.Slice(at.Values, at.Length);
        if (!at.IsSparse)
        {
            values.CopyTo(features);
            return;
        }

        features[..Columns].Clear();
        ReadOnlySpan<int> indices = _indices.Slice(at.Indices, at.Length);
        for (int i = 0; i < indices.Length; i++)
            features[indices[i]] = values[i];
    }

    private void AddRow(BlockPosition values, BlockPosition indices, int length, bool isSparse, int label, float weight)
    {
        _rows.Add(new Row(values, indices, length, isSparse, label, weight));
        TotalWeight += weight;
        HasDifferentWeights |= weight != _rows[0].Weight;
    }

    private void Check(ReadOnlySpan<float> values, int label, float weight)
    {
        if (!IsFinite(values))
            throw new ArgumentException("A feature is NaN or infinite; features must be finite.", nameof(values));
        if ((uint)label >= (uint)Classes)
            throw new ArgumentOutOfRangeException(nameof(label), label, $"With {Classes} classes a label must be 0 to {Classes - 1}.");
        if (!(weight > 0 && float.IsFinite(weight)))
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "A row's weight must be above 0 and finite.");
    }

    private readonly record struct Row(BlockPosition Values, BlockPosition Indices, int Length, bool IsSparse, int Label, float Weight);
}
