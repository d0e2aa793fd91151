using Microsoft.ML.Runtime;

namespace Microsoft.ML.Backprop.Tests;

[TestClass]
public class LogTests
{
    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void A_trainer_of_a_context_logs_a_line_an_epoch_there_and_nothing_on_the_console(Kind kind)
    {
        var mlContext = new MLContext(seed: 1);
        var lines = new List<string>();
        mlContext.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Info && e.Source.StartsWith("BackpropMlp", StringComparison.Ordinal))
                lines.Add(e.RawMessage);
        };
        IDataView data = Family.Data(kind, mlContext);
        BackpropMlpOptions options = Family.Options(kind);
        options.NumberOfIterations = 3;
        TextWriter console = Console.Out;
        using var written = new StringWriter();
        Console.SetOut(written);
        try
        {
            Family.Trainer(options, mlContext).Fit(data);
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
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void Rows_that_cannot_be_used_are_skipped_and_counted_in_one_warning(Kind kind)
    {
        var mlContext = new MLContext(seed: 1);
        var warnings = new List<string>();
        mlContext.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };
        List<Example> rows = Family.Rows();
        rows[3].Features[2] = float.NaN;
        rows[10].Features[0] = float.PositiveInfinity;
        (rows[20].Name, rows[20].Number) = ("unknown", float.NaN);
        (rows[21].Name, rows[21].Other, rows[21].Number) = (null!, float.NegativeInfinity, float.NegativeInfinity);
        rows[30].Weight = 0;
        rows[31].Weight = -1;
        rows[32].Weight = float.NaN;
        rows[33].Weight = float.PositiveInfinity;
        rows[34].Weight = 2;
        BackpropMlpOptions options = Family.Options(kind);
        options.ExampleWeightColumnName = "Weight";
        ITransformer model = Family.Trainer(options, mlContext).Fit(Family.Data(kind, mlContext, rows));

        int labels = kind == Kind.Binary ? 0 : 2; // A Boolean is never missing.
        Assert.HasCount(1, warnings);
        Assert.AreEqual(
            $"Skipped {6 + labels} rows during training: 2 with missing or infinite features, {labels} with a missing label, " +
            "4 with a weight that is not above 0 and finite.",
            warnings[0]);

        // Skipped means as if they were not there.
        int[] bad = [3, 10, 30, 31, 32, 33, .. kind == Kind.Binary ? Array.Empty<int>() : [20, 21]];
        List<Example> good = [.. rows.Where((_, i) => !bad.Contains(i))];
        float[] expected = Family.Learned(Family.Trainer(options).Fit(Family.Data(kind, mlContext, good))).Parameters;
        CollectionAssert.AreEqual(expected, Family.Learned(model).Parameters);
    }
}
