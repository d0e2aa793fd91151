using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Backprop.Tests.StandIn;

[TestClass]
public class ChainTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void A_chain_keeps_the_type_of_its_last_link_and_enumerates_all()
    {
        EstimatorChain<NormalizingTransformer> chain = Chain();
        TransformerChain<NormalizingTransformer> model = chain.Fit(Data());
        Assert.AreSame(model.LastTransformer, model.Last());
        Assert.AreEqual(3, model.Count());
        Assert.IsInstanceOfType<NormalizingEstimator>(chain.LastEstimator);
        Assert.IsInstanceOfType<ColumnCopyingTransformer>(model.Append(_ml.Transforms.CopyColumns("C", "A").Fit(Data())).LastTransformer);
    }

    [TestMethod]
    public void Transforming_reads_nothing_until_rows_are_asked_for_and_then_one_by_one()
    {
        TransformerChain<NormalizingTransformer> model = Chain().Fit(Data());
        int read = 0;
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 100_000).Select(i =>
        {
            read++;
            return new Row();
        }));
        IDataView transformed = model.Transform(data);
        Assert.AreEqual(0, read);
        _ = _ml.Data.CreateEnumerable<Result>(transformed, reuseRowObject: true).First();
        Assert.IsLessThan(100_000, read);
    }

    [TestMethod]
    public void Only_the_columns_that_are_needed_are_computed()
    {
        IDataView data = Data();
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema["A"]]);
        Assert.IsTrue(cursor.IsColumnActive(data.Schema["A"]));
        Assert.IsFalse(cursor.IsColumnActive(data.Schema["B"]));
        var fault = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cursor.GetGetter<float>(data.Schema["B"]));
        Assert.AreEqual("requested column not active (Parameter 'column')", fault.Message);
    }

    [TestMethod]
    public void The_output_schema_is_known_without_rows()
    {
        TransformerChain<NormalizingTransformer> model = Chain().Fit(Data());
        DataViewSchema schema = model.GetOutputSchema(Data().Schema);
        CollectionAssert.AreEqual(
            model.Transform(Data()).Schema.Select(c => c.ToString()).ToArray(), schema.Select(c => c.ToString()).ToArray());
        Assert.AreEqual("Features: Vector<Single, 2> {IsNormalized, SlotNames}", schema["Features"].ToString());
    }

    [TestMethod]
    public void A_row_mapper_maps_single_rows()
    {
        IDataView data = Data();
        ITransformer model = Chain().Fit(data);
        IRowToRowMapper mapper = model.GetRowToRowMapper(data.Schema);
        string[] needed = [.. mapper.GetDependencies([mapper.OutputSchema["Features"]]).Select(c => c.Name)];
        CollectionAssert.AreEquivalent(new[] { "A", "B" }, needed);
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        DataViewRow row = mapper.GetRow(cursor, [mapper.OutputSchema["Features"]]);
        ValueGetter<VBuffer<float>> get = row.GetGetter<VBuffer<float>>(mapper.OutputSchema["Features"]);
        Assert.IsTrue(cursor.MoveNext());
        VBuffer<float> features = default;
        get(ref features);
        Assert.AreEqual(2, features.Length);
    }

    [TestMethod]
    public void A_checkpoint_reads_the_data_before_it_once()
    {
        int read = 0;
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 5).Select(i =>
        {
            read++;
            return new Row { A = i };
        }));
        var chain = _ml.Transforms.Concatenate("Features", "A", "B").AppendCacheCheckpoint(_ml)
            .Append(_ml.Transforms.NormalizeMinMax("N", "Features"))
            .Append(_ml.Transforms.NormalizeMeanVariance("M", "Features"));
        chain.Fit(data);
        Assert.AreEqual(5, read);
    }

    [TestMethod]
    public void A_delegate_sees_each_fitted_transformer()
    {
        NormalizingTransformer? seen = null;
        TransformerChain<NormalizingTransformer> model = _ml.Transforms.Concatenate("Features", "A", "B")
            .Append(_ml.Transforms.NormalizeMinMax("Features").WithOnFitDelegate(fitted => seen = fitted)).Fit(Data());
        Assert.AreSame(model.LastTransformer, seen);
    }

    [TestMethod]
    public void A_preview_shows_rows_and_columns()
    {
        DataDebuggerPreview preview = Data().Preview(maxRows: 1);
        Assert.AreEqual("3 columns, 1 rows", preview.ToString());
        Assert.AreEqual("[A, 1]", preview.RowView[0].Values[0].ToString());
        Assert.AreEqual("Text: String", preview.ColumnView[2].ToString());
    }

    [TestMethod]
    public void A_column_is_read_as_the_types_that_it_has()
    {
        Assert.AreEqual("t", Data().GetColumn<string>("Text").First());
        var type = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data().GetColumn<string>("A").Count());
        Assert.AreEqual(
            "Cannot map column (name: A, type: Single) in data to the user-defined type, System.String. (Parameter 'column')",
            type.Message);
        var name = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Data().GetColumn<float>("X").Count());
        Assert.AreEqual("Column 'X' not found (Parameter 'name')", name.Message);
    }

    private EstimatorChain<NormalizingTransformer> Chain()
        => _ml.Transforms.Conversion.MapValueToKey("Key", "Text")
            .Append(_ml.Transforms.Concatenate("Features", "A", "B"))
            .Append(_ml.Transforms.NormalizeMinMax("Features"));

    private IDataView Data() => _ml.Data.LoadFromEnumerable([new Row(), new Row { A = 4 }]);

    private sealed class Row
    {
        public float A { get; set; } = 1;
        public float B { get; set; } = 2;
        public string Text { get; set; } = "t";
    }

    private sealed class Result
    {
        public float[] Features { get; set; } = [];
        public uint Key { get; set; }
    }
}
