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
        CollectionAssert.AreEqual(
            whole.History.Epochs.Select(epoch => epoch.Loss).ToArray(), resumed.History.Epochs.Select(epoch => epoch.Loss).ToArray());
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
    public void A_checkpoint_of_other_labels_is_refused_be_it_one_of_many()
    {
        string path = NewPath();
        var options = new MlpClassifierOptions { HiddenLayers = [2], Epochs = 1, CheckpointPath = path };
        DataSet data = TwoClasses(2500, noise: 0.5), corrected = new(2, 2);
        for (int row = 0; row < data.Count; row++)
            corrected.Add(data.DenseRow(row), row == 1 ? 1 - data.Label(row) : data.Label(row));
        MlpClassifier.Train(data, options);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => MlpClassifier.Train(corrected, options)).Message;
        StringAssert.Contains(message, "there 'data of fingerprint");
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
        Refused(() => MlpClassifier.Train(TwoClasses(150, noise: 0.5, seed: 9), options), "there 'data of fingerprint");
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
        CollectionAssert.AreEqual(
            Parameters(MlpClassifier.Train(s_data, s_options)), Parameters(MlpClassifier.Train(s_data, options with { Epochs = 6 })));
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
    [DataRow(7)]
    [DataRow(4)]
    public void A_training_that_ended_between_two_checkpoints_is_in_its_file(int epochs)
    {
        int started = 0;
        MlpClassifierOptions options = s_options with
        {
            Epochs = epochs,
            CheckpointPath = NewPath(),
            CheckpointInterval = 5,
            MiniBatchStarting = () => started++,
        };
        MlpClassifier first = MlpClassifier.Train(s_data, options, s_validation);
        started = 0;
        MlpClassifier second = MlpClassifier.Train(s_data, options, s_validation);
        Assert.AreEqual(0, started);
        CollectionAssert.AreEqual(Parameters(first), Parameters(second));
        Directory.Delete(Path.GetDirectoryName(options.CheckpointPath)!, recursive: true);
    }

    [TestMethod]
    public void A_training_that_was_stopped_between_two_checkpoints_goes_on_from_there_to_the_same_bits()
    {
        int started = 0;
        MlpClassifierOptions options = s_options with
        {
            CheckpointPath = NewPath(),
            CheckpointInterval = 5,
            MiniBatchStarting = () => started++,
        };
        MlpClassifier whole = MlpClassifier.Train(s_data, s_options, s_validation);
        MlpClassifier stopped = MlpClassifier.Train(s_data, options with { Progress = Stop(3) }, s_validation);
        Assert.AreEqual((StopReason.Cancelled, 3), (stopped.History.StopReason, stopped.History.Epochs.Count));
        started = 0;
        CollectionAssert.AreEqual(Parameters(whole), Parameters(MlpClassifier.Train(s_data, options, s_validation)));
        Assert.AreEqual(15, started, "three epochs of five minibatches");
        Directory.Delete(Path.GetDirectoryName(options.CheckpointPath)!, recursive: true);

        static Action<TrainingProgress> Stop(int epoch) => progress =>
        {
            if (progress.Epoch == epoch)
                progress.Stop();
        };
    }

    [TestMethod]
    [DynamicData(nameof(Optimizers))]
    public void The_state_that_is_kept_is_that_of_the_best_weights_also_from_a_checkpoint(OptimizerKind optimizer)
    {
        // Labels by chance: soon more epochs only fit the noise.
        DataSet data = TwoClasses(60, noise: 3), validation = TwoClasses(300, noise: 3, seed: 2);
        MlpClassifierOptions options = new()
        {
            HiddenLayers = [16],
            Optimizer = optimizer,
            Epochs = 12,
            L2 = 0,
            KeepTrainingState = true,
            LearningRate = optimizer == OptimizerKind.Sgd ? 0.1 : 0.02,
        };
        MlpClassifier model = MlpClassifier.Train(data, options, validation);
        int best = model.History.BestEpoch;
        Assert.IsTrue(best is > 0 and < 12, $"{best}");

        MlpClassifier whole = MlpClassifier.Train(data, options with { Epochs = best + 2 });
        CollectionAssert.AreEqual(Parameters(whole), Parameters(MlpClassifier.Train(data, options with { Epochs = 2 }, previous: model)));

        // The best epoch is before the one that the training is resumed after.
        MlpClassifierOptions resumed = options with { CheckpointPath = NewPath() };
        MlpClassifier.Train(data, resumed with { Epochs = best + 1 }, validation);
        MlpClassifier again = MlpClassifier.Train(data, resumed, validation);
        CollectionAssert.AreEqual(Parameters(whole), Parameters(MlpClassifier.Train(data, options with { Epochs = 2 }, previous: again)));
        Directory.Delete(Path.GetDirectoryName(resumed.CheckpointPath)!, recursive: true);
    }

    [TestMethod]
    [DataRow(OptimizerKind.Sgd, 2)]
    [DataRow(OptimizerKind.RmsProp, 2)]
    [DataRow(OptimizerKind.Adam, 3)]
    [DataRow(OptimizerKind.AdamW, 3)]
    [DataRow(OptimizerKind.Lbfgs, 23)]
    public void A_model_that_keeps_its_training_state_is_as_many_times_as_large_as_the_option_says(OptimizerKind optimizer, int times)
    {
        MlpClassifierOptions options = s_options with
        {
            HiddenLayers = [500],
            Optimizer = optimizer,
            Epochs = 12,
            LearningRate = 0.001,
            Dropout = 0,
            KeepTrainingState = true,
        };
        long without = Size(MlpClassifier.Train(s_data, options with { KeepTrainingState = false }));
        Assert.AreEqual(times, (double)Size(MlpClassifier.Train(s_data, options)) / without, 0.1 * times);

        static long Size(MlpClassifier model)
        {
            using var stream = new MemoryStream();
            model.Save(stream);
            return stream.Length;
        }
    }

    [TestMethod]
    public void A_state_that_another_optimizer_has_no_use_for_is_left_and_training_goes_on_from_the_weights()
    {
        MlpClassifierOptions quick = s_options with { Epochs = 2, KeepTrainingState = true };
        MlpClassifier kept = MlpClassifier.Train(s_data, quick);
        MlpClassifier forgotten = MlpClassifier.Train(s_data, quick with { KeepTrainingState = false });
        MlpClassifier without = MlpClassifier.Train(s_data, quick with { Momentum = 0 });
        foreach (MlpClassifierOptions other in new[] { quick with { Momentum = 0 }, quick with { Optimizer = OptimizerKind.Adam } })
        {
            MlpClassifier expected = MlpClassifier.Train(s_data, other, previous: forgotten);
            CollectionAssert.AreEqual(Parameters(expected), Parameters(MlpClassifier.Train(s_data, other, previous: kept)));
        }

        Assert.HasCount(2, MlpClassifier.Train(s_data, quick, previous: without).History.Epochs);
    }

    [TestMethod]
    public void A_model_that_training_goes_on_from_stays_the_best_until_an_epoch_is_better()
    {
        MlpClassifier good = MlpClassifier.Train(s_data, s_options with { Epochs = 30, Dropout = 0 });
        MlpClassifierOptions harmful = s_options with
        {
            LearningRate = 3,
            Momentum = 0.99,
            EarlyStopping = true,
            Patience = 4,
            Epochs = 20,
        };
        MlpClassifier kept = MlpClassifier.Train(s_data, harmful, s_validation, good);
        CollectionAssert.AreEqual(Parameters(good), Parameters(kept));
        TrainingHistory history = kept.History;
        Assert.AreEqual((0, StopReason.EarlyStopping, 4), (history.BestEpoch, history.StopReason, history.Epochs.Count));
        double loss = Enumerable.Range(0, s_validation.Count)
            .Average(row => -Math.Log(good.PredictProbabilities(OptionTests.Features(s_validation, row))[s_validation.Label(row)]));
        Assert.AreEqual(loss, history.StartingValidation!.Value.Loss, 1e-5);

        using var stream = new MemoryStream();
        kept.Save(stream);
        stream.Position = 0;
        Assert.AreEqual(history.StartingValidation, MlpClassifier.Load(stream).History.StartingValidation);

        // A resumed training knows it still.
        MlpClassifierOptions resumed = harmful with { CheckpointPath = NewPath() };
        MlpClassifier.Train(s_data, resumed with { Epochs = 2 }, s_validation, good);
        MlpClassifier model = MlpClassifier.Train(s_data, resumed, s_validation, good);
        CollectionAssert.AreEqual(Parameters(good), Parameters(model));
        TrainingHistory again = model.History;
        Assert.AreEqual((0, history.StartingValidation, 4), (again.BestEpoch, again.StartingValidation, again.Epochs.Count));
        Directory.Delete(Path.GetDirectoryName(resumed.CheckpointPath)!, recursive: true);

        // One that is hardly trained is soon passed.
        MlpClassifier poor = MlpClassifier.Train(s_data, s_options with { Epochs = 1, LearningRate = 1e-6 });
        Assert.IsGreaterThan(0, MlpClassifier.Train(s_data, s_options, s_validation, poor).History.BestEpoch);
        Assert.IsNull(MlpClassifier.Train(s_data, s_options, s_validation).History.StartingValidation);
    }

    [TestMethod]
    public void A_checkpoint_that_was_written_in_another_culture_goes_on()
    {
        string path = NewPath();
        CultureInfo before = CultureInfo.CurrentCulture;
        MlpRegressorOptions options = new()
        {
            HiddenLayers = [4],
            Epochs = 2,
            Loss = new HuberLoss(0.5),
            Schedule = new InverseScalingSchedule(0.25),
            CheckpointPath = path,
        };
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("en-US");
            MlpRegressor.Train(Line(50), options);
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.HasCount(3, MlpRegressor.Train(Line(50), options with { Epochs = 3 }).History.Epochs);
            MlpRegressorOptions other = options with { Loss = new HuberLoss(0.75) };
            StringAssert.Contains(
                Assert.ThrowsExactly<InvalidDataException>(() => MlpRegressor.Train(Line(50), other)).Message,
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
            new ConstantSchedule(), new StepSchedule(2), new InverseScalingSchedule(), new PlateauSchedule(), new CosineSchedule(),
            new OneCycleSchedule(),
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
            Assert.ThrowsExactly<ArgumentException>(
                () => MlpClassifier.Train(MlpClassifierTests.Blobs(30, 2), s_options, previous: model)).Message, "4-8-2");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => MlpClassifier.Train(MlpClassifierTests.Blobs(30, 3), s_options, previous: model)).Message,
            "knows 2 classes, and the data have 3");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(
                () => MlpClassifier.Train(s_data, s_options with { HiddenLayers = [9] }, previous: model)).Message, "2-8-2");
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
