using Microsoft.ML.Runtime;
using static Microsoft.ML.Backprop.Tests.TestData;

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
        {
            StringAssert.Matches(lines[i], new System.Text.RegularExpressions.Regex(
                $@"^Epoch {i + 1}/3: loss \d+\.\d+, learning rate 0\.01, gradient norm [\d.]+, [\d,]+ rows/s, \d+\.\d s left$"));
        }

        Assert.AreEqual("", written.ToString());
    }

    [TestMethod]
    public void With_validation_data_the_lines_have_its_loss_and_metric_and_the_last_one_says_whose_weights_it_took()
    {
        var mlContext = new MLContext(seed: 1);
        var lines = new List<string>();
        mlContext.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Info && e.Source.StartsWith("BackpropMlp", StringComparison.Ordinal))
                lines.Add(e.RawMessage);
        };
        IDataView data = KeyedPoints(mlContext);
        BackpropMlpTrainer.Options options = Quick();
        options.NumberOfIterations = 50;
        BackpropMlpModelParameters good = mlContext.MulticlassClassification.Trainers.BackpropMlp(options).Fit(data, data).Model;
        StringAssert.Matches(lines[0], new System.Text.RegularExpressions.Regex(
            @"^Epoch 1/\d+: loss \d+\.\d+, validation loss \d+\.\d+, metric [01]\.\d{4}, learning rate [\d.]+, gradient norm [\d.]+, "));
        Assert.AreEqual($"Training ended: EpochsCompleted, with the weights after epoch {good.History.BestEpoch}.", lines[^1]);

        List<Point> reversed = Points();
        reversed.ForEach(point => point.Features = [.. point.Features.Select(value => -value)]);
        options.NumberOfIterations = 1;
        mlContext.MulticlassClassification.Trainers.BackpropMlp(options).Fit(KeyedPoints(mlContext, reversed), data, good);
        Assert.AreEqual("Training ended: EpochsCompleted, with the weights of the previous model, which no epoch made better.", lines[^1]);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void The_progress_channel_has_the_same_columns_also_within_an_epoch(bool validates)
    {
#if MLNET_PACKAGE
        var mlContext = new MLContext(seed: 1);
        var seen = new List<(double? Epochs, string[] Names, double?[] Values)>();
        BackpropMlpTrainer.Options options = Quick();
        (options.NumberOfIterations, options.ProgressInterval, options.ValidationFraction) = (2, 1, validates ? 0.25 : 0);
        options.Progress = _ => seen.Add(ReadProgress(mlContext));
        mlContext.MulticlassClassification.Trainers.BackpropMlp(options).Fit(KeyedPoints(mlContext));
        string[] names = validates
            ? ["Loss", "Validation loss", "Validation metric", "Learning rate", "Gradient norm", "Rows/s", "Seconds left"]
            : ["Loss", "Learning rate", "Gradient norm", "Rows/s", "Seconds left"];
        foreach ((double? epochs, string[] found, double?[] values) in seen)
        {
            CollectionAssert.AreEqual(names, found);
            for (int i = 0; i < names.Length; i++)
            {
                // Validation comes after all of the first epoch's rows.
                bool isThere = epochs > 1 || !names[i].StartsWith("Validation", StringComparison.Ordinal);
                Assert.IsTrue(epochs == 1 || isThere == values[i] is not null, $"{names[i]} {epochs}");
            }
        }

        Assert.IsTrue(seen[0].Epochs is > 0 and < 1, $"{seen[0].Epochs}");
        Assert.AreEqual(2, seen[^1].Epochs);
#else
        Assert.Inconclusive($"The stand-in has no tracker that progress could be read from (with validation: {validates}).");
#endif
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
        Assert.AreEqual(6 + labels, Family.Learned(model).History.SkippedRows);
        Assert.AreEqual(6 + labels, Family.Learned(Family.Reloaded(model, Family.Data(kind, mlContext).Schema)).History.SkippedRows);

        // Skipped means as if they were not there.
        int[] bad = [3, 10, 30, 31, 32, 33, .. kind == Kind.Binary ? Array.Empty<int>() : [20, 21]];
        List<Example> good = [.. rows.Where((_, i) => !bad.Contains(i))];
        float[] expected = Family.Learned(Family.Trainer(options).Fit(Family.Data(kind, mlContext, good))).Parameters;
        CollectionAssert.AreEqual(expected, Family.Learned(model).Parameters);
    }

#if MLNET_PACKAGE
    /// <summary>What ML.NET's tracker of progress knows of the one training that is running; internal, as what asks it is.</summary>
    private static (double? Epochs, string[] Names, double?[] Values) ReadProgress(MLContext mlContext)
    {
        object environment = Field(mlContext, "_env"), tracker = Field(environment, "ProgressTracker");
        System.Reflection.MethodInfo getAll = tracker.GetType().GetMethod("GetAllProgress")!;
        getAll.Invoke(tracker, null); // Once to hear that the training has started.
        var events = (System.Collections.IEnumerable)getAll.Invoke(tracker, null)!;
        object entry = events.Cast<object>()
            .Where(one => ((string)Field(one, "Name")).StartsWith("BackpropMlp", StringComparison.Ordinal))
            .Select(one => Field(one, "ProgressEntry"))
            .Last(one => one is not null);
        var header = (ProgressHeader)Field(entry, "Header");
        return (((double?[])Field(entry, "Progress"))[0], [.. header.MetricNames], (double?[])Field(entry, "Metrics"));
    }

    private static object Field(object of, string name)
    {
        const System.Reflection.BindingFlags any =
            System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic;
        for (Type? type = of.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetField(name, any) is { } field)
                return field.GetValue(of)!;
        }

        throw new MissingFieldException(of.GetType().Name, name);
    }
#endif
}
