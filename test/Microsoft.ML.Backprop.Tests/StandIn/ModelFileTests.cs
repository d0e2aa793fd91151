using System.IO.Compression;
using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Tests.StandIn;

[TestClass]
public class ModelFileTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void A_chain_of_all_transforms_gives_the_same_after_saving_and_loading()
    {
        ITransformer model = Model();
        ITransformer loaded = new MLContext().Model.Load(Saved(model), out DataViewSchema schema);
        Assert.IsInstanceOfType<TransformerChain<ITransformer>>(loaded);
        CollectionAssert.AreEqual(Data().Schema.Select(c => c.ToString()).ToArray(), schema.Select(c => c.ToString()).ToArray());
        IDataView before = model.Transform(Data()), after = loaded.Transform(Data());
        CollectionAssert.AreEqual(
            before.Schema.Select(c => c.ToString()).ToArray(), after.Schema.Select(c => c.ToString()).ToArray());
        for (int row = 0; row < 3; row++)
        {
            CollectionAssert.AreEqual(Rows.Vectors<float>(before, "Scaled")[row], Rows.Vectors<float>(after, "Scaled")[row]);
            CollectionAssert.AreEqual(Rows.Vectors<float>(before, "Standard")[row], Rows.Vectors<float>(after, "Standard")[row]);
        }
        CollectionAssert.AreEqual(before.GetColumn<uint>("Key").ToArray(), after.GetColumn<uint>("Key").ToArray());
        CollectionAssert.AreEqual(before.GetColumn<string>("Back").ToArray(), after.GetColumn<string>("Back").ToArray());
        CollectionAssert.AreEqual(before.GetColumn<double>("Double").ToArray(), after.GetColumn<double>("Double").ToArray());
        CollectionAssert.AreEqual(new[] { "b", "a" }, Rows.Texts(after, "Key", "KeyValues"));
    }

    [TestMethod]
    public void The_schema_is_saved_with_its_annotations_or_not_at_all()
    {
        IDataView keyed = _ml.Transforms.Conversion.MapValueToKey("Key", "Text").Fit(Data()).Transform(Data());
        ITransformer copying = _ml.Transforms.CopyColumns("Copy", "Key").Fit(keyed);
        new MLContext().Model.Load(Saved(copying, keyed.Schema), out DataViewSchema schema);
        VBuffer<ReadOnlyMemory<char>> values = default;
        schema["Key"].Annotations.GetValue("KeyValues", ref values);
        Assert.AreEqual("b,a", string.Join(",", values.DenseValues()));
        Assert.AreEqual(keyed.Schema["Key"].Type, schema["Key"].Type);

        using var stream = new MemoryStream();
        _ml.Model.Save(copying, null, stream);
        stream.Position = 0;
        Assert.IsNotNull(_ml.Model.Load(stream, out DataViewSchema none));
        Assert.IsNull(none);
    }

    [TestMethod]
    public void A_model_is_a_zip_of_the_schema_and_an_entry_a_transformer()
    {
        using var archive = new ZipArchive(Saved(Model()));
        string[] entries = [.. archive.Entries.Select(entry => entry.FullName)];
        CollectionAssert.IsSubsetOf(
            new[] { "TrainingInfo/Version.txt", "Schema", "TransformerChain/Model.key", "TransformerChain/Transform_000/Model.key" }, entries);
    }

    [TestMethod]
    public void What_is_no_model_is_a_clear_fault()
    {
        var garbage = Assert.ThrowsExactly<FormatException>(() => _ml.Model.Load(new MemoryStream([1, 2, 3]), out _));
        Assert.AreEqual("Failed to open a zip archive", garbage.Message);
        byte[] whole = Saved(Model()).ToArray();
        Assert.ThrowsExactly<FormatException>(() => _ml.Model.Load(new MemoryStream(whole[..(whole.Length / 2)]), out _));
        Assert.ThrowsExactly<FileNotFoundException>(() => _ml.Model.Load("/nowhere.zip", out _));
    }

    [TestMethod]
    public void A_model_whose_parts_are_of_another_format_is_a_FormatException()
    {
        var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry("TransformerChain/Model.key").Open();
            entry.Write(new byte[300]);
        }
        stream.Position = 0;
        var fault = Assert.ThrowsExactly<FormatException>(() => _ml.Model.Load(stream, out _));
        StringAssert.Contains(fault.Message, "Wrong file type");
    }

    private ITransformer Model()
        => _ml.Transforms.Conversion.MapValueToKey("Key", "Text")
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Back", "Key"))
            .Append(_ml.Transforms.Concatenate("Features", "A", "B"))
            .Append(_ml.Transforms.NormalizeMinMax("Scaled", "Features", fixZero: false))
            .Append(_ml.Transforms.NormalizeMeanVariance("Standard", "Features"))
            .Append(_ml.Transforms.Conversion.ConvertType("Double", "A", DataKind.Double))
            .Append(_ml.Transforms.CopyColumns("Copy", "Scaled"))
            .Append(_ml.Transforms.DropColumns("B")).Fit(Data());

    private MemoryStream Saved(ITransformer model, DataViewSchema? schema = null)
    {
        var stream = new MemoryStream();
        _ml.Model.Save(model, schema ?? Data().Schema, stream);
        stream.Position = 0;
        return stream;
    }

    private IDataView Data() => _ml.Data.LoadFromEnumerable([new Row(1, 5, "b"), new Row(2, 6, "a"), new Row(-4, 8, "b")]);

    private sealed class Row(float a, float b, string text)
    {
        public float A { get; set; } = a;
        public float B { get; set; } = b;
        public string Text { get; set; } = text;
    }
}
