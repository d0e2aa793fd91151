using System.IO.Compression;
using Microsoft.ML.Data;
using static Microsoft.ML.Backprop.Tests.TestData;

namespace Microsoft.ML.Backprop.Tests;

[TestClass]
public class ModelFileTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void A_saved_pipeline_comes_back_with_every_bit_and_its_history()
    {
        IDataView data = Digits(_mlContext);
        ITransformer model = Pipeline().Fit(data);
        ITransformer loaded = Load(Save(model, data.Schema), out DataViewSchema schema);
        Assert.IsNotNull(schema.GetColumnOrNull("Number"));
        AssertSameScores(Scores(model.Transform(data)), Scores(loaded.Transform(data)));

        BackpropMlpModelParameters before = ModelOf(model), after = ModelOf(loaded);
        CollectionAssert.AreEqual(Parameters(before), Parameters(after));
        CollectionAssert.AreEqual(before.History.Epochs.ToArray(), after.History.Epochs.ToArray());
    }

    [TestMethod]
    public void Another_process_loads_the_file_with_nothing_registered_and_predicts_the_same_bits()
    {
        IDataView data = Digits(_mlContext);
        ITransformer model = Pipeline().Fit(data);
        AssertPredictsTheSameInAnotherProcess(_mlContext, model, data);
    }

    [TestMethod]
    public void Our_payload_with_any_bit_flipped_or_cut_at_every_64th_byte_is_a_clear_exception()
    {
        IDataView data = KeyedPoints(_mlContext);
        byte[] file = Save(new BackpropMlpTrainer(Quick()).Fit(data), data.Schema);
        byte[] good = Payload(file);
        CollectionAssert.AreEqual(Parameters(ModelOf(Load(WithPayload(file, good), out _))), Parameters(ModelOf(Load(file, out _))));

        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertRefused(WithPayload(file, bad), $"bit {bit} flipped");
        }

        for (int length = 0; length < good.Length; length += 64)
            AssertRefused(WithPayload(file, good[..length]), $"cut at {length}");
        AssertRefused(WithPayload(file, [.. good, 0]), "a byte more");
        AssertRefused(WithPayload(file, "something else altogether, longer than any header of ours would ever be"u8.ToArray()), "something else");
    }

    [TestMethod]
    public void A_file_without_our_payload_is_a_clear_exception()
    {
        IDataView data = KeyedPoints(_mlContext);
        byte[] file = Save(new BackpropMlpTrainer(Quick()).Fit(data), data.Schema);
        string message = Assert.Throws<Exception>(() => Load(WithPayload(file, null), out _)).ToString();
        StringAssert.Contains(message, "Classifier.bin");
    }

    private EstimatorChain<Transforms.KeyToValueMappingTransformer> Pipeline() =>
        Prepare(_mlContext).Append(new BackpropMlpTrainer(Quick())).Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    private byte[] Save(ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        _mlContext.Model.Save(model, schema, stream);
        return stream.ToArray();
    }

    private static ITransformer Load(byte[] file, out DataViewSchema schema) => new MLContext().Model.Load(new MemoryStream(file), out schema);

    private static BackpropMlpModelParameters ModelOf(ITransformer model) => model switch
    {
        IEnumerable<ITransformer> chain => ModelOf(chain.First(t => t is ISingleFeaturePredictionTransformer<object>)),
        ISingleFeaturePredictionTransformer<object> transformer => (BackpropMlpModelParameters)transformer.Model,
        _ => throw new ArgumentException($"{model} has no model."),
    };

    private static byte[] Payload(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file));
        using Stream stream = archive.Entries.Single(e => e.Name == "Classifier.bin").Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static byte[] WithPayload(byte[] file, byte[]? payload)
    {
        using var memory = new MemoryStream();
        memory.Write(file);
        using (var archive = new ZipArchive(memory, ZipArchiveMode.Update, leaveOpen: true))
        {
            ZipArchiveEntry entry = archive.Entries.Single(e => e.Name == "Classifier.bin");
            string name = entry.FullName;
            entry.Delete();
            if (payload is not null)
            {
                using Stream stream = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
                stream.Write(payload);
            }
        }

        return memory.ToArray();
    }

    private static void AssertRefused(byte[] file, string what)
    {
        try
        {
            Load(file, out _);
        }
        catch (InvalidOperationException e)
        {
            // ML.NET wraps what a loader throws; what is wrong stands in the format exception inside.
            FormatException? format = null;
            for (Exception? inner = e; inner is not null && format is null; inner = inner.InnerException)
                format = inner as FormatException;
            Assert.IsNotNull(format, what);
            StringAssert.Contains(format.Message, "model", what);
            return;
        }

        Assert.Fail($"Loaded in spite of: {what}.");
    }

    private static void AssertSameScores(float[][] expected, float[][] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            CollectionAssert.AreEqual(expected[i], actual[i]);
    }
}
