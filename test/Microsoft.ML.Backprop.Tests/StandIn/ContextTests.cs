using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Backprop.Tests.StandIn;

[TestClass]
public class ContextTests
{
    [TestMethod]
    public void A_channels_messages_reach_the_log_with_their_source_and_kind()
    {
        var context = new MLContext(1);
        var log = new List<LoggingEventArgs>();
        context.Log += (sender, args) =>
        {
            Assert.AreSame(context, sender);
            log.Add(args);
        };
        IHost host = ((IHostEnvironment)context).Register("Trainer");
        using (IChannel channel = host.Start("Training"))
        {
            channel.Info(MessageSensitivity.None, "Epoch {0}", 3);
            channel.Warning(MessageSensitivity.None, "plain {braces}");
        }
        LoggingEventArgs info = log.Single(args => args.Kind == ChannelMessageKind.Info);
        Assert.AreEqual("Epoch 3", info.RawMessage);
        Assert.AreEqual("Trainer; Training", info.Source);
        Assert.AreEqual("[Source=Trainer; Training, Kind=Info] Epoch 3", info.Message);
        Assert.AreEqual("plain {braces}", log.Single(args => args.Kind == ChannelMessageKind.Warning).RawMessage);
        Assert.AreEqual("Channel started", log[0].RawMessage);
        Assert.AreEqual("Channel disposed", log[^1].RawMessage);
    }

    [TestMethod]
    public void The_seed_makes_the_random_numbers_of_every_host()
    {
        Assert.AreEqual(Drawn(5), Drawn(5));
        Assert.AreNotEqual(Drawn(5), Drawn(6));
        Assert.AreNotEqual(Drawn(null), Drawn(null));

        static int Drawn(int? seed) => ((IHostEnvironment)new MLContext(seed)).Register("Host").Register("Inner").Rand.Next();
    }

    [TestMethod]
    public void A_progress_channel_takes_no_more_values_than_its_header_has()
    {
        using IProgressChannel progress = ((IHostEnvironment)new MLContext(1)).StartProgressChannel("Training");
        progress.SetHeader(new ProgressHeader(["loss"], ["epochs"]), entry => entry.SetProgress(0, 1, 10));
        progress.Checkpoint(0.5, 1, 10);
        Assert.ThrowsExactly<InvalidOperationException>(() => progress.Checkpoint(1, 2, 3, 4));
    }

    [TestMethod]
    public void A_vector_is_dense_or_sparse_and_reads_alike()
    {
        var sparse = new VBuffer<float>(5, 2, [3f, 7f], [1, 4]);
        CollectionAssert.AreEqual(new float[] { 0, 3, 0, 0, 7 }, sparse.DenseValues().ToArray());
        Assert.AreEqual("1:3 4:7", string.Join(" ", sparse.Items().Select(item => $"{item.Key}:{item.Value}")));
        Assert.AreEqual(7f, sparse.GetItemOrDefault(4));
        Assert.AreEqual(0f, sparse.GetItemOrDefault(3));
        Assert.AreEqual("Sparse vector of size 5, 2 explicit values", sparse.ToString());
        VBuffer<float> dense = default;
        sparse.CopyToDense(ref dense);
        Assert.IsTrue(dense.IsDense);
        Assert.AreEqual("Dense vector of size 5", dense.ToString());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => sparse.CopyTo(new float[4]));

        var editor = VBufferEditor.Create(ref dense, 5, 1);
        (editor.Values[0], editor.Indices[0]) = (9, 2);
        dense = editor.Commit();
        CollectionAssert.AreEqual(new float[] { 0, 0, 9, 0, 0 }, dense.DenseValues().ToArray());
    }

    [TestMethod]
    public void Types_are_equal_by_value_and_print_their_shape()
    {
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 3), new KeyDataViewType(typeof(uint), 3ul));
        Assert.AreNotEqual(new KeyDataViewType(typeof(uint), 3), new KeyDataViewType(typeof(uint), 4));
        Assert.AreEqual("Key<UInt32, 0-2>", new KeyDataViewType(typeof(uint), 3).ToString());
        var matrix = new VectorDataViewType(NumberDataViewType.Single, 2, 3);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 2, 3), matrix);
        Assert.AreNotEqual(new VectorDataViewType(NumberDataViewType.Single, 6), matrix);
        Assert.AreEqual("Vector<Single, 2, 3>", matrix.ToString());
        Assert.AreEqual("Vector<String>", new VectorDataViewType(TextDataViewType.Instance).ToString());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(int), 3));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(byte), 300));
    }
}
