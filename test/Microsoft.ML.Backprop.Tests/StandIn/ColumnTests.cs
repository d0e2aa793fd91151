using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Tests.StandIn;

[TestClass]
public class ColumnTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void Concatenation_appends_slots_and_names_them_after_their_columns()
    {
        IDataView data = Data();
        IDataView joined = _ml.Transforms.Concatenate("F", "A", "V", "B").Fit(data).Transform(data);
        Assert.AreEqual("F: Vector<Single, 4> {SlotNames}", joined.Schema["F"].ToString());
        CollectionAssert.AreEqual(new float[] { 1, 3, 4, 2 }, Rows.Vectors<float>(joined, "F")[0]);
        CollectionAssert.AreEqual(new[] { "A", "", "", "B" }, Rows.Texts(joined, "F", "SlotNames"));

        IDataView again = _ml.Transforms.Concatenate("G", "F", "A").Fit(joined).Transform(joined);
        CollectionAssert.AreEqual(new[] { "F.A", "", "", "F.B", "A" }, Rows.Texts(again, "G", "SlotNames"));
        Assert.AreEqual(
            "F2: Vector<Single>",
            _ml.Transforms.Concatenate("F2", "Open", "A").Fit(data).Transform(data).Schema["F2"].ToString());
    }

    [TestMethod]
    public void Concatenation_of_few_values_is_sparse()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new SparseRow { S = new VBuffer<float>(4, 1, [5f], [2]) }]);
        IDataView joined = _ml.Transforms.Concatenate("F", "S", "S").Fit(data).Transform(data);
        VBuffer<float> vector = joined.GetColumn<VBuffer<float>>("F").Single();
        CollectionAssert.AreEqual(new[] { 2, 6 }, vector.GetIndices().ToArray());
    }

    [TestMethod]
    public void Concatenation_of_other_types_is_a_fault_in_a_chain_before_data_are_read()
    {
        var types = Assert.ThrowsExactly<InvalidOperationException>(() => Chain("A", "T").Fit(Data()));
        Assert.AreEqual(
            "Concatenated columns should have the same type. Column 'T' has type of String, but expected column type is Single.",
            types.Message);
        var keys = Assert.ThrowsExactly<InvalidOperationException>(() => Chain("K").Fit(Data()));
        Assert.AreEqual("Column 'K' is key. Concatenation of keys is unsupported.", keys.Message);
        var missing = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Chain("A", "X").Fit(Data()));
        Assert.AreEqual("Could not find input column 'X' (Parameter 'inputSchema')", missing.Message);

        EstimatorChain<ITransformer> Chain(params string[] columns)
            => new EstimatorChain<ITransformer>().Append<ITransformer>(_ml.Transforms.Concatenate("F", columns));
    }

    [TestMethod]
    public void A_column_of_an_old_name_hides_the_old_one_and_stands_right_after_it()
    {
        IDataView data = Data();
        IDataView copied = _ml.Transforms.CopyColumns("A", "B").Fit(data).Transform(data);
        CollectionAssert.AreEqual(new[] { "A", "A", "B", "V", "Open", "T", "K" }, copied.Schema.Select(c => c.Name).ToArray());
        CollectionAssert.AreEqual(new[] { true, false }, copied.Schema.Take(2).Select(c => c.IsHidden).ToArray());
        Assert.AreEqual(2f, copied.GetColumn<float>("A").Single());
        Assert.AreEqual(1f, copied.GetColumn<float>(copied.Schema[0]).Single());
        Assert.HasCount(1, _ml.Transforms.SelectColumns("A").Fit(copied).Transform(copied).Schema);
        Assert.HasCount(2, _ml.Transforms.SelectColumns(["A"], keepHidden: true).Fit(copied).Transform(copied).Schema);
    }

    [TestMethod]
    public void Columns_are_selected_in_the_order_asked_for_and_dropped_in_place()
    {
        IDataView data = Data();
        CollectionAssert.AreEqual(new[] { "T", "A" }, Names(_ml.Transforms.SelectColumns("T", "A").Fit(data)));
        CollectionAssert.AreEqual(new[] { "A", "B", "V", "Open" }, Names(_ml.Transforms.DropColumns("T", "K").Fit(data)));
        var fault = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.DropColumns("X").Fit(data));
        Assert.AreEqual("Could not find input column 'X' (Parameter 'inputSchema')", fault.Message);

        string[] Names(ITransformer transformer) => [.. transformer.Transform(data).Schema.Select(c => c.Name)];
    }

    [TestMethod]
    public void Numbers_convert_within_their_sign_and_to_reals_texts_to_all_keys_to_unsigned()
    {
        IDataView data = Data();
        Assert.AreEqual(1.0, Converted<double>("A", DataKind.Double));
        Assert.AreEqual("2", Converted<string>("B", DataKind.String));
        Assert.AreEqual(2ul, Converted<ulong>("K", DataKind.UInt64));
        Assert.AreEqual(float.NaN, Converted<float>("T", DataKind.Single));
        CollectionAssert.AreEqual(new double[] { 3, 4 }, Converted<double[]>("V", DataKind.Double));
        var fault = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Converted<int>("A", DataKind.Int32));
        Assert.AreEqual(
            "source column 'A' with item type 'Single' is not compatible with destination type 'Int32' (Parameter 'inputSchema')",
            fault.Message);

        T Converted<T>(string column, DataKind kind)
            => _ml.Transforms.Conversion.ConvertType("Out", column, kind).Fit(data).Transform(data).GetColumn<T>("Out").Single();
    }

    private IDataView Data() => _ml.Data.LoadFromEnumerable([new Row()]);

    private sealed class Row
    {
        public float A { get; set; } = 1;
        public float B { get; set; } = 2;

        [VectorType(2)]
        public float[] V { get; set; } = [3, 4];
        public float[] Open { get; set; } = [1];
        public string T { get; set; } = "t";

        [KeyType(3)]
        public uint K { get; set; } = 1;
    }

    private sealed class SparseRow
    {
        [VectorType(4)]
        public VBuffer<float> S { get; set; }
    }
}
