using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public sealed class ConfusionMatrix
{
    private readonly IHost _host;
    private readonly string[] _names;
    private readonly bool _isBinary;

    internal ConfusionMatrix(
        IHost host,
        double[] precision,
        double[] recall,
        double[][] confusionTableCounts,
        List<ReadOnlyMemory<char>> labelNames,
        bool isSampled,
        bool isBinary)
    {
        _host = host;
        PerClassPrecision = precision;
        PerClassRecall = recall;
        Counts = confusionTableCounts;
        _names = [.. labelNames.Select(name => name.ToString())];
        _isBinary = isBinary;
        Contracts.Assert(!isSampled);
    }

    public IReadOnlyList<double> PerClassPrecision { get; }

    public IReadOnlyList<double> PerClassRecall { get; }

    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    public int NumberOfClasses => Counts.Count;

    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex)
    {
        const string Range = "Invalid index. Should be non-negative, less than the number of classes.";
        bool IsIndex(int index) => index >= 0 && index < NumberOfClasses;
        _host.CheckParam(IsIndex(predictedClassIndicatorIndex), nameof(predictedClassIndicatorIndex), Range);
        _host.CheckParam(IsIndex(actualClassIndicatorIndex), nameof(actualClassIndicatorIndex), Range);
        return Counts[actualClassIndicatorIndex][predictedClassIndicatorIndex];
    }

    public string GetFormattedConfusionTable()
    {
        int cell = NumberOfClasses == 2 ? 8 : 5;
        string[] names = _names;
        int longest = names.Max(name => name.Length);
        string[] heads = names;
        if (longest > cell)
        {
            int digits = (NumberOfClasses - 1).ToString().Length;
            heads = [.. names.Select((_, i) => i.ToString())];
            longest = Math.Max(9, longest + digits + 2) - digits - 2;
            names = [.. names.Select((name, i) => $"{i.ToString().PadLeft(digits)}. {name.PadLeft(longest)}")];
        }
        int margin = Math.Max(9, names.Max(name => name.Length));
        string rule = string.Concat(Enumerable.Repeat(NumberOfClasses > 2 ? "========" : "===========", NumberOfClasses));

        var table = new StringBuilder();
        if (_isBinary)
        {
            double positives = Counts[0].Sum(), negatives = Counts[1].Sum();
            table.Append(
                $"TEST {_names[0].ToUpper()} RATIO:\t{positives / (positives + negatives):N4} ({positives:F1}/({positives:F1}+{negatives:F1}))");
        }
        table.AppendLine().AppendLine("Confusion table");
        table.AppendLine($"{new string(' ', margin)} ||{rule}");
        table.AppendLine(
            $"{"PREDICTED".PadRight(margin)} ||{string.Concat(heads.Select(head => $" {head.PadLeft(cell)} |"))} Recall");
        table.AppendLine($"{"TRUTH".PadRight(margin)} ||{rule}");
        for (int i = 0; i < NumberOfClasses; i++)
        {
            string counts = string.Concat(Counts[i].Select(count => $" {count.ToString("N0").PadLeft(cell)} |"));
            table.AppendLine($"{names[i].PadLeft(margin)} ||{counts} {PerClassRecall[i],5:F4}");
        }
        table.AppendLine($"{new string(' ', margin)} ||{rule}");
        string precision = string.Concat(PerClassPrecision.Select(p => $"{p.ToString("N4").PadLeft(cell + 1)} |"));
        return table.AppendLine($"{"Precision".PadRight(margin)} ||{precision}").ToString();
    }
}
