using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Tests.StandIn;

[TestClass]
public class RegressionEvaluationTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void Errors_are_those_of_hand_arithmetic()
    {
        RegressionMetrics metrics = Evaluate(new(1, 2), new(2, 2), new(6, 3), new(float.NaN, 1), new(1, float.NaN));
        Assert.AreEqual(4.0 / 3, metrics.MeanAbsoluteError, 1e-12);
        Assert.AreEqual(10.0 / 3, metrics.MeanSquaredError, 1e-12);
        Assert.AreEqual(Math.Sqrt(10.0 / 3), metrics.RootMeanSquaredError, 1e-12);
        Assert.AreEqual(10.0 / 3, metrics.LossFunction, 1e-12);
        Assert.AreEqual(1 - (10.0 / 14), metrics.RSquared, 1e-12);
        Assert.AreEqual(double.NaN, Evaluate(new Scored(1, 2)).RSquared);
        Assert.AreEqual(0, Evaluate().RSquared);
    }

    [TestMethod]
    public void Missing_columns_and_other_types_are_faults()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Scored(1, 2)]);
        ExpectFault("Nope column 'Label' not found (Parameter 'schema')", () => _ml.Regression.Evaluate(data, "Nope"));
        ExpectFault("Nope column 'Score' not found (Parameter 'schema')", () => _ml.Regression.Evaluate(data, "Label", "Nope"));
        ExpectFault(
            "Schema mismatch for score column 'Several': expected Single, got Vector<Single, 2> (Parameter 'schema')",
            () => _ml.Regression.Evaluate(data, "Label", "Several"));
        ExpectFault(
            "Schema mismatch for label column 'Double': expected Single, got Double (Parameter 'schema')",
            () => _ml.Regression.Evaluate(data, "Double"));
        ExpectFault("scoreColumnName cannot be null or empty (Parameter 'scoreColumnName')", () => _ml.Regression.Evaluate(data, "Label", ""));
    }

    private static void ExpectFault(string message, Action action)
        => Assert.AreEqual(message, Assert.ThrowsExactly<ArgumentOutOfRangeException>(action).Message);

    private RegressionMetrics Evaluate(params Scored[] rows) => _ml.Regression.Evaluate(_ml.Data.LoadFromEnumerable(rows));

    private sealed class Scored(float label, float score)
    {
        public float Label { get; set; } = label;
        public float Score { get; set; } = score;
        public double Double { get; set; } = label;

        [VectorType(2)]
        public float[] Several { get; set; } = [score, score];
    }
}
