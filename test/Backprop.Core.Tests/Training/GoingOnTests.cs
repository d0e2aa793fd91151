using System.Globalization;
using Backprop.Networks;
using Backprop.Optimizers;
using Backprop.Training;
using static Backprop.Tests.Training.Samples;

namespace Backprop.Tests.Training;

/// <summary>Trainings that go on where others ended, or were ended.</summary>
[TestClass]
public class GoingOnTests
{
    private static readonly DataSet s_data = TwoClasses(150, noise: 0.5), s_validation = TwoClasses(100, noise: 0.5, seed: 2);
    private static readonly MlpClassifierOptions s_options = new() { HiddenLayers = [8], Epochs = 6, LearningRate = 0.02, Dropout = 0.2 };

    private static IEnumerable<object[]> Optimizers => Enum.GetValues<OptimizerKind>().Select(kind => new object[] { kind });

    [TestMethod]
    [DynamicData(nameof(Optimizers))]
    public void Two_trainings_of_three_epochs_are_one_of_six_to_the_bit_where_the_state_was_kept(OptimizerKind optimizer)
    {
        MlpClassifierOptions options = s_options with { Optimizer = optimizer, Dropout = optimizer == OptimizerKind.Lbfgs ? 0 : 0.2 };
        MlpClassifier whole = MlpClassifier.Train(s_data, options);
        MlpClassifier half = MlpClassifier.Train(s_data, options with { Epochs = 3, KeepTrainingState = true });
        using var stream = new MemoryStream();
        half.Save(stream);
        stream.Position = 0;
        MlpClassifier loaded = MlpClassifier.Load(stream);
        CollectionAssert.AreEqual(Parameters(whole), Parameters(MlpClassifier.Train(s_data, options with { Epochs = 3 }, previous: loaded)));

        // Without the state it goes on from the weights alone.
        MlpClassifier forgetful = MlpClassifier.Train(s_data, options with { Epochs = 3 });
        MlpClassifier other = MlpClassifier.Train(s_data, options with { Epochs = 3 }, previous: forgetful);
        Assert.IsLessThan(half.History.Epochs[0].Loss, other.History.Epochs[0].Loss);
    }

    [TestMethod]
    [DynamicData(nameof(Optimizers))]
    public void A_training_that_was_killed_goes_on_from_its_checkpoint_to_the_same_bits(OptimizerKind optimizer)
    {
        MlpClassifierOptions options = s_options with { Optimizer = optimizer, EarlyStopping = true, Patience = 4 };
        options = optimizer == OptimizerKind.Lbfgs ? options with { Dropout = 0 } : options with { Schedule = new PlateauSchedule(patience: 1) };
        int inWhole = 0, inResumed = 0;
        MlpClassifier whole = MlpClassifier.Train(s_data, options with { MiniBatchStarting = () => inWhole++ }, s_validation);
        string path = NewPath();
        int started = 0;
        MlpClassifierOptions killed = options with
        {
            CheckpointPath = path,
            CheckpointInterval = 2,
            MiniBatchStarting = () =>
            {
                if (started++ == (optimizer == OptimizerKind.Lbfgs ? 5 : 17)) // In the fourth epoch or so.
                    throw new OperationCanceledException();
            },
        };
        Assert.ThrowsExactly<OperationCanceledException>(() => MlpClassifier.Train(s_data, killed, s_validation));
        Assert.IsTrue(File.Exists(path));
        Assert.HasCount(1, Directory.GetFiles(Path.GetDirectoryName(path)!), "nothing unfinished is left");
        MlpClassifier resumed = MlpClassifier.Train(s_data, killed with { MiniBatchStarting = () => inResumed++, Threads = 2 }, s_validation);
        Assert.IsLessThan(inWhole, inResumed);
        CollectionAssert.AreEqual(Parameters(whole), Parameters(resumed));
        Assert.AreEqual((whole.History.StopReason, whole.History.BestEpoch), (resumed.History.StopReason, resumed.History.BestEpoch));
        CollectionAssert.AreEqual(whole.History.Epochs.Select(epoch => epoch.Loss).ToArray(), resumed.History.Epochs.Select(epoch => epoch.Loss).ToArray());
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [TestMethod]
    public void A_process_that_was_killed_twice_leaves_a_checkpoint_from_which_a_third_makes_the_same_bits()
    {
        string checkpoint = NewPath(), model = checkpoint + ".model";
        foreach (int lastMiniBatch in new[] { 8, 13 }) // Five a pass: in the second, and in the fourth.
        {
            Assert.AreNotEqual(0, Train(lastMiniBatch));
            Assert.IsFalse(File.Exists(model));
        }

        Assert.AreEqual(0, Train(lastMiniBatch: 16), "three passes are done, so only 15 minibatches are left");
        MlpClassifier resumed = MlpClassifier.Load(new MemoryStream(File.ReadAllBytes(model)));
        CollectionAssert.AreEqual(Parameters(MlpClassifier.Train(TrainingChild.Data, TrainingChild.Options)), Parameters(resumed));
        Directory.Delete(Path.GetDirectoryName(checkpoint)!, recursive: true);

        int Train(int lastMiniBatch) => ChildProcess.Run(
            typeof(TrainingChild).Assembly.Location, new Dictionary<string, string?>(),
            "train", checkpoint, model, lastMiniBatch.ToString(CultureInfo.InvariantCulture)).ExitCode;
    }

    [TestMethod]
    public void A_training_that_converged_by_itself_and_is_started_again_stays_as_it_is()
    {
        string path = NewPath();
        MlpRegressorOptions options = new() { HiddenLayers = [], Optimizer = OptimizerKind.Lbfgs, Epochs = 100, L2 = 0, CheckpointPath = path };
        MlpRegressor first = MlpRegressor.Train(Line(100), options), second = MlpRegressor.Train(Line(100), options);
        Assert.AreEqual(StopReason.Converged, second.History.StopReason);
        Assert.HasCount(first.History.Epochs.Count, second.History.Epochs);
        CollectionAssert.AreEqual(Parameters(first), Parameters(second));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [TestMethod]
    public void A_checkpoint_of_another_training_or_a_damaged_one_is_refused_and_left_alone()
    {
        string path = NewPath();
        MlpClassifierOptions options = s_options with { CheckpointPath = path, Epochs = 2 };
        MlpClassifier.Train(s_data, options);
        byte[] good = File.ReadAllBytes(path);
        Refused(() => MlpClassifier.Train(s_data, options with { LearningRate = 0.03 }), "there 'LearningRate 0.02', now 'LearningRate 0.03'");
        Refused(() => MlpClassifier.Train(s_data, options with { HiddenLayers = [9] }), "[8]");
        Refused(() => MlpClassifier.Train(TwoClasses(150, noise: 0.5, seed: 9), options), "rows");
        Refused(() => MlpClassifier.Train(s_data, options, s_validation), "validation rows 0");
        CollectionAssert.AreEqual(good, File.ReadAllBytes(path));
        for (int length = 0; length < good.Length; length += 37)
        {
            File.WriteAllBytes(path, good[..length]);
            Refused(() => MlpClassifier.Train(s_data, options), "damaged");
        }

        for (int bit = 0; bit < good.Length * 8; bit += 331)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, bad);
            Refused(() => MlpClassifier.Train(s_data, options), "damaged");
        }

        // More epochs go on from it.
        File.WriteAllBytes(path, good);
        CollectionAssert.AreEqual(Parameters(MlpClassifier.Train(s_data, s_options)), Parameters(MlpClassifier.Train(s_data, options with { Epochs = 6 })));
        Assert.ThrowsExactly<DirectoryNotFoundException>(
            () => MlpClassifier.Train(s_data, options with { CheckpointPath = Path.Combine(Path.GetDirectoryName(path)!, "none", "x") }));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

        static void Refused(Action train, string what)
        {
            string message = Assert.ThrowsExactly<InvalidDataException>(train).Message;
            StringAssert.Contains(message, what);
            StringAssert.Contains(message, "Delete the file");
        }
    }

    [TestMethod]
    public void A_checkpoint_that_was_written_in_another_culture_goes_on()
    {
        string path = NewPath();
        CultureInfo before = CultureInfo.CurrentCulture;
        MlpRegressorOptions options = new()
        {
            HiddenLayers = [4], Epochs = 2, Loss = new HuberLoss(0.5), Schedule = new InverseScalingSchedule(0.25), CheckpointPath = path,
        };
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("en-US");
            MlpRegressor.Train(Line(50), options);
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.HasCount(3, MlpRegressor.Train(Line(50), options with { Epochs = 3 }).History.Epochs);
            StringAssert.Contains(
                Assert.ThrowsExactly<InvalidDataException>(() => MlpRegressor.Train(Line(50), options with { Loss = new HuberLoss(0.75) })).Message,
                "there 'HuberLoss { Delta = 0.5");
            StringAssert.Contains(
                Assert.ThrowsExactly<ArgumentException>(
                    () => MlpClassifier.Train(s_data, s_options with { ValidationFraction = 0.25 }, s_validation)).Message,
                "ValidationFraction is 0.25:");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [TestMethod]
    public void A_training_goes_on_for_more_epochs_only_where_its_schedule_does_not_depend_on_them()
    {
        LearningRateSchedule[] all =
        [
            new ConstantSchedule(), new StepSchedule(2), new InverseScalingSchedule(), new PlateauSchedule(), new CosineSchedule(), new OneCycleSchedule(),
        ];
        foreach (LearningRateSchedule schedule in all)
        {
            MlpClassifierOptions options = s_options with { Epochs = 3, Schedule = schedule, CheckpointPath = NewPath() };
            MlpClassifier.Train(s_data, options);
            if (schedule is CosineSchedule or OneCycleSchedule)
            {
                StringAssert.Contains(
                    Assert.ThrowsExactly<InvalidDataException>(() => MlpClassifier.Train(s_data, options with { Epochs = 6 })).Message,
                    "there 'Epochs 3', now 'Epochs 6'");
            }
            else
            {
                CollectionAssert.AreEqual(
                    Parameters(MlpClassifier.Train(s_data, options with { Epochs = 6, CheckpointPath = null })),
                    Parameters(MlpClassifier.Train(s_data, options with { Epochs = 6 })));
            }

            Directory.Delete(Path.GetDirectoryName(options.CheckpointPath)!, recursive: true);
        }
    }

    [TestMethod]
    public void A_checkpoint_that_cannot_be_written_is_noticed_before_training_starts()
    {
        string path = NewPath();
        Directory.CreateDirectory(path + ".tmp"); // In the way of the file.
        int started = 0;
        MlpClassifierOptions options = s_options with { CheckpointPath = path, MiniBatchStarting = () => started++ };
        StringAssert.Contains(
            Assert.ThrowsExactly<IOException>(() => MlpClassifier.Train(s_data, options)).Message,
            $"CheckpointPath is '{path}'; it must be a file that can be written");
        Assert.AreEqual(0, started);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [TestMethod]
    public void What_a_killed_process_left_of_a_file_is_replaced_by_the_next_write()
    {
        string path = NewPath();
        File.WriteAllBytes(path + ".tmp", [1, 2, 3]);
        WholeFile.Write(path, stream => stream.WriteByte(4));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(Path.GetDirectoryName(path)!));
        CollectionAssert.AreEqual(new byte[] { 4 }, File.ReadAllBytes(path));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [TestMethod]
    public void A_previous_model_that_does_not_fit_is_named()
    {
        MlpClassifier model = MlpClassifier.Train(s_data, s_options with { Epochs = 1 });
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => MlpClassifier.Train(MlpClassifierTests.Blobs(30, 2), s_options, previous: model)).Message, "4-8-2");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => MlpClassifier.Train(MlpClassifierTests.Blobs(30, 3), s_options, previous: model)).Message,
            "knows 2 classes, and the data have 3");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => MlpClassifier.Train(s_data, s_options with { HiddenLayers = [9] }, previous: model)).Message, "2-8-2");
    }

    [TestMethod]
    public void A_saved_file_is_whole_or_not_there()
    {
        string path = NewPath();
        MlpClassifier model = MlpClassifier.Train(s_data, s_options with { Epochs = 1 });
        model.Save(path);
        model.Save(path);
        CollectionAssert.AreEqual(Parameters(model), Parameters(MlpClassifier.Load(new MemoryStream(File.ReadAllBytes(path)))));
        Assert.ThrowsExactly<IOException>(() => WholeFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("The disk is full.");
        }));
        CollectionAssert.AreEqual(Parameters(model), Parameters(MlpClassifier.Load(new MemoryStream(File.ReadAllBytes(path)))));
        Assert.HasCount(1, Directory.GetFiles(Path.GetDirectoryName(path)!));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
