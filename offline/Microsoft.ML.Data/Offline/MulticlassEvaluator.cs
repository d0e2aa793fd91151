using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>One pass over scored rows: counts, ranks and log-losses.</summary>
internal sealed class MulticlassEvaluator(IHost host, int classes, int topK)
{
    private const float SmallestProbability = 1e-15f;

    private readonly double[] _rowsOfClass = new double[classes];
    private readonly double[] _lossOfClass = new double[classes];
    private readonly double[] _rowsOfRank = new double[classes + 1];
    private readonly double[][] _confusion = [.. Enumerable.Range(0, classes).Select(_ => new double[classes])];
    private double _rows;
    private double _loss;

    public static MulticlassClassificationMetrics Evaluate(
        IHost host, IDataView data, string labelName, string scoreName, string predictedLabelName, int topK)
    {
        DataViewSchema.Column label = ScoredData.Find(data, "Label", labelName), score = ScoredData.Find(data, "Score", scoreName);
        ScoredData.Find(data, "PredictedLabel", predictedLabelName);
        if (score.Type is not VectorDataViewType { Size: >= 2 } type || type.ItemType != NumberDataViewType.Single)
            throw host.ExceptSchemaMismatch(
                "schema", "score", scoreName, "vector of two or more items of type Single", score.Type.ToString());
        if (label.Type != NumberDataViewType.Single && label.Type is not KeyDataViewType)
            throw host.ExceptSchemaMismatch("schema", "label", labelName, "Single or Key", label.Type.ToString());

        var evaluator = new MulticlassEvaluator(host, type.Size, topK);
        using DataViewRowCursor cursor = data.GetRowCursor([label, score]);
        Func<float> getLabel = ScoredData.LabelReader(cursor, label);
        ValueGetter<VBuffer<float>> getScores = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> scores = default;
        while (cursor.MoveNext())
        {
            getScores(ref scores);
            evaluator.Add(getLabel(), scores);
        }
        return evaluator.Metrics(ClassNames(score, type.Size));
    }

    private static List<ReadOnlyMemory<char>> ClassNames(DataViewSchema.Column score, int classes)
    {
        if (!score.HasSlotNames(classes))
            return [.. Enumerable.Range(0, classes).Select(i => i.ToString().AsMemory())];
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.Annotations.GetValue(AnnotationUtils.Kinds.SlotNames, ref names);
        return [.. names.DenseValues()];
    }

    private void Add(float label, VBuffer<float> buffer)
    {
        host.Check(buffer.Length == classes);
        float[] scores = [.. buffer.DenseValues()];
        bool isUsable = label >= 0 && label == (int)label && scores.All(float.IsFinite);
        if (!isUsable)
            return;
        int truth = (int)label;
        bool isKnown = truth < classes;
        float probability = isKnown ? Math.Clamp(scores[truth], SmallestProbability, 1) : SmallestProbability;
        double loss = -Math.Log(probability);
        float own = isKnown ? scores[truth] : 0;
        int rank = scores.Where((s, i) => s > own || (s == own && i < truth)).Count();
        _rows++;
        _loss += loss;
        _rowsOfRank[rank]++;
        if (!isKnown)
            return;
        _rowsOfClass[truth]++;
        _lossOfClass[truth] += loss;
        _confusion[truth][rank == 0 ? truth : Array.IndexOf(scores, scores.Max())]++;
    }

    private MulticlassClassificationMetrics Metrics(List<ReadOnlyMemory<char>> names)
    {
        double logLoss = _rows > 0 ? _loss / _rows : 0;
        double[] recall = PerClass(i => _confusion[i][i], i => _confusion[i].Sum());
        double[] precision = PerClass(i => _confusion[i][i], i => _confusion.Sum(row => row[i]));
        double correct = Enumerable.Range(0, classes).Sum(i => _confusion[i][i]);
        double entropy = -_rowsOfClass.Where(n => n != 0).Sum(n => n * Math.Log(n / _rows)) / _rows;
        int[] present = [.. Enumerable.Range(0, classes).Where(i => _rowsOfClass[i] > 0)];
        double[] topKAccuracies = topK == 0 ? null : new double[topK];
        for (int k = 0; k < topK; k++)
            topKAccuracies[k] = (_rowsOfRank[k] / _rows) + (k > 0 ? topKAccuracies[k - 1] : 0);
        return new(
            _rows > 0 ? correct / _rows : 0,
            present.Length > 0 ? present.Average(i => recall[i]) : 0,
            logLoss,
            (entropy - logLoss) / entropy,
            topK,
            topKAccuracies,
            PerClass(i => _lossOfClass[i], i => _rowsOfClass[i]),
            new ConfusionMatrix(host, precision, recall, _confusion, names, false, false));
    }

    private double[] PerClass(Func<int, double> part, Func<int, double> whole)
        => [.. Enumerable.Range(0, classes).Select(i => whole(i) > 0 ? part(i) / whole(i) : 0)];
}
