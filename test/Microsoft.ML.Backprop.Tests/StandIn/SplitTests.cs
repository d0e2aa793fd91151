using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Tests.StandIn;

[TestClass]
public class SplitTests
{
    private const int Count = 1000;

    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void Train_and_test_are_disjoint_complete_and_of_about_the_sizes_asked_for()
    {
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(Data(), testFraction: 0.3);
        int[] train = Numbers(split.TrainSet), test = Numbers(split.TestSet);
        CollectionAssert.AreEqual(Enumerable.Range(0, Count).ToArray(), train.Concat(test).Order().ToArray());
        // Four standard deviations of a binomial of 1000 and 0.3 are 58.
        Assert.AreEqual(300, test.Length, 58);
        CollectionAssert.AreEqual(new[] { "Number", "Group" }, split.TestSet.Schema.Select(c => c.Name).ToArray());
    }

    [TestMethod]
    public void The_same_seed_makes_the_same_split_and_each_reading_the_same_rows()
    {
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(Data(), seed: 7);
        CollectionAssert.AreEqual(Numbers(split.TestSet), Numbers(split.TestSet));
        CollectionAssert.AreEqual(Numbers(split.TestSet), Numbers(new MLContext(2).Data.TrainTestSplit(Data(), seed: 7).TestSet));
        CollectionAssert.AreNotEqual(Numbers(split.TestSet), Numbers(_ml.Data.TrainTestSplit(Data(), seed: 8).TestSet));
        CollectionAssert.AreEqual(
            Numbers(new MLContext(3).Data.TrainTestSplit(Data()).TestSet), Numbers(new MLContext(3).Data.TrainTestSplit(Data()).TestSet));
    }

    [TestMethod]
    public void Rows_of_one_sampling_key_stay_together()
    {
        DataOperationsCatalog.TrainTestData split = _ml.Data.TrainTestSplit(Data(), 0.5, samplingKeyColumnName: "Group");
        HashSet<string> train = [.. split.TrainSet.GetColumn<string>("Group")];
        Assert.IsFalse(train.Overlaps(split.TestSet.GetColumn<string>("Group")));
        Assert.IsGreaterThan(0, train.Count);
    }

    [TestMethod]
    public void Folds_are_disjoint_and_complete()
    {
        IReadOnlyList<DataOperationsCatalog.TrainTestData> folds = _ml.Data.CrossValidationSplit(Data(), numberOfFolds: 4);
        CollectionAssert.AreEqual(
            Enumerable.Range(0, Count).ToArray(), folds.SelectMany(fold => Numbers(fold.TestSet)).Order().ToArray());
        foreach (DataOperationsCatalog.TrainTestData fold in folds)
            Assert.AreEqual(Count, Numbers(fold.TrainSet).Union(Numbers(fold.TestSet)).Count());
    }

    [TestMethod]
    public void Faults_name_the_parameter()
    {
        ExpectFault("Must be between 0 and 1 exclusive (Parameter 'testFraction')", () => _ml.Data.TrainTestSplit(Data(), 1.5));
        ExpectFault(
            "Could not find SamplingKeyColumn column 'X' (Parameter 'samplingKeyColumn')",
            () => _ml.Data.TrainTestSplit(Data(), 0.5, "X"));
        ExpectFault("Must be more than 1 (Parameter 'numberOfFolds')", () => _ml.Data.CrossValidationSplit(Data(), 1));
        ExpectFault("Must be greater than zero. (Parameter 'count')", () => _ml.Data.TakeRows(Data(), 0));
        ExpectFault(
            "Schema mismatch for filter column 'Group': expected number, got String (Parameter 'columnName')",
            () => _ml.Data.FilterRowsByColumn(Data(), "Group", 0, 1));
        ExpectFault("Could not find prefetch column 'X' (Parameter 'columnsToPrefetch')", () => _ml.Data.Cache(Data(), "X"));

        static void ExpectFault(string message, Action action)
            => Assert.AreEqual(message, Assert.ThrowsExactly<ArgumentOutOfRangeException>(action).Message);
    }

    [TestMethod]
    public void Rows_are_skipped_taken_and_filtered()
    {
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, Numbers(_ml.Data.TakeRows(Data(), 3)));
        CollectionAssert.AreEqual(new[] { 998, 999 }, Numbers(_ml.Data.SkipRows(Data(), 998)));
        IDataView reals = _ml.Transforms.Conversion.ConvertType("Real", "Number").Fit(Data()).Transform(Data());
        CollectionAssert.AreEqual(new[] { 2, 3, 4 }, Numbers(_ml.Data.FilterRowsByColumn(reals, "Real", 2, 5)));
        IDataView missing = _ml.Data.LoadFromEnumerable(new[] { 1, float.NaN, 3 }.Select(value => new RealRow { Real = value }));
        CollectionAssert.AreEqual(
            new float[] { 1, 3 }, _ml.Data.FilterRowsByMissingValues(missing, "Real").GetColumn<float>("Real").ToArray());
    }

    [TestMethod]
    public void Shuffling_keeps_every_row_and_follows_the_seed()
    {
        int[] shuffled = Numbers(_ml.Data.ShuffleRows(Data(), seed: 5));
        CollectionAssert.AreNotEqual(Numbers(Data()), shuffled);
        CollectionAssert.AreEquivalent(Numbers(Data()), shuffled);
        CollectionAssert.AreEqual(shuffled, Numbers(_ml.Data.ShuffleRows(Data(), seed: 5)));
    }

    [TestMethod]
    public void A_cache_reads_its_source_once()
    {
        int read = 0;
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 5).Select(i => new NumberRow { Number = i }).Select(row =>
        {
            read++;
            return row;
        }));
        IDataView cached = _ml.Data.Cache(data);
        Assert.AreEqual(0, read);
        CollectionAssert.AreEqual(Numbers(cached), Numbers(cached));
        Assert.AreEqual(5, read);
        Assert.IsTrue(cached.CanShuffle);
    }

    private IDataView Data() => _ml.Data.LoadFromEnumerable(
        Enumerable.Range(0, Count).Select(i => new NumberRow { Number = i, Group = $"group {i % 40}" }));

    private static int[] Numbers(IDataView data) => [.. data.GetColumn<int>("Number")];

    private sealed class NumberRow
    {
        public int Number { get; set; }
        public string Group { get; set; } = "";
    }

    private sealed class RealRow
    {
        public float Real { get; set; }
    }
}
