using System.IO.Compression;
using Backprop.Training;
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
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void A_saved_model_comes_back_with_every_bit_and_its_history(Kind kind)
    {
        IDataView data = Family.Data(kind, _mlContext);
        BackpropMlpOptions options = Family.Options(kind);
        options.ValidationFraction = 0.1;
        ITransformer model = Family.Trainer(options).Fit(data), loaded = Load(Save(model, data.Schema), out _);
        CollectionAssert.AreEqual(Family.Scores(model.Transform(data)), Family.Scores(loaded.Transform(data)));
        (float[] parameters, TrainingHistory history) = Family.Learned(model);
        (float[] loadedParameters, TrainingHistory loadedHistory) = Family.Learned(loaded);
        CollectionAssert.AreEqual(parameters, loadedParameters);
        CollectionAssert.AreEqual(history.Epochs.ToArray(), loadedHistory.Epochs.ToArray());
        Assert.AreEqual((history.StopReason, history.BestEpoch), (loadedHistory.StopReason, loadedHistory.BestEpoch));
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void Our_payload_with_a_bit_flipped_or_cut_at_every_64th_byte_is_a_clear_exception(Kind kind)
    {
        IDataView data = Family.Data(kind, _mlContext);
        byte[] file = Save(Family.Trainer(Family.Options(kind)).Fit(data), data.Schema);
        byte[] good = Payload(file);
        CollectionAssert.AreEqual(Family.Learned(Load(file, out _)).Parameters, Family.Learned(Load(WithPayload(file, good), out _)).Parameters);

        // All bits of one kind of model; of the others one a byte, each place in it in turn.
        for (int bit = 0; bit < good.Length * 8; bit += kind == Kind.Multiclass ? 1 : 9)
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
    public void The_payload_of_another_kind_of_model_is_a_clear_exception()
    {
        Dictionary<Kind, byte[]> files = Enum.GetValues<Kind>().ToDictionary(kind => kind, kind =>
        {
            IDataView data = Family.Data(kind, _mlContext);
            return Save(Family.Trainer(Family.Options(kind)).Fit(data), data.Schema);
        });
        foreach (Kind kind in files.Keys)
        {
            // One number and several are of one trainer.
            foreach (Kind other in files.Keys.Where(other => Family.Options(other).GetType() != Family.Options(kind).GetType()))
                AssertRefused(WithPayload(files[kind], Payload(files[other])), $"a {other} model in the file of a {kind} model");
        }
    }

    [TestMethod]
    [DataRow(Kind.Multiclass, "Classifier.bin")]
    [DataRow(Kind.Binary, "BinaryClassifier.bin")]
    [DataRow(Kind.Regression, "Regressor.bin")]
    public void A_file_without_our_payload_is_a_clear_exception(Kind kind, string entry)
    {
        IDataView data = Family.Data(kind, _mlContext);
        byte[] file = Save(Family.Trainer(Family.Options(kind)).Fit(data), data.Schema);
        string message = Assert.Throws<Exception>(() => Load(WithPayload(file, null), out _)).ToString();
        StringAssert.Contains(message, $"The model has no entry {entry}.");
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

    private static ZipArchiveEntry OurEntry(ZipArchive archive) =>
        archive.Entries.Single(e => e.Name is "Classifier.bin" or "BinaryClassifier.bin" or "Regressor.bin");

    private static byte[] Payload(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file));
        using Stream stream = OurEntry(archive).Open();
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
            ZipArchiveEntry entry = OurEntry(archive);
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
