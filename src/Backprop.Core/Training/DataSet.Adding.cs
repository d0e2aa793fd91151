using System.Numerics.Tensors;

namespace Backprop.Training;

/// <content>Adding rows.</content>
public sealed partial class DataSet
{
    /// <summary>Adds a dense row of a class.</summary>
    /// <param name="features">All features of the row, finite.</param>
    /// <param name="label">The row's class, from 0.</param>
    /// <param name="weight">The row's weight, above 0 and finite: 2 counts like the row twice.</param>
    /// <exception cref="ArgumentException">There are not as many features as columns, or one is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The label is no class, or the weight out of its range.</exception>
    public void Add(ReadOnlySpan<float> features, int label, float weight = 1)
    {
        RequireClasses();
        Add(features, [label], weight);
    }

    /// <summary>Adds a dense row.</summary>
    /// <param name="features">All features of the row, finite.</param>
    /// <param name="targets">Its numbers, finite, or its class alone.</param>
    /// <param name="weight">The row's weight, above 0 and finite: 2 counts like the row twice.</param>
    /// <exception cref="ArgumentException">There are not as many features as columns, or targets as the set has, or one is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The target is no class, or the weight out of its range.</exception>
    public void Add(ReadOnlySpan<float> features, ReadOnlySpan<float> targets, float weight = 1)
    {
        if (!TryAdd(features, targets, weight))
            throw NotFinite(nameof(features));
    }

    /// <summary>Adds a dense row unless a feature is NaN or infinite.</summary>
    /// <param name="features">All features of the row.</param>
    /// <param name="targets">Its numbers, finite, or its class alone.</param>
    /// <param name="weight">The row's weight, above 0 and finite: 2 counts like the row twice.</param>
    /// <returns>Whether all features were finite, and the row was added.</returns>
    /// <exception cref="ArgumentException">
    /// There are not as many features as columns, or targets as the set has, or a target is not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The target is no class, or the weight out of its range.</exception>
    public bool TryAdd(ReadOnlySpan<float> features, ReadOnlySpan<float> targets, float weight = 1)
    {
        if (features.Length != Columns)
            throw new ArgumentException(
                $"The row has {features.Length} features; the data set has {Columns} columns.", nameof(features));
        Check(targets, weight);
        if (!TensorPrimitives.IsFiniteAll(features))
            return false;
        _dense.Add(features);
        AddRow(_dense.Count - 1, features.Length, targets, weight);
        return true;
    }

    /// <summary>Adds a row of a class by the features that are present; the others are 0.</summary>
    /// <param name="indices">The columns that are present, increasing.</param>
    /// <param name="values">Their values, finite.</param>
    /// <param name="label">The row's class, from 0.</param>
    /// <param name="weight">The row's weight, above 0 and finite: 2 counts like the row twice.</param>
    /// <exception cref="ArgumentException">The indices are not increasing columns, or not as many as values, or a value is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The label is no class, or the weight out of its range.</exception>
    public void AddSparse(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, int label, float weight = 1)
    {
        RequireClasses();
        AddSparse(indices, values, [label], weight);
    }

    /// <summary>Adds a row by the features that are present; the others are 0.</summary>
    /// <param name="indices">The columns that are present, increasing.</param>
    /// <param name="values">Their values, finite.</param>
    /// <param name="targets">Its numbers, finite, or its class alone.</param>
    /// <param name="weight">The row's weight, above 0 and finite: 2 counts like the row twice.</param>
    /// <exception cref="ArgumentException">
    /// The indices are not increasing columns, or not as many as values, or a value or target is not finite, or there are not as many
    /// targets as the set has.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The target is no class, or the weight out of its range.</exception>
    public void AddSparse(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, ReadOnlySpan<float> targets, float weight = 1)
    {
        if (!TryAddSparse(indices, values, targets, weight))
            throw NotFinite(nameof(values));
    }

    /// <summary>Adds a row by the features that are present, unless one is NaN or infinite; the others are 0.</summary>
    /// <param name="indices">The columns that are present, increasing.</param>
    /// <param name="values">Their values.</param>
    /// <param name="targets">Its numbers, finite, or its class alone.</param>
    /// <param name="weight">The row's weight, above 0 and finite: 2 counts like the row twice.</param>
    /// <returns>Whether all values were finite, and the row was added.</returns>
    /// <exception cref="ArgumentException">
    /// The indices are not increasing columns, or not as many as values, or a target is not finite, or there are not as many targets as the set has.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The target is no class, or the weight out of its range.</exception>
    public bool TryAddSparse(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, ReadOnlySpan<float> targets, float weight = 1)
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

        Check(targets, weight);
        if (!values.IsEmpty && !TensorPrimitives.IsFiniteAll(values)) // Of none, IsFiniteAll says false.
            return false;
        _indices.Add(indices);
        _sparse.Add([new SparseRun(_values.Add(values), values.Length)]);
        AddRow(~(_sparse.Count - 1), values.Length, targets, weight);
        return true;
    }

    private void AddRow(int place, int values, ReadOnlySpan<float> targets, float weight)
    {
        AddPlace(place);
        AddWeight(weight);
        ValueCount += values;
        TotalWeight += weight;
        _targets.Add(targets); // Last: from here on, the row counts.
    }

    private void AddPlace(int place)
    {
        if (_places is null && (place < 0 ? _dense.Count : _sparse.Count) > 0)
        {
            _places = new RowList<int>(1);
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
            _weights = new RowList<float>(1);
            for (int row = 0; row < Count; row++)
                _weights.Add([_firstWeight]);
        }

        _weights?.Add([weight]);
    }

    private void RequireClasses()
    {
        if (Classes == 0)
            throw new InvalidOperationException("The rows of this data set have numbers to be learned, not classes.");
    }

    private void Check(ReadOnlySpan<float> targets, float weight)
    {
        if (targets.Length != Targets)
            throw new ArgumentException($"The row has {targets.Length} targets; the data set has {Targets}.", nameof(targets));
        if (Classes > 0 && !(targets[0] >= 0 && targets[0] < Classes && float.IsInteger(targets[0])))
            throw new ArgumentOutOfRangeException(nameof(targets), targets[0], $"With {Classes} classes a label must be 0 to {Classes - 1}.");
        if (!TensorPrimitives.IsFiniteAll(targets))
            throw new ArgumentException("A target is NaN or infinite; targets must be finite.", nameof(targets));
        if (!(weight > 0 && float.IsFinite(weight)))
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "A row's weight must be above 0 and finite.");
    }

    private static ArgumentException NotFinite(string name) => new("A feature is NaN or infinite; features must be finite.", name);
}
