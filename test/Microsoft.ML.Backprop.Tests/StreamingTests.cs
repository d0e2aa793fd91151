using System.Globalization;
using System.Reflection;
using Backprop.Training;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Backprop.Tests;

/// <summary>Rows that are read anew in each pass, and how reading them ends.</summary>
[TestClass]
public class StreamingTests
{
    private const int Many = 40_000; // Of about 28 bytes each, more than the smallest budget of 1 MB.
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly List<string> _warnings = [];

    private static BackpropMlpBinaryTrainer.Options Binary =>
        new() { HiddenLayers = [4], NumberOfIterations = 1, NumberOfThreads = 1, MemoryBudget = 1, Seed = 1 };

    private static BackpropMlpRegressionTrainer.Options Regression =>
        new() { LabelColumnName = "Number", HiddenLayers = [4], NumberOfIterations = 1, NumberOfThreads = 1, MemoryBudget = 1, Seed = 1 };

    [TestInitialize]
    public void ListenToWarnings() => _mlContext.Log += (_, e) =>
    {
        if (e.Kind == ChannelMessageKind.Warning)
            _warnings.Add(e.RawMessage);
    };

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void A_fraction_of_streamed_rows_is_held_out_of_each_class_alike(int seed)
    {
        // 20 positives among 40,000 rows: all rows are predicted negative, so the accuracy tells how many positives were held out.
        BackpropMlpBinaryTrainer.Options options = Binary;
        long left = 0;
        (options.ValidationFraction, options.Seed, options.Progress) = (0.1, seed, progress => left = progress.RowsPerEpoch);
        IDataView data = Load(Rows(Many, (row, i) => row.Label = i % 2000 == 1000));
        double accuracy = Fit(options, data).Epochs[0].ValidationMetric!.Value;
        Assert.AreEqual(Many * 9 / 10, left, 2);
        Assert.AreEqual(2, (1 - accuracy) * (Many - left), 0.01);
    }

    [TestMethod]
    public void A_fraction_that_holds_out_no_streamed_row_is_named()
    {
        BackpropMlpRegressionTrainer.Options options = Regression;
        options.ValidationFraction = 1e-9;
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options, Load(Rows(Many)))).Message;
        StringAssert.StartsWith(message, $"A validation fraction of 1E-09 of {Many} rows holds out none");
    }

    [TestMethod]
    public void Streamed_rows_that_are_sorted_by_their_label_are_warned_of()
    {
        List<Row> rows = [.. Rows(Many)];
        Fit(Binary, Load(rows));
        Fit(Regression, Load(rows));
        Assert.IsEmpty(_warnings);
        Fit(Binary, Load(rows.OrderBy(row => row.Label)));
        Fit(Regression, Load(rows.OrderBy(row => row.Number)));
        Assert.HasCount(2, _warnings);
        foreach (string warning in _warnings)
        {
            StringAssert.StartsWith(warning, "The training data look sorted: ");
            StringAssert.Contains(warning, "ShuffleRows");
        }

        // What the warning says helps.
        Fit(Binary, _mlContext.Data.ShuffleRows(Load(rows.OrderBy(row => row.Label)), seed: 1, shufflePoolSize: Many));
        Assert.HasCount(2, _warnings);

        // In memory, the order does not matter.
        BackpropMlpBinaryTrainer.Options inMemory = Binary;
        inMemory.MemoryBudget = null;
        Fit(inMemory, Load(rows.OrderBy(row => row.Label)));
        Assert.HasCount(2, _warnings);
    }

    [TestMethod]
    public void Validation_data_are_read_once_a_pass()
    {
        var one = new Counted(Many);
        var three = new Counted(Many);
        BackpropMlpRegressionTrainer.Options options = Regression;
        Fit(options, Load(Rows(100)), Load(one));
        options.NumberOfIterations = 3;
        Fit(options, Load(Rows(100)), Load(three));
        Assert.AreEqual(one.Passes + 2, three.Passes);
    }

    [TestMethod]
    public void Training_and_validation_data_share_the_budget()
    {
        // 25,000 rows take about 0.7 MB: each would fit alone, but not both.
        (Counted training, Counted validation) = (new Counted(25_000), new Counted(25_000));
        BackpropMlpRegressionTrainer.Options options = Regression;
        options.NumberOfIterations = 3;
        Fit(options, Load(training), Load(validation));
        Assert.IsGreaterThan(3, training.Passes);
        Assert.IsGreaterThan(3, validation.Passes);

        (training, validation) = (new Counted(25_000), new Counted(5_000));
        Fit(options, Load(training), Load(validation));
        Assert.AreEqual(validation.Passes, training.Passes, "both are in memory");
        Assert.IsLessThan(3, training.Passes);
    }

    [TestMethod]
    [DataRow(50_000, "more rows")]
    [DataRow(30_000, "fewer rows")]
    public void Rows_that_are_others_in_a_later_pass_are_an_error(int later, string _)
    {
        // In memory until the budget is reached, then once to look at them all: the first two passes.
        var changing = new Counted(Many);
        changing.Starting = pass => changing.Count = pass > 2 ? later : Many;
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(Regression, Load(changing))).Message;
        StringAssert.StartsWith(message, "The training data have ");
        StringAssert.Contains(message, $"usable rows {(later < Many ? "" : "or more ")}in this pass, and had {Many} in the first");
        StringAssert.Contains(message, "raise MemoryBudget");
    }

    [TestMethod]
    public void Blocks_of_more_rows_in_a_later_pass_are_an_error()
    {
        // 5,000 rows, at first of 30 values that are present, later of 2: more of them fit into a block.
        int passes = 0;
        IEnumerable<SparseRow> Read()
        {
            int present = ++passes > 2 ? 2 : 30;
            for (int i = 0; i < 5_000; i++)
            {
                var features = new VBuffer<float>(1000, present, [.. Enumerable.Repeat(1f, present)], [.. Enumerable.Range(0, present)]);
                yield return new() { Number = i % 7, Features = features };
            }
        }

        IDataView data = _mlContext.Data.LoadFromEnumerable(Read());
        StringAssert.StartsWith(
            Assert.ThrowsExactly<InvalidOperationException>(() => Fit(Regression, data)).Message, "The training data have a block of ");
    }

    [TestMethod]
    [DataRow("", 1)]
    [DataRow("fraction", 1)]
    [DataRow("validation", 1)]
    [DataRow("checkpoint", 1)]
    [DataRow("early stopping", 1)]
    [DataRow("fraction", 2)] // Over the budget: when all rows are looked at.
    [DataRow("", 2)]
    [DataRow("", 3)] // In the first epoch.
    [DataRow("validation", 3)]
    public void A_token_that_is_cancelled_while_rows_are_read_ends_reading_and_training(string what, int pass)
    {
        using var source = new CancellationTokenSource();
        int readOn = 0;
        var rows = new Counted(Many);
        rows.Reading = (inPass, row) =>
        {
            if (source.IsCancellationRequested)
                readOn++;
            else if (inPass == pass && row == 500)
                source.Cancel();
        };
        BackpropMlpRegressionTrainer.Options options = Regression;
        options.CancellationToken = source.Token;
        if (what is "fraction" or "early stopping")
            options.ValidationFraction = 0.1;
        options.EarlyStopping = what == "early stopping";
        string folder = Directory.CreateTempSubdirectory("backprop").FullName;
        if (what == "checkpoint")
            options.CheckpointPath = Path.Combine(folder, "training.checkpoint");
        TrainingHistory history = what == "validation" ? Fit(options, Load(Rows(100)), Load(rows)) : Fit(options, Load(rows));
        Assert.AreEqual((StopReason.Cancelled, 0), (history.StopReason, history.Epochs.Count));
        Assert.IsLessThan(100, readOn);
        Assert.IsEmpty(Directory.GetFiles(folder));
        Directory.Delete(folder);
    }

    [TestMethod]
    public void A_callback_that_stops_ends_reading_as_well()
    {
        // A block is one minibatch: after it the next block would be read.
        int readOn = 0;
        bool stopped = false;
        var rows = new Counted(Many) { Reading = (_, _) => readOn += stopped ? 1 : 0 };
        BackpropMlpRegressionTrainer.Options options = Regression;
        (options.BatchSize, options.ProgressInterval) = (Many, 1);
        options.Progress = progress =>
        {
            progress.Stop();
            stopped = true;
        };
        Assert.AreEqual(StopReason.Cancelled, Fit(options, Load(rows)).StopReason);
        Assert.IsLessThan(3, readOn);
    }

    [TestMethod]
    public void Cancelling_the_contexts_execution_ends_reading_within_a_row()
    {
        int readOn = 0;
        bool cancelled = false;
        var rows = new Counted(Many);
        rows.Reading = (_, row) =>
        {
            readOn += cancelled ? 1 : 0;
            if (row == 500)
            {
                CancelExecution();
                cancelled = true;
            }
        };
        BackpropMlpRegressionTrainer.Options options = Regression;
        Assert.Throws<OperationCanceledException>(() => _mlContext.Regression.Trainers.BackpropMlp(options).Fit(Load(rows)));
        Assert.IsLessThan(3, readOn);
    }

    [TestMethod]
    public void Cancelling_the_contexts_execution_ends_a_validation()
    {
        int ended = 0;
        BackpropMlpRegressionTrainer.Options options = Regression;
        (options.BatchSize, options.ProgressInterval) = (100, 1);
        options.Progress = progress =>
        {
            if (progress.EpochEnded is null)
                CancelExecution();
            else
                ended++;
        };
        IDataView training = Load(Rows(100)), validation = Load(Rows(100));
        Assert.Throws<OperationCanceledException>(() => _mlContext.Regression.Trainers.BackpropMlp(options).Fit(training, validation));
        Assert.AreEqual(0, ended);
    }

    [TestMethod]
    public void Faults_of_labels_and_of_validation_data_are_named()
    {
        BackpropMlpRegressionTrainer.Options options = Regression;
        IDataView training = Load(Rows(50)), unlabelled = Load(Rows(5, (row, _) => row.Number = float.NaN));
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options, training, unlabelled)).Message,
            "No valid validation instances found: all 5 instances have a missing label");
        StringAssert.StartsWith(
            Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options, Load(Rows(50, (row, _) => row.Number = 2)))).Message,
            "The target is 2 in all 50 rows of column 'Number'");
        options.LabelColumnName = "Two";
        StringAssert.StartsWith(
            Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options, Load(Rows(50, (row, _) => row.Two[1] = 5)))).Message,
            "Target '1' is 5 in all 50 rows of column 'Two'");

        (options.LabelColumnName, options.ValidationFraction) = ("Number", 0.25);
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        string message = Assert.Throws<ArgumentException>(() => Fit(options, training, training)).Message;
        StringAssert.Contains(message, "ValidationFraction is 0.25");
        CultureInfo.CurrentCulture = before;
    }

    private static IEnumerable<Row> Rows(int count, Action<Row, int>? change = null)
    {
        var random = new Random(1);
        for (int i = 0; i < count; i++)
        {
            float x = (2 * random.NextSingle()) - 1, y = (2 * random.NextSingle()) - 1;
            var row = new Row { Features = [x, y], Label = x > 0, Number = 5 + x - y, Two = [x, y] };
            change?.Invoke(row, i);
            yield return row;
        }
    }

    [TestMethod]
    public void A_checkpoint_of_other_blocks_is_of_another_training()
    {
        string folder = Directory.CreateTempSubdirectory("backprop").FullName;
        IDataView data = Load(Rows(90_000));
        BackpropMlpBinaryTrainer.Options options = new()
        {
            HiddenLayers = [2],
            NumberOfIterations = 1,
            MemoryBudget = 1,
            CheckpointPath = Path.Combine(folder, "training.checkpoint"),
        };
        Fit(options, data);
        options.MemoryBudget = 2;
        string message = Assert.Throws<Exception>(() => Fit(options, data)).GetBaseException().Message;
        StringAssert.Matches(message, new(@"of another training: there 'rows 90000, .* in blocks of at most \d+', now 'rows 90000,"));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Internal in ML.NET, where AutoML calls it.</summary>
    private void CancelExecution()
    {
        const BindingFlags any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        typeof(MLContext).GetMethod("CancelExecution", any)!.Invoke(_mlContext, null);
    }

    private IDataView Load(IEnumerable<Row> rows) => _mlContext.Data.LoadFromEnumerable(rows);

    private TrainingHistory Fit(BackpropMlpBinaryTrainer.Options options, IDataView data) =>
        _mlContext.BinaryClassification.Trainers.BackpropMlp(options).Fit(data).Model.SubModel.History;

    private TrainingHistory Fit(BackpropMlpRegressionTrainer.Options options, IDataView data, IDataView? validation = null) =>
        _mlContext.Regression.Trainers.BackpropMlp(options).Fit(data, validation).Model.History;

    /// <summary>Rows that are made anew in each pass; counts the passes.</summary>
    private sealed class Counted(int count) : IEnumerable<Row>
    {
        public int Count { get; set; } = count;

        public int Passes { get; private set; }

        /// <summary>Is told of each pass, from 1, before it starts.</summary>
        public Action<int>? Starting { get; set; }

        /// <summary>Is told of each row that is read: the pass, from 1, and the row, from 0.</summary>
        public Action<int, int>? Reading { get; set; }

        public IEnumerator<Row> GetEnumerator()
        {
            int pass = ++Passes;
            Starting?.Invoke(pass);
            foreach (Row row in Rows(Count, (_, i) => Reading?.Invoke(pass, i)))
                yield return row;
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class SparseRow
    {
        [VectorType(1000)]
        public VBuffer<float> Features { get; set; }

        public float Number { get; set; }
    }

    private sealed class Row
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }

        public float Number { get; set; }

        [VectorType(2)]
        public float[] Two { get; set; } = [];
    }
}
