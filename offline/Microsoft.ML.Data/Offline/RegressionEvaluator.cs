using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>One pass over rows scored with a number each. Sums are double of products that are float, as ML.NET's are.</summary>
internal static class RegressionEvaluator
{
    public static RegressionMetrics Evaluate(IHost host, IDataView data, string labelName, string scoreName)
    {
        DataViewSchema.Column label = ScoredData.Find(data, "Label", labelName), score = ScoredData.Find(data, "Score", scoreName);
        ScoredData.CheckSingle(host, "score", score);
        ScoredData.CheckSingle(host, "label", label);

        using DataViewRowCursor cursor = data.GetRowCursor([label, score]);
        Func<float> getLabel = UserType.Reader<float>(cursor, label), getScore = UserType.Reader<float>(cursor, score);
        double rows = 0, absolute = 0, squared = 0, loss = 0, labels = 0, squaredLabels = 0;
        while (cursor.MoveNext())
        {
            float truth = getLabel(), guess = getScore();
            if (float.IsNaN(truth) || float.IsNaN(guess))
                continue;
            double error = Math.Abs((double)truth - guess);
            rows++;
            absolute += error;
            squared += error * error;
            loss += (guess - truth) * (guess - truth);
            labels += truth;
            squaredLabels += truth * truth;
        }
        if (rows == 0)
            return new(0, 0, 0, 0, 0);
        double spread = squaredLabels - (labels * labels / rows);
        return new(absolute / rows, squared / rows, Math.Sqrt(squared / rows), loss / rows, spread == 0 ? double.NaN : 1 - (squared / spread));
    }
}
