using Microsoft.ML.Runtime;
using static Microsoft.ML.Backprop.Tests.TestData;

namespace Microsoft.ML.Backprop.Tests;

[TestClass]
public class LogTests
{
    [TestMethod]
    public void A_trainer_of_a_context_logs_a_line_an_epoch_there_and_nothing_on_the_console()
    {
        var mlContext = new MLContext(seed: 1);
        var lines = new List<string>();
        mlContext.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Info && e.Source.StartsWith("BackpropMlp", StringComparison.Ordinal))
                lines.Add(e.RawMessage);
        };
        IDataView data = KeyedPoints(mlContext);
        TextWriter console = Console.Out;
        using var written = new StringWriter();
        Console.SetOut(written);
        try
        {
            mlContext.MulticlassClassification.Trainers.BackpropMlp(numberOfIterations: 3).Fit(data);
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.HasCount(4, lines);
        Assert.AreEqual("Training ended: EpochsCompleted, with the weights after epoch 3.", lines[3]);
        for (int i = 0; i < 3; i++)
            StringAssert.Matches(lines[i], new System.Text.RegularExpressions.Regex($@"^Epoch {i + 1}/3: loss \d+\.\d+, [\d,]+ rows/s$"));
        Assert.AreEqual("", written.ToString());
    }

    [TestMethod]
    public void Rows_that_cannot_be_used_are_skipped_and_counted_in_one_warning()
    {
        var mlContext = new MLContext(seed: 1);
        var warnings = new List<string>();
        mlContext.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        List<Point> points = Points();
        points[3].Features[2] = float.NaN;
        points[10].Features[0] = float.PositiveInfinity;
        points[20].Name = null!;
        points[30].Weight = 0;
        points[31].Weight = -1;
        points[32].Weight = float.NaN;
        points[33].Weight = float.PositiveInfinity;
        BackpropMlpTrainer.Options options = Quick();
        options.ExampleWeightColumnName = "Weight";
        BackpropMlpModelParameters model = mlContext.MulticlassClassification.Trainers.BackpropMlp(options).Fit(KeyedPoints(mlContext, points)).Model;

        Assert.HasCount(1, warnings);
        Assert.AreEqual(
            "Skipped 7 rows during training: 2 with missing or infinite features, 1 with a missing label, 4 with a weight that is not above 0 and finite.",
            warnings[0]);

        // Skipped means as if they were not there.
        int[] bad = [3, 10, 20, 30, 31, 32, 33];
        List<Point> good = [.. Points().Where((_, i) => !bad.Contains(i))];
        CollectionAssert.AreEqual(Parameters(model), Parameters(new BackpropMlpTrainer(options).Fit(KeyedPoints(mlContext, good)).Model));
    }
}
