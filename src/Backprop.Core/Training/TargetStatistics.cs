namespace Backprop.Training;

/// <summary>What the targets of all training rows look like, rows counting by their weights; gathered row by row.</summary>
/// <param name="classes">The number of classes; 0 where targets are numbers.</param>
/// <param name="targets">How many numbers a row has.</param>
public sealed class TargetStatistics(int classes, int targets)
{
    private readonly double[] _weightOf = new double[classes]; // By class.
    private readonly double[] _mean = new double[targets], _squares = new double[targets]; // Welford's: of deviations from the mean.
    private readonly float[] _least = new float[targets], _most = new float[targets];

    /// <summary>The number of rows.</summary>
    public long Count { get; private set; }

    /// <summary>The sum of the rows' weights.</summary>
    public double TotalWeight { get; private set; }

    /// <summary>The statistics of a data set.</summary>
    /// <param name="data">The rows.</param>
    public static TargetStatistics Of(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Of(data, Enumerable.Range(0, data.Count));
    }

    /// <summary>Takes note of a row.</summary>
    /// <param name="values">Its class alone, or its numbers.</param>
    /// <param name="weight">Its weight.</param>
    public void Add(ReadOnlySpan<float> values, double weight)
    {
        Count++;
        TotalWeight += weight;
        if (classes > 0)
        {
            _weightOf[(int)values[0]] += weight;
            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            double deviation = values[i] - _mean[i];
            _mean[i] += deviation * weight / TotalWeight;
            _squares[i] += weight * deviation * (values[i] - _mean[i]);
            _least[i] = Count == 1 ? values[i] : Math.Min(_least[i], values[i]);
            _most[i] = Count == 1 ? values[i] : Math.Max(_most[i], values[i]);
        }
    }

    /// <summary>The sum of the weights of a class's rows.</summary>
    /// <param name="label">The class.</param>
    public double WeightOf(int label) => _weightOf[label];

    /// <summary>The mean of a target.</summary>
    /// <param name="target">Which.</param>
    public double Mean(int target) => _mean[target];

    /// <summary>The standard deviation of a target, of the rows as they are rather than of what they are a sample of.</summary>
    /// <param name="target">Which.</param>
    public double Deviation(int target) => Math.Sqrt(_squares[target] / TotalWeight);

    /// <summary>
    /// The sum of the squared deviations from the mean: of a target, or of the indicators of all classes (a row's is 1 of its class,
    /// else 0).
    /// </summary>
    /// <param name="target">Which; 0 of classes.</param>
    public double SquaredDeviations(int target) =>
        classes > 0 && TotalWeight > 0 ? TotalWeight - (_weightOf.Sum(weight => weight * weight) / TotalWeight) : _squares[target];

    /// <summary>The least value of a target.</summary>
    /// <param name="target">Which.</param>
    public float Least(int target) => _least[target];

    /// <summary>The greatest value of a target.</summary>
    /// <param name="target">Which.</param>
    public float Greatest(int target) => _most[target];

    /// <summary>Whether all rows have the same value of a target, or values so close that their deviation is 0 as a float.</summary>
    /// <param name="target">Which.</param>
    public bool IsConstant(int target) => _least[target] == _most[target] || (float)Deviation(target) == 0;

    internal static TargetStatistics Of(DataSet data, IEnumerable<int> rows)
    {
        var statistics = new TargetStatistics(data.Classes, data.Targets);
        foreach (int row in rows)
            statistics.Add(data.TargetsOf(row), data.Weight(row));
        return statistics;
    }
}
