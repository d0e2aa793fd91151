using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Backprop.Tests.StandIn;

[TestClass]
public class KeyTests
{
    private const ValueToKeyMappingEstimator.KeyOrdinality ByValue = ValueToKeyMappingEstimator.KeyOrdinality.ByValue;

    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void Keys_follow_the_first_occurrence_and_an_empty_text_has_none()
    {
        IDataView mapped = Mapped(Texts("b", "a", "", "B", "b"), "Text");
        Assert.AreEqual("Key: Key<UInt32, 0-2> {KeyValues}", mapped.Schema["Key"].ToString());
        CollectionAssert.AreEqual(new[] { "b", "a", "B" }, Rows.Texts(mapped, "Key", "KeyValues"));
        CollectionAssert.AreEqual(new uint[] { 1, 2, 0, 3, 1 }, mapped.GetColumn<uint>("Key").ToArray());
    }

    [TestMethod]
    public void By_value_texts_are_in_ordinal_order_and_only_so_many_as_asked_for_have_keys()
    {
        IDataView all = Mapped(Texts("b", "a", "B", "_", "é"), "Text", ByValue);
        CollectionAssert.AreEqual(new[] { "B", "_", "a", "b", "é" }, Rows.Texts(all, "Key", "KeyValues"));
        IDataView few = Mapped(Texts("b", "a", "B", "b"), "Text", ByValue, maximum: 2);
        CollectionAssert.AreEqual(new[] { "a", "b" }, Rows.Texts(few, "Key", "KeyValues"));
        CollectionAssert.AreEqual(new uint[] { 2, 1, 0, 2 }, few.GetColumn<uint>("Key").ToArray());
    }

    [TestMethod]
    public void Numbers_have_keys_NaN_has_none_and_values_may_be_texts()
    {
        IDataView data = Numbers(2, float.NaN, 1.5f, 0, 2);
        IDataView mapped = Mapped(data, "Number");
        CollectionAssert.AreEqual(new float[] { 2, 1.5f, 0 }, Rows.Annotation<float>(mapped, "Key", "KeyValues"));
        CollectionAssert.AreEqual(new uint[] { 1, 0, 2, 3, 1 }, mapped.GetColumn<uint>("Key").ToArray());
        CollectionAssert.AreEqual(
            new[] { "0", "1.5", "2" }, Rows.Texts(Mapped(data, "Number", ByValue, asText: true), "Key", "KeyValues"));
    }

    [TestMethod]
    public void A_value_not_seen_in_training_has_no_key()
    {
        ITransformer mapping = _ml.Transforms.Conversion.MapValueToKey("Key", "Text").Fit(Texts("a", "b"));
        CollectionAssert.AreEqual(new uint[] { 2, 0 }, mapping.Transform(Texts("b", "c")).GetColumn<uint>("Key").ToArray());
    }

    [TestMethod]
    public void Key_data_fixes_the_keys()
    {
        ITransformer mapping = _ml.Transforms.Conversion.MapValueToKey("Key", "Text", keyData: Texts("z", "a")).Fit(Texts("a"));
        CollectionAssert.AreEqual(new uint[] { 2, 1 }, mapping.Transform(Texts("a", "z")).GetColumn<uint>("Key").ToArray());
    }

    [TestMethod]
    public void Keys_map_back_to_their_values_and_a_missing_key_to_the_missing_value()
    {
        IDataView texts = Back(Mapped(Texts("b", "", "a"), "Text"));
        CollectionAssert.AreEqual(new[] { "b", "", "a" }, texts.GetColumn<string>("Back").ToArray());
        IDataView numbers = Back(Mapped(Numbers(2, float.NaN), "Number"));
        CollectionAssert.AreEqual(new[] { 2, float.NaN }, numbers.GetColumn<float>("Back").ToArray());
        IDataView vectors = Back(Mapped(_ml.Data.LoadFromEnumerable([new VectorRow(3, 1), new VectorRow(1, 3)]), "Vector"));
        CollectionAssert.AreEqual(new float[] { 1, 3 }, Rows.Vectors<float>(vectors, "Back")[1]);

        IDataView Back(IDataView mapped) => _ml.Transforms.Conversion.MapKeyToValue("Back", "Key").Fit(mapped).Transform(mapped);
    }

    [TestMethod]
    public void Mapping_back_what_is_no_key_or_has_no_values_is_a_fault()
    {
        IDataView data = Texts("a");
        var fit = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Transforms.Conversion.MapKeyToValue("Text").Fit(data));
        Assert.AreEqual("Metadata KeyValues does not exist", fit.Message);
        var chain = _ml.Transforms.Conversion.MapKeyToValue("Text").Append(_ml.Transforms.CopyColumns("Copy", "Text"));
        var fault = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => chain.Fit(data));
        Assert.AreEqual(
            "Schema mismatch for input column 'Text': expected KeyType, got String (Parameter 'inputSchema')", fault.Message);
    }

    private IDataView Mapped(
        IDataView data,
        string column,
        ValueToKeyMappingEstimator.KeyOrdinality order = ValueToKeyMappingEstimator.KeyOrdinality.ByOccurrence,
        int maximum = 1000,
        bool asText = false)
        => _ml.Transforms.Conversion.MapValueToKey("Key", column, maximum, order, asText).Fit(data).Transform(data);

    private IDataView Texts(params string[] texts)
        => _ml.Data.LoadFromEnumerable(texts.Select(text => new TextRow { Text = text }));

    private IDataView Numbers(params float[] numbers)
        => _ml.Data.LoadFromEnumerable(numbers.Select(number => new NumberRow { Number = number }));

    private sealed class TextRow
    {
        public string Text { get; set; } = "";
    }

    private sealed class NumberRow
    {
        public float Number { get; set; }
    }

    private sealed class VectorRow(params float[] values)
    {
        [VectorType(2)]
        public float[] Vector { get; set; } = values;
    }
}
