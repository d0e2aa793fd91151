using Backprop.Networks;
using Backprop.Training;

namespace Backprop.Tests.Training;

[TestClass]
public class PersistenceTests
{
    [TestMethod]
    public void A_classifier_comes_back_with_every_bit_and_its_history()
    {
        MlpClassifier saved = Small();
        MlpClassifier loaded = MlpClassifier.Load(new MemoryStream(Bytes(saved)));
        CollectionAssert.AreEqual(saved.Architecture.Sizes.ToArray(), loaded.Architecture.Sizes.ToArray());
        for (int layer = 0; layer < saved.LayerCount; layer++)
        {
            CollectionAssert.AreEqual(saved.Weights(layer).ToArray(), loaded.Weights(layer).ToArray());
            CollectionAssert.AreEqual(saved.Biases(layer).ToArray(), loaded.Biases(layer).ToArray());
        }

        CollectionAssert.AreEqual(saved.History.Epochs.ToArray(), loaded.History.Epochs.ToArray());
        CollectionAssert.AreEqual(saved.PredictProbabilities(1, 2, 3, 4), loaded.PredictProbabilities(1, 2, 3, 4));
        CollectionAssert.AreEqual(Bytes(saved), Bytes(loaded));
    }

    [TestMethod]
    public void Every_flipped_bit_is_noticed()
    {
        byte[] good = Bytes(Small());
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertRefused(bad, $"bit {bit}");
        }
    }

    [TestMethod]
    public void Every_truncation_is_noticed()
    {
        byte[] good = Bytes(Small());
        for (int length = 0; length < good.Length; length++)
            AssertRefused(good[..length], $"length {length}");
    }

    [TestMethod]
    public void What_is_added_is_noticed()
    {
        AssertRefused([.. Bytes(Small()), 0], "one byte more");
    }

    [TestMethod]
    public void Something_else_and_a_later_version_are_named_as_such()
    {
        byte[] good = Bytes(Small());
        StringAssert.Contains(Refusal([.. "PK"u8.ToArray(), .. good]).Message, "no Backprop model");
        byte[] later = [.. good];
        later[8]++;
        StringAssert.Contains(Refusal(later).Message, $"format version {later[8]}; this library reads version {good[8]}");
    }

    [TestMethod]
    public void A_body_that_lies_about_its_lengths_is_refused_before_anything_is_allocated()
    {
        // Sealed with a right checksum: 2 layer sizes of 2^14, so 2^28 parameters, of which none is there.
        byte[] head =
        [
            .. BitConverter.GetBytes((int)LossKind.Softmax), .. BitConverter.GetBytes(0.0), .. BitConverter.GetBytes((int)ActivationKind.Relu),
        ];
        byte[] layers = [.. BitConverter.GetBytes(2), .. BitConverter.GetBytes(1 << 14), .. BitConverter.GetBytes(1 << 14)];
        AssertRefused(Seal([.. head, .. layers]), "parameters that are not there", "does not follow its format");
        AssertRefused(
            Seal([.. head, .. layers, .. BitConverter.GetBytes(1 << 28)]),
            "a count of parameters that are not there", "does not follow its format");
        AssertRefused(Seal([.. head, .. BitConverter.GetBytes(int.MaxValue)]), "layers that are not there", "does not follow its format");
        AssertRefused(Seal([.. head, .. BitConverter.GetBytes(-1)]), "a negative count", "does not follow its format");
        AssertRefused(Seal([.. BitConverter.GetBytes(99), .. head[4..], .. layers]), "a loss that there is not", "does not follow its format");
        AssertRefused(Seal([]), "nothing", "does not follow its format");

        static byte[] Seal(byte[] body)
        {
            using var stream = new MemoryStream();
            Envelope.Write(stream, Bytes(Small())[8], body);
            return stream.ToArray();
        }
    }

    private static MlpClassifier Small() =>
        MlpClassifier.Train(MlpClassifierTests.Blobs(20, 3), new MlpClassifierOptions { HiddenLayers = [3], Epochs = 2 });

    private static byte[] Bytes(MlpClassifier classifier)
    {
        using var stream = new MemoryStream();
        classifier.Save(stream);
        return stream.ToArray();
    }

    private static void AssertRefused(byte[] bytes, string what, string says = "model")
    {
        try
        {
            MlpClassifier.Load(new MemoryStream(bytes));
        }
        catch (InvalidDataException e)
        {
            StringAssert.Contains(e.Message, says, what);
            return;
        }

        Assert.Fail($"Loaded in spite of {what}.");
    }

    private static InvalidDataException Refusal(byte[] bytes) =>
        Assert.ThrowsExactly<InvalidDataException>(() => MlpClassifier.Load(new MemoryStream(bytes)));
}
