using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Tests.StandIn;

[TestClass]
public class PredictionEngineTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void An_engine_maps_object_after_object()
    {
        using PredictionEngine<Input, Output> engine = _ml.Model.CreatePredictionEngine<Input, Output>(Model());
        Assert.AreEqual(0.25f, engine.Predict(new Input { A = 1 }).Scaled[0]);
        var reused = new Output();
        engine.Predict(new Input { A = 2, Text = "b" }, ref reused);
        Assert.AreEqual(0.5f, reused.Scaled[0]);
        Assert.AreEqual("b", reused.Text);
        Assert.AreEqual(2u, reused.Key);
        Assert.IsNotNull(engine.OutputSchema.GetColumnOrNull("Scaled"));
        Assert.ThrowsExactly<ArgumentNullException>(() => engine.Predict(null!));
    }

    [TestMethod]
    public void A_schema_given_fixes_sizes_that_the_class_leaves_open()
    {
        IDataView data = Data();
        ITransformer model = _ml.Transforms.NormalizeMinMax("Vector").Fit(_ml.Transforms.Concatenate("Vector", "A", "A").Fit(data).Transform(data));
        DataViewSchema schema = SchemaOf("Vector: Vector<Single, 2>");
        using PredictionEngine<Open, Open> engine = _ml.Model.CreatePredictionEngine<Open, Open>(model, schema);
        CollectionAssert.AreEqual(new[] { 0.25f, 1 }, engine.Predict(new Open { Vector = [1, 4] }).Vector);
        var fault = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Model.CreatePredictionEngine<Input, Open>(model, schema));
        Assert.AreEqual("Type should contain a member named Vector", fault.Message);

        static DataViewSchema SchemaOf(string expected)
        {
            var builder = new DataViewSchema.Builder();
            builder.AddColumn("Vector", new VectorDataViewType(NumberDataViewType.Single, 2));
            DataViewSchema made = builder.ToSchema();
            Assert.AreEqual(expected, made[0].ToString());
            return made;
        }
    }

    [TestMethod]
    public void What_the_model_needs_and_the_class_lacks_is_a_fault()
    {
        var input = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<Output, Output>(Copying()));
        Assert.AreEqual("Could not find input column 'A' (Parameter 'inputSchema')", input.Message);
        var output = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _ml.Model.CreatePredictionEngine<Input, Output>(Copying(), ignoreMissingColumns: false));
        Assert.AreEqual("Could not find  column 'Scaled' (Parameter 'Schema')", output.Message);
        _ml.Model.CreatePredictionEngine<Input, Output>(Copying()).Dispose();

        ITransformer Copying() => _ml.Transforms.CopyColumns("B", "A").Fit(Data());
    }

    private TransformerChain<ITransformer> Model()
    {
        var chain = _ml.Transforms.Conversion.MapValueToKey("Key", "Text")
            .Append(_ml.Transforms.Concatenate("Scaled", "A"))
            .Append(_ml.Transforms.NormalizeMinMax("Scaled"));
        return new TransformerChain<ITransformer>([.. chain.Fit(Data())]);
    }

    private IDataView Data() => _ml.Data.LoadFromEnumerable([new Input(), new Input { A = 4, Text = "b" }]);

    private sealed class Input
    {
        public float A { get; set; } = 1;
        public string Text { get; set; } = "a";
    }

    private sealed class Output
    {
        public float[] Scaled { get; set; } = [];
        public uint Key { get; set; }
        public string Text { get; set; } = "";
    }

    private sealed class Open
    {
        public float[] Vector { get; set; } = [];
    }
}
