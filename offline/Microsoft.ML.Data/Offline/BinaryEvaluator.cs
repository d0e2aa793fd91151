using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>One pass over rows scored with two classes. Logarithms are to base 2; a score above 0 is a positive prediction.</summary>
internal sealed class BinaryEvaluator
{
    private readonly IHost _host;
    private readonly List<(float Score, bool IsPositive)> _rows = [];
    private readonly List<ReadOnlyMemory<char>> _classNames = ["positive".AsMemory(), "negative".AsMemory()];
    private double _truePositives, _falseNegatives, _falsePositives, _trueNegatives;
    private double _loss, _positivesWithLoss, _negativesWithLoss;

    private BinaryEvaluator(IHost host, DataViewSchema.Column label)
    {
        _host = host;
        DataViewSchema.Column? values = label.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues);
        bool isNamed = label.Type is KeyDataViewType && values?.Type.GetItemType() is TextDataViewType;
        if (!isNamed)
            return;
        VBuffer<ReadOnlyMemory<char>> names = default;
        label.Annotations.GetValue(AnnotationUtils.Kinds.KeyValues, ref names);
        _classNames = [.. names.DenseValues()];
    }

    public double LogLoss => Over(_loss, _positivesWithLoss + _negativesWithLoss);

    public double LogLossReduction
    {
        get
        {
            double prior = Entropy(Over(_positivesWithLoss, _positivesWithLoss + _negativesWithLoss));
            return _positivesWithLoss + _negativesWithLoss == 0 ? 0 : (prior - LogLoss) / prior;
        }
    }

    public double LabelEntropy => Entropy((_truePositives + _falseNegatives) / _rows.Count);

    /// <summary>Reads scored data; <paramref name="probabilityName"/> is null where there are no probabilities.</summary>
    public static BinaryEvaluator Read(
        IHost host, IDataView data, string labelName, string scoreName, string probabilityName, string predictedLabelName)
    {
        DataViewSchema.Column label = ScoredData.Find(data, "Label", labelName), score = ScoredData.Find(data, "Score", scoreName);
        DataViewSchema.Column? probability = probabilityName is null ? null : ScoredData.Find(data, "Probability", probabilityName);
        ScoredData.Find(data, "PredictedLabel", predictedLabelName);
        ScoredData.CheckSingle(host, "score", score);
        bool fits = label.Type == NumberDataViewType.Single || label.Type == NumberDataViewType.Double
            || label.Type is BooleanDataViewType || label.Type.GetKeyCount() == 2;
        if (!fits)
            throw host.ExceptSchemaMismatch(
                "schema", "label", label.Name, "Single, Double, Boolean, or a Key with cardinality 2", label.Type.ToString());
        if (probability is { } column)
            ScoredData.CheckSingle(host, "probability", column);

        var evaluator = new BinaryEvaluator(host, label);
        using DataViewRowCursor cursor = data.GetRowCursor(probability is { } needed ? [label, score, needed] : [label, score]);
        Func<float> getLabel = ScoredData.LabelReader(cursor, label), getScore = UserType.Reader<float>(cursor, score);
        Func<float> getProbability = probability is { } found ? UserType.Reader<float>(cursor, found) : () => float.NaN;
        while (cursor.MoveNext())
        {
            if (float.IsFinite(getScore()) && !float.IsNaN(getLabel()))
                evaluator.Add(getLabel() > 0, getScore(), getProbability());
        }
        return evaluator;
    }

    public BinaryClassificationMetrics Metrics()
    {
        double area = AreaUnderRocCurve();
        double precision = Over(_truePositives, _truePositives + _falsePositives), recall = Over(_truePositives, _truePositives + _falseNegatives);
        double negativePrecision = Over(_trueNegatives, _trueNegatives + _falseNegatives);
        double negativeRecall = Over(_trueNegatives, _trueNegatives + _falsePositives);
        double[][] counts = [[_truePositives, _falseNegatives], [_falsePositives, _trueNegatives]];
        return new(
            area,
            (_trueNegatives + _truePositives) / _rows.Count,
            precision,
            recall,
            negativePrecision,
            negativeRecall,
            Over(2 * precision * recall, precision + recall),
            AreaUnderPrecisionRecallCurve(),
            new ConfusionMatrix(_host, [precision, negativePrecision], [recall, negativeRecall], counts, _classNames, false, true));
    }

    private static double Over(double part, double whole) => whole == 0 ? 0 : part / whole;

    private static double Entropy(double p)
        => p is 0 or 1 ? 0 : -(p * Math.Log(p, 2)) - ((1 - p) * Math.Log(1 - p, 2));

    private void Add(bool isPositive, float score, float probability)
    {
        _rows.Add((score, isPositive));
        bool isPredicted = score > 0;
        if (isPositive)
            _ = isPredicted ? _truePositives++ : _falseNegatives++;
        else
            _ = isPredicted ? _falsePositives++ : _trueNegatives++;
        _loss -= Math.Log(isPositive ? probability : 1.0 - probability, 2);
        if (float.IsNaN(probability))
            return;
        _ = isPositive ? _positivesWithLoss++ : _negativesWithLoss++;
    }

    // The share of the pairs of a positive and a negative row in which the positive one scores higher; a tie is half a pair.
    private double AreaUnderRocCurve()
    {
        double positives = _truePositives + _falseNegatives, negatives = _falsePositives + _trueNegatives;
        Contracts.CheckParam(positives > 0, "PosSample", "AUC is not defined when there is no positive class in the data");
        Contracts.CheckParam(negatives > 0, "NegSample", "AUC is not defined when there is no negative class in the data");
        double above = 0, pairs = 0;
        foreach (var ties in _rows.GroupBy(row => row.Score).OrderByDescending(group => group.Key))
        {
            double tiedPositives = ties.Count(row => row.IsPositive), tiedNegatives = ties.Count() - tiedPositives;
            pairs += (above + (0.5 * tiedPositives)) * tiedNegatives;
            above += tiedPositives;
        }
        return pairs / (positives * negatives);
    }

    // Trapezoids between the points that each positive row makes, from the highest score down; ties stay in the order of rows.
    // Of more than 100,000 rows ML.NET takes a random sample; here all count.
    private double AreaUnderPrecisionRecallCurve()
    {
        double positives = _truePositives + _falseNegatives;
        double area = 0, recall = 0, precision = 1, truePositives = 0, seen = 0;
        foreach (var (_, isPositive) in _rows.OrderByDescending(row => row.Score))
        {
            seen++;
            truePositives += isPositive ? 1 : 0;
            double newRecall = truePositives / positives, newPrecision = truePositives / seen;
            if (isPositive)
                area += (newRecall - recall) * (precision + newPrecision) / 2;
            (recall, precision) = (newRecall, newPrecision);
        }
        return area;
    }
}
