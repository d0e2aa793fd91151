using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Training;

/// <summary>
/// Rows in memory, each with a class or with numbers to be learned. Each row is kept as it was given, dense or sparse; memory
/// follows the values that are present. Rows are added by one thread; after that any number of threads may read.
/// </summary>
public sealed partial class DataSet
{
    /// <summary>How many times faster a value is worked on where all are present.</summary>
    private const int WorthDense = 8;

    private readonly RowList<float> _dense;

    // Sparse rows: where each begins, the same place in both lists, and how long it is.
    private readonly RowList<SparseRun> _sparse = new(1);
    private readonly BlockList<int> _indices = new();
    private readonly BlockList<float> _values = new();

    private readonly RowList<float> _targets;
    private float _firstWeight;
    private RowList<float>? _weights; // None while all are equal.
    private RowList<int>? _places; // None while all rows are dense, or all sparse.

    /// <summary>The most classes: a class index is kept, and fed, as a float.</summary>
    private const int MostClasses = 1 << 24;

    /// <summary>Starts an empty set of rows that each belong to a class.</summary>
    /// <param name="columns">The number of features, 1 or more.</param>
    /// <param name="classes">The number of classes, 1 to 2^24.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public DataSet(int columns, int classes)
        : this(columns, classes, targets: 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, MostClasses);
    }

    private DataSet(int columns, int classes, int targets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(targets, 1);
        (Columns, Classes, Targets) = (columns, classes, targets);
        (_dense, _targets) = (new RowList<float>(columns), new RowList<float>(targets));
    }

    /// <summary>The number of features.</summary>
    public int Columns { get; }

    /// <summary>The number of classes; 0 where rows have numbers to be learned.</summary>
    public int Classes { get; }

    /// <summary>How many numbers a row has to be learned; 1 where it has a class.</summary>
    public int Targets { get; }

    /// <summary>The number of rows.</summary>
    public int Count => _targets.Count;

    /// <summary>The number of values that are present: <see cref="Columns"/> in a dense row, in a sparse one as many as were given.</summary>
    public long ValueCount { get; private set; }

    /// <summary>About how many bytes the rows take.</summary>
    public long Bytes =>
        (ValueCount * sizeof(float)) + (_sparse.Count == 0 ? 0 : ValueCount * sizeof(int)) + ((long)Count * (Targets + 4) * sizeof(float));

    /// <summary>
    /// Whether there are sparse rows, and fewer than one value in eight is present, so that work on these alone is less than on all.
    /// All values of a dense row count as present.
    /// </summary>
    public bool IsSparse => _sparse.Count > 0 && ValueCount * WorthDense < (long)Count * Columns;

    /// <summary>The sum of the rows' weights.</summary>
    public double TotalWeight { get; private set; }

    /// <summary>How many rows could not be used, by whoever filled the set: the history of what is trained on it has their number.</summary>
    public long Skipped { get; set; }

    /// <summary>Whether the rows have different weights; where all are equal, they count as none.</summary>
    public bool HasDifferentWeights => _weights is not null;

    /// <summary>Starts an empty set of rows that each have numbers to be learned.</summary>
    /// <param name="columns">The number of features, 1 or more.</param>
    /// <param name="targets">How many numbers, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static DataSet OfValues(int columns, int targets = 1) => new(columns, 0, targets);

    /// <summary>Copies dense rows with numbers to be learned into a new set.</summary>
    /// <param name="features">The rows' features in row-major order.</param>
    /// <param name="columns">The number of features of a row, 1 or more.</param>
    /// <param name="values">The rows' numbers in row-major order.</param>
    /// <param name="targets">How many of a row, 1 or more.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, there is no row, or a value is not finite.</exception>
    public static DataSet FromValues(ReadOnlySpan<float> features, int columns, ReadOnlySpan<float> values, int targets = 1)
    {
        DataSet data = OfValues(columns, targets);
        int rows = values.Length / targets;
        if (rows == 0 || rows * targets != values.Length || (long)rows * columns != features.Length)
        {
            throw new ArgumentException(
                $"There are {features.Length} features and {values.Length} values; a row has {columns} and {targets}.", nameof(features));
        }

        for (int row = 0; row < rows; row++)
            data.Add(features.Slice(row * columns, columns), values.Slice(row * targets, targets));
        return data;
    }

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
        if (largest >= MostClasses)
            throw new ArgumentOutOfRangeException(nameof(labels), largest, $"A label must be below {MostClasses}.");

        var data = new DataSet(columns, largest + 1);
        for (int row = 0; row < labels.Length; row++)
            data.Add(features.Slice(row * columns, columns), labels[row]);
        return data;
    }

    /// <summary>The class of a row.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public int Label(int row)
    {
        CheckRow(row);
        return (int)_targets[row][0];
    }

    /// <summary>The numbers that a row has to be learned, or its class alone.</summary>
    /// <param name="row">The row, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<float> TargetsOf(int row)
    {
        CheckRow(row);
        return _targets[row];
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

    /// <summary>Writes the numbers of rows, or their classes as numbers. Allocates nothing.</summary>
    /// <param name="rows">The rows, each from 0 and below <see cref="Count"/>.</param>
    /// <param name="targets">Takes <see cref="Targets"/> numbers a row.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public void CopyTargets(ReadOnlySpan<int> rows, Span<float> targets)
    {
        foreach (int row in rows)
            CheckRow(row);
        _targets.CopyRows(rows, targets, team: null);
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
        const int Ahead = 12; // Rows lie anywhere, so the processor cannot see them coming.
        for (int i = 0; i < rows.Length; i++)
        {
            if (i + (2 * Ahead) < rows.Length && IsSparseRow(rows[i + (2 * Ahead)]))
                CacheHint.Prefetch(_sparse[~Place(rows[i + (2 * Ahead)])]);
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

    private void CheckRow(int row)
    {
        if ((uint)row >= (uint)Count)
            throw new ArgumentOutOfRangeException(nameof(row), row, $"The data set has {Count} rows; a row must be 0 or more and below that.");
    }

    private readonly record struct SparseRun(BlockPosition Start, int Length);
}
