using Backprop.Training;
using static Backprop.Tests.Training.Samples;

namespace Backprop.Tests.Training;

/// <summary>Rows that a model cannot learn from are refused in words, whichever way they come.</summary>
[TestClass]
public class RowChecksTests
{
    private static readonly MlpClassifierOptions s_classifier = new() { HiddenLayers = [4], Epochs = 2 };
    private static readonly MlpRegressorOptions s_regressor = new() { HiddenLayers = [4], Epochs = 2 };

    [TestMethod]
    public void A_model_refuses_rows_of_another_kind()
    {
        DataSet numbers = Line(10), three = DataSet.FromRows([1, 2, 3], 1, [0, 1, 2]);
        StringAssert.Contains(Refusal(() => MlpClassifier.Train(numbers, s_classifier)), "a classifier needs classes");
        StringAssert.Contains(Refusal(() => MlpBinaryClassifier.Train(numbers, s_classifier)), "a binary classifier needs 2 classes");
        StringAssert.Contains(Refusal(() => MlpRegressor.Train(three, s_regressor)), "a regressor needs numbers");
        StringAssert.Contains(Refusal(() => MlpClassifier.Train(new RowSet(numbers), s_classifier)), "a classifier needs classes");
        StringAssert.Contains(
            Refusal(() => MlpBinaryClassifier.Train(new RowSet(three), s_classifier)),
            "The rows have 3 classes; a binary classifier needs 2");
        StringAssert.Contains(Refusal(() => MlpRegressor.Train(new RowSet(three), s_regressor)), "a regressor needs numbers");
    }

    [TestMethod]
    public void Validation_rows_of_another_kind_are_described_beside_the_training_rows()
    {
        RowSet one = new(Line(10)), two = new(Values(10, 1, (x, _) => [x[0], x[1]])), classes = new(TwoClasses(10, 0));
        StringAssert.Contains(
            Refusal(() => MlpRegressor.Train(one, s_regressor, two)),
            "has 10 rows of 2 features and 2 numbers; the training set has 10 rows of 2 features and 1 numbers");
        StringAssert.Contains(Refusal(() => MlpRegressor.Train(one, s_regressor, classes)), "one of 2 classes");
        StringAssert.Contains(Refusal(() => MlpRegressor.Train(one, s_regressor, new RowSet(DataSet.OfValues(2)))), "has 0 rows");
        var empty = new RowSet(new DataSet(3, 2));
        StringAssert.Contains(Refusal(() => MlpBinaryClassifier.Train(classes, s_classifier, empty)), "0 rows of 3 features");
        StringAssert.Contains(Refusal(() => MlpClassifier.Train(empty, s_classifier)), "no row to train on");
    }

    private static string Refusal(Action train) => Assert.ThrowsExactly<ArgumentException>(train).Message;
}
