using System.Numerics.Tensors;
using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Training;

/// <summary>
/// Labelled rows in memory. Each row is kept as it was given, dense or sparse; memory follows the values that are present.
/// Rows are added by one thread; after that any number of threads may read.
/// </summary>
public sealed class DataSet
{
    /// <summary>How many times faster a value is worked on where all are present.</summary>
    private const int WorthDense = 8;

    private readonly RowBlocks<float> _dense;

    // Sparse rows: where each begins, the same place in both lists, and how long it is.
    private readonly RowBlocks<SparseRun> _sparse = new(1);
    private readonly BlockList<int> _indices = new();
    private readonly BlockList<float> _values = new();

    private readonly RowBlocks<int> _labels = new(1);
    private float _firstWeight;
    private RowBlocks<float>? _weights; // None while all are equal.
    private RowBlocks<int>? _places; // None while all rows are dense, or all sparse.

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
        _dense = new RowBlocks<float>(columns);
    }

    /// <summary>The number of features.</summary>
    public int Columns { get; }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The number of rows.</summary>
    public int Count => _labels.Count;

    /// <summary>The number of values that are present: <see cref="Columns"/> in a dense row, in a sparse one as many as were given.</summary>
    public long ValueCount { get; private set; }

    /// <summary>
    /// Whether there are sparse rows, and fewer than one value in eight is present, so that work on these alone is less than on all.
    /// All values of a dense row count as present.
    /// </summary>
    public bool IsSparse => _sparse.Count > 0 && ValueCount * WorthDense < (long)Count * Columns;

    /// <summary>The sum of the rows' weights.</summary>
    public double TotalWeight { get; private set; }

    /// <summary>Whether the rows have different weights; where all are equal, they count as none.</summary>
    public bool HasDifferentWeights => _weights is not null;

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

    /// <summary>Adds a dense row.</summary>
    /// <param name="features">All features of the row, finite.</param>
    /// <param name="label">The row's class, from 0.</param>
    /// <param name="weight">The row's weight, above 0 and finite: 2 counts like the row twice.</param>
    /// <exception cref="ArgumentException">There are not as many features as columns, or one is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The label is no class, or the weight out of its range.</exception>
    public void Add(ReadOnlySpan<float> features, int label, float weight = 1)
    {
        if (!TryAdd(features, label, weight))
            throw NotFinite(nameof(features));
    }

    /// <summary>Adds a dense row unless a feature is NaN or infinite.</summary>
    /// <param name="features">All features of the row.</param>
    /// <param name="label">The row's class, from 0.</param>
    /// <param name="weight">The row's weight, above 0 and finite: 2 counts like the row twice.</param>
    /// <returns>Whether all features were finite, and the row was added.</returns>
    /// <exception cref="ArgumentException">There are not as many features as columns.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The label is no class, or the weight out of its range.</exception>
    public bool TryAdd(ReadOnlySpan<float> features, int label, float weight = 1)
    {
        if (features.Length != Columns)
            throw new ArgumentException(
                $"The row has {features.Length} features; the data set has {Columns} columns.", nameof(features));
        Check(label, weight);
        if (!TensorPrimitives.IsFiniteAll(features))
            return false;
        _dense.Add(features);
        AddRow(_dense.Count - 1, features.Length, label, weight);
        return true;
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
        if (!TryAddSparse(indices, values, label, weight))
            throw NotFinite(nameof(values));
    }

    /// <summary>Adds a row by the features that are present, unless one is NaN or infinite; the others are 0.</summary>
    /// <param name="indices">The columns that are present, increasing.</param>
    /// <param name="values">Their values.</param>
    /// <param name="label">The row's class, from 0.</param>
    /// <param name="weight">The row's weight, above 0 and finite: 2 counts like the row twice.</param>
    /// <returns>Whether all values were finite, and the row was added.</returns>
    /// <exception cref="ArgumentException">The indices are not increasing columns, or not as many as values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The label is no class, or the weight out of its range.</exception>
    public bool TryAddSparse(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, int label, float weight = 1)
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

        Check(label, weight);
        if (!values.IsEmpty && !TensorPrimitives.IsFiniteAll(values)) // Of none, IsFiniteAll says false.
            return false;
        _indices.Add(indices);
        _sparse.Add([new SparseRun(_values.Add(values), values.Length)]);
        AddRow(~(_sparse.Count - 1), values.Length, label, weight);
        return true;
    }

    /// <summary>The class of a row.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public int Label(int row)
    {
        CheckRow(row);
        return _labels[row][0];
    }

    /// <summary>The weight of a row.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public float Weight(int row)
    {
        CheckRow(row);
        return _weights is null ? _firstWeight : _weights[row][0];
    }

    /// <summary>Writes a row's features, all of them. Allocates nothing.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <param name="features">Takes <see cref="Columns"/> values.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public void CopyRow(int row, Span<float> features)
    {
        if (!IsSparseRow(row))
        {
            DenseRow(row).CopyTo(features);
            return;
        }

        SparseRow(row, out ReadOnlySpan<int> indices, out ReadOnlySpan<float> values);
        features[..Columns].Clear();
        for (int i = 0; i < indices.Length; i++)
            features[indices[i]] = values[i];
    }

    /// <summary>
    /// Feeds the features of rows to an input, dense or sparse (<see cref="Graph.SparseInput"/>), by all threads of the
    /// workspace. Allocates nothing once a sparse input has held as much before.
    /// </summary>
    /// <param name="rows">The rows, each from 0 and below <see cref="Count"/>.</param>
    /// <param name="workspace">Takes them.</param>
    /// <param name="input">An input of its plan of as many columns.</param>
    /// <exception cref="ArgumentException">The plan has no such input, or it has not as many columns.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row, or there are more than the plan takes.</exception>
    public void CopyRows(ReadOnlySpan<int> rows, Workspace<float> workspace, Variable input)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(input);
        if (input.Shape.Rank != 2 || input.Shape[1] != Columns)
            throw new ArgumentException($"{input.Label} has not {Columns} columns, as the data set has.", nameof(input));
        workspace.CheckRows(rows.Length);
        foreach (int row in rows)
            CheckRow(row);
        if (input.IsSparse)
            CopyRows(rows, workspace.SparseInput(input));
        else
            CopyRows(rows, workspace.Input(input, rows.Length), workspace.Team);
    }

    /// <summary>Writes the classes of rows as numbers. Allocates nothing.</summary>
    /// <param name="rows">The rows, each from 0 and below <see cref="Count"/>.</param>
    /// <param name="labels">Takes one number a row.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public void CopyLabels(ReadOnlySpan<int> rows, Span<float> labels)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            CheckRow(rows[i]);
            labels[i] = _labels[rows[i]][0];
        }
    }

    /// <summary>Writes the features of rows, one row after the other. Allocates nothing.</summary>
    internal void CopyRows(ReadOnlySpan<int> rows, Span<float> features, WorkerTeam? team = null)
    {
        if (_sparse.Count == 0)
        {
            _dense.CopyRows(rows, features, team);
            return;
        }

        for (int i = 0; i < rows.Length; i++)
            CopyRow(rows[i], features.Slice(i * Columns, Columns));
    }

    /// <summary>Adds rows to a matrix that has as many columns, by what is present. Allocates nothing beyond what the matrix does.</summary>
    internal void CopyRows(ReadOnlySpan<int> rows, SparseMatrix<float> features)
    {
        const int Ahead = 3; // Rows lie anywhere, so the processor cannot see them coming.
        for (int i = 0; i < rows.Length; i++)
        {
            if (i + Ahead < rows.Length && IsSparseRow(rows[i + Ahead]))
            {
                SparseRow(rows[i + Ahead], out ReadOnlySpan<int> nextIndices, out ReadOnlySpan<float> nextValues);
                CacheHint.Prefetch(nextIndices);
                CacheHint.Prefetch(nextValues);
            }

            if (IsSparseRow(rows[i]))
            {
                SparseRow(rows[i], out ReadOnlySpan<int> indices, out ReadOnlySpan<float> values);
                features.AddRow(indices, values);
            }
            else
                features.AddRow(DenseRow(rows[i]));
        }
    }

    /// <summary>Whether a row was given by the features that are present: <see cref="SparseRow"/> reads it, else <see cref="DenseRow"/>.</summary>
    internal bool IsSparseRow(int row)
    {
        CheckRow(row);
        return Place(row) < 0;
    }

    /// <summary>All features of a dense row.</summary>
    internal ReadOnlySpan<float> DenseRow(int row) => _dense[Place(row)];

    /// <summary>The columns that are present in a sparse row, increasing, and their values.</summary>
    internal void SparseRow(int row, out ReadOnlySpan<int> indices, out ReadOnlySpan<float> values)
    {
        SparseRun run = _sparse[~Place(row)][0];
        indices = _indices.Slice(run.Start, run.Length);
        values = _values.Slice(run.Start, run.Length);
    }

    // A row's number among the dense rows, or the complement of that among the sparse rows.
    private int Place(int row) => _places is not null ? _places[row][0] : _sparse.Count > 0 ? ~row : row;

    private void AddRow(int place, int values, int label, float weight)
    {
        AddPlace(place);
        AddWeight(weight);
        ValueCount += values;
        TotalWeight += weight;
        _labels.Add([label]); // Last: from here on, the row counts.
    }

    private void AddPlace(int place)
    {
        if (_places is null && (place < 0 ? _dense.Count : _sparse.Count) > 0)
        {
            _places = new RowBlocks<int>(1);
            for (int row = 0; row < Count; row++)
                _places.Add([place < 0 ? row : ~row]); // So far all are of the other kind.
        }

        _places?.Add([place]);
    }

    private void AddWeight(float weight)
    {
        if (Count == 0)
            _firstWeight = weight;
        if (_weights is null && weight != _firstWeight)
        {
            _weights = new RowBlocks<float>(1);
            for (int row = 0; row < Count; row++)
                _weights.Add([_firstWeight]);
        }

        _weights?.Add([weight]);
    }

    private void CheckRow(int row)
    {
        if ((uint)row >= (uint)Count)
            throw new ArgumentOutOfRangeException(nameof(row), row, $"The data set has {Count} rows; a row must be 0 or more and below that.");
    }

    private void Check(int label, float weight)
    {
        if ((uint)label >= (uint)Classes)
            throw new ArgumentOutOfRangeException(nameof(label), label, $"With {Classes} classes a label must be 0 to {Classes - 1}.");
        if (!(weight > 0 && float.IsFinite(weight)))
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "A row's weight must be above 0 and finite.");
    }

    private static ArgumentException NotFinite(string name) => new("A feature is NaN or infinite; features must be finite.", name);

    private readonly record struct SparseRun(BlockPosition Start, int Length);
}
