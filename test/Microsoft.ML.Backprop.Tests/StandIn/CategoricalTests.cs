using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Backprop.Tests.StandIn;

[TestClass]
public class CategoricalTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void A_category_is_a_sparse_vector_of_one_and_a_missing_one_of_none()
    {
        var encoding = _ml.Transforms.Categorical.OneHotEncoding("Hot", "Text").Append(_ml.Transforms.Conversion.MapKeyToVector("K", "Key"));
        foreach (IDataView encoded in Transformed(encoding))
        {
            Assert.AreEqual("Hot: Vector<Single, 2> {SlotNames, CategoricalSlotRanges, IsNormalized}", encoded.Schema["Hot"].ToString());
            CollectionAssert.AreEqual(new[] { "b", "a" }, Rows.Texts(encoded, "Hot", "SlotNames"));
            CollectionAssert.AreEqual(new[] { 0, 1 }, Rows.Annotation<int>(encoded, "Hot", "CategoricalSlotRanges"));
            CollectionAssert.AreEqual(new[] { "1 0", "0 0", "0 1", "1 0" }, Joined(encoded, "Hot"));
            Assert.IsFalse(encoded.GetColumn<VBuffer<float>>("Hot").First().IsDense);
            Assert.AreEqual("K: Vector<Single, 3> {CategoricalSlotRanges, IsNormalized}", encoded.Schema["K"].ToString());
            CollectionAssert.AreEqual(new[] { "0 1 0", "1 0 0", "0 1 0", "0 1 0" }, Joined(encoded, "K"));
        }
    }

    [TestMethod]
    public void Numbers_and_Booleans_are_categories_too()
    {
        var encoding = _ml.Transforms.Categorical.OneHotEncoding(
            [new("Hot", "A"), new("Two", "Flag")], keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue);
        foreach (IDataView encoded in Transformed(encoding))
        {
            CollectionAssert.AreEqual(new[] { "1", "3", "5" }, Rows.Texts(encoded, "Hot", "SlotNames"));
            CollectionAssert.AreEqual(new[] { "0", "1" }, Rows.Texts(encoded, "Two", "SlotNames"));
            CollectionAssert.AreEqual(new[] { "1 0 0", "0 0 0", "0 1 0", "0 0 1" }, Joined(encoded, "Hot"));
        }
    }

    [TestMethod]
    public void Concatenation_keeps_the_names_and_the_ranges_of_categories()
    {
        var encoding = _ml.Transforms.Categorical.OneHotEncoding([new("Hot", "Text"), new("Two", "Flag")])
            .Append(_ml.Transforms.Concatenate("All", "A", "Hot", "Pair", "Two"));
        foreach (IDataView encoded in Transformed(encoding))
        {
            Assert.AreEqual("All: Vector<Single, 7> {SlotNames, CategoricalSlotRanges}", encoded.Schema["All"].ToString());
            CollectionAssert.AreEqual(new[] { "A", "Hot.b", "Hot.a", "", "", "Two.0", "Two.1" }, Rows.Texts(encoded, "All", "SlotNames"));
            CollectionAssert.AreEqual(new[] { 1, 2, 5, 6 }, Rows.Annotation<int>(encoded, "All", "CategoricalSlotRanges"));
        }
    }

    [TestMethod]
    public void A_key_may_stay_a_key()
    {
        IDataView encoded = Transformed(_ml.Transforms.Categorical.OneHotEncoding("Hot", "Text", OneHotEncodingEstimator.OutputKind.Key)).First();
        Assert.AreEqual("Hot: Key<UInt32, 0-1> {KeyValues}", encoded.Schema["Hot"].ToString());
    }

    [TestMethod]
    public void A_missing_number_is_replaced_by_0_or_by_the_mean_of_its_slot()
    {
        var replacing = _ml.Transforms.ReplaceMissingValues("A")
            .Append(_ml.Transforms.ReplaceMissingValues("Mean", "Pair", MissingValueReplacingEstimator.ReplacementMode.Mean))
            .Append(_ml.Transforms.ReplaceMissingValues([new("Zero", "Pair"), new("Other", "Double")]));
        foreach (IDataView replaced in Transformed(replacing))
        {
            CollectionAssert.AreEqual(new float[] { 1, 0, 3, 5 }, replaced.GetColumn<float>("A").ToArray());
            CollectionAssert.AreEqual(new double[] { 1, 0, 3, 5 }, replaced.GetColumn<double>("Other").ToArray());
            CollectionAssert.AreEqual(new[] { "1 2", "3 4", "3 3", "5 Infinity" }, Joined(replaced, "Mean"));
            CollectionAssert.AreEqual(new[] { "1 2", "0 4", "3 0", "5 Infinity" }, Joined(replaced, "Zero"));
        }
    }

    [TestMethod]
    public void Columns_that_are_missing_or_of_another_type_are_faults()
    {
        IDataView data = Data();
        ExpectFault(
            "Type 'String' is not supported by NAReplaceTransform since it doesn't have an NA value (Parameter 'inputSchema')",
            () => _ml.Transforms.ReplaceMissingValues("Text").Fit(data));
        ExpectFault(
            "Type 'Key<Byte, 0-2>' is not supported by NAReplaceTransform since its NA value is equivalent to its default value "
                + "(Parameter 'inputSchema')",
            () => _ml.Transforms.ReplaceMissingValues("Key").Fit(data));
        ExpectFault("Could not find input column 'Nope' (Parameter 'input')", () => _ml.Transforms.ReplaceMissingValues("Nope").Fit(data));
        ExpectFault(
            "Could not find input column 'Nope' (Parameter 'inputSchema')", () => _ml.Transforms.Categorical.OneHotEncoding("Nope").Fit(data));
        ExpectFault(
            "Schema mismatch for input column 'A': expected key type of known cardinality, got Single (Parameter 'inputSchema')",
            () => _ml.Transforms.Conversion.MapKeyToVector("A").Fit(data));
        ITransformer means = _ml.Transforms.ReplaceMissingValues("Pair", null, MissingValueReplacingEstimator.ReplacementMode.Mean).Fit(data);
        IDataView three = _ml.Transforms.Concatenate("Pair", "Pair", "A").Fit(data).Transform(data);
        ExpectFault(
            "Column 'Pair' item type 'Vector<Single, 2>' must be a scalar or a vector of the same size as Columntype 'Vector<Single, 3>' "
                + "(Parameter 'inputSchema')",
            () => means.Transform(three));
    }

    private static void ExpectFault(string message, Action action)
        => Assert.AreEqual(message, Assert.ThrowsExactly<ArgumentOutOfRangeException>(action).Message);

    private static string[] Joined(IDataView data, string column)
        => [.. Rows.Vectors<float>(data, column).Select(row => string.Join(" ", row.Select(v => FormattableString.Invariant($"{v}"))))];

    // The data as a fitted transformer and as the same out of a file make them.
    private IEnumerable<IDataView> Transformed<T>(IEstimator<T> estimator)
        where T : class, ITransformer
    {
        IDataView data = Data();
        T model = estimator.Fit(data);
        yield return model.Transform(data);
        yield return Rows.Reloaded(_ml, model, data.Schema).Transform(data);
    }

    private IDataView Data() => _ml.Data.LoadFromEnumerable(
        [new Row("b", 1, 2), new Row("", float.NaN, 4), new Row("a", 3, float.NaN), new Row("b", 5, float.PositiveInfinity)]);

    private sealed class Row(string text, float a, float b)
    {
        public string Text { get; set; } = text;
        public float A { get; set; } = a;
        public double Double { get; set; } = a;
        public bool Flag { get; set; } = a > 2;

        [VectorType(2)]
        public float[] Pair { get; set; } = [a, b];

        [KeyType(3)]
        public byte Key { get; set; } = (byte)text.Length;
    }
}
