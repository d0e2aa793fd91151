using Microsoft.ML.Offline;

namespace Microsoft.ML.Data;

public class BinaryClassificationMetrics
{
    internal BinaryClassificationMetrics(
        double auc,
        double accuracy,
        double positivePrecision,
        double positiveRecall,
        double negativePrecision,
        double negativeRecall,
        double f1Score,
        double auprc,
        ConfusionMatrix confusionMatrix)
    {
        AreaUnderRocCurve = auc;
        Accuracy = accuracy;
        PositivePrecision = positivePrecision;
        PositiveRecall = positiveRecall;
        NegativePrecision = negativePrecision;
        NegativeRecall = negativeRecall;
        F1Score = f1Score;
        AreaUnderPrecisionRecallCurve = auprc;
        ConfusionMatrix = confusionMatrix;
    }

    public double AreaUnderRocCurve { get; }

    public double Accuracy { get; }

    public double PositivePrecision { get; }

    public double PositiveRecall { get; }

    public double NegativePrecision { get; }

    public double NegativeRecall { get; }

    public double F1Score { get; }

    public double AreaUnderPrecisionRecallCurve { get; }

    public ConfusionMatrix ConfusionMatrix { get; }
}

public sealed class CalibratedBinaryClassificationMetrics
    : BinaryClassificationMetrics, IMadeOf<BinaryEvaluator, CalibratedBinaryClassificationMetrics>
{
    private CalibratedBinaryClassificationMetrics(BinaryClassificationMetrics all, BinaryEvaluator evaluator)
        : base(
            all.AreaUnderRocCurve, all.Accuracy, all.PositivePrecision, all.PositiveRecall, all.NegativePrecision, all.NegativeRecall,
            all.F1Score, all.AreaUnderPrecisionRecallCurve, all.ConfusionMatrix)
    {
        LogLoss = evaluator.LogLoss;
        LogLossReduction = evaluator.LogLossReduction;
        Entropy = evaluator.LabelEntropy;
    }

    public double LogLoss { get; }

    public double LogLossReduction { get; }

    public double Entropy { get; }

    static CalibratedBinaryClassificationMetrics IMadeOf<BinaryEvaluator, CalibratedBinaryClassificationMetrics>.Make(BinaryEvaluator source)
        => new(source.Metrics(), source);
}
