using System.Reflection;
using Backprop.Networks;
using Backprop.Optimizers;
using Backprop.Training;

namespace Microsoft.ML.Backprop.Tests;

/// <summary>Options are checked when a trainer is made, and what contradicts the data when it meets them: by name, value and remedy.</summary>
[TestClass]
public class OptionTests
{
    private static readonly double[] s_notAbove0 = [0, -0.1, double.NaN, double.PositiveInfinity];
    private static readonly double[] s_below0 = [-double.Epsilon, double.NaN, double.PositiveInfinity];
    private static readonly double[] s_notFrom0To1 = [-double.Epsilon, 1, double.NaN];

    /// <summary>What each option must not be: just outside its range.</summary>
    private static readonly Dictionary<string, object?[]> s_outside = new()
    {
        ["HiddenLayers"] = [null, new[] { 0 }, new[] { 5, -1 }],
        ["Activation"] = Undefined<ActivationKind>(),
        ["Initializer"] = Undefined<InitializerKind>(),
        ["NumberOfIterations"] = [0, -1],
        ["BatchSize"] = [0, -1],
        ["Optimizer"] = Undefined<OptimizerKind>(),
        ["LearningRate"] = [.. s_notAbove0],
        ["LearningRateSchedule"] = [null],
        ["Momentum"] = [.. s_notFrom0To1],
        ["Beta1"] = [.. s_notFrom0To1],
        ["Beta2"] = [.. s_notFrom0To1],
        ["Rho"] = [.. s_notFrom0To1],
        ["Epsilon"] = [.. s_notAbove0],
        ["WeightDecay"] = [.. s_below0],
        ["L2Regularization"] = [.. s_below0],
        ["L1Regularization"] = [.. s_below0],
        ["Dropout"] = [.. s_notFrom0To1],
        ["GradientClipping"] = [.. s_notAbove0],
        ["ValidationFraction"] = [.. s_notFrom0To1],
        ["ValidationCriterion"] = Undefined<ValidationCriterion>(),
        ["Patience"] = [0, -1],
        ["MinimumImprovement"] = [.. s_below0],
        ["Tolerance"] = [.. s_below0],
        ["NumberOfThreads"] = [0, -1],
        ["ProgressInterval"] = [0, -1],
        ["CheckpointPath"] = ["", " "],
        ["CheckpointInterval"] = [0, -1],
        ["MemoryBudget"] = [0, -1],
        ["LabelSmoothing"] = [.. s_notFrom0To1],
        ["ClassWeights"] =
            [new[] { -double.Epsilon, 1 }, new[] { 1, double.NaN }, new[] { double.PositiveInfinity, 1 }, new double[] { 0, 0 }],
        ["LossFunction"] = Undefined<RegressionLoss>(),
        ["HuberDelta"] = [.. s_notAbove0],
        ["Quantile"] = [0.0, 1.0, double.NaN],
        ["LabelColumnName"] = [null, "", " "],
        ["FeatureColumnName"] = [null, "", " "],
        ["ExampleWeightColumnName"] = ["", " "],
    };

    /// <summary>The ends of ranges that belong to them.</summary>
    private static readonly Dictionary<string, object[]> s_within = new()
    {
        ["HiddenLayers"] = [Array.Empty<int>(), new[] { 1 }],
        ["NumberOfIterations"] = [1],
        ["BatchSize"] = [1, int.MaxValue],
        ["LearningRate"] = [double.Epsilon, double.MaxValue],
        ["Momentum"] = [0.0, Math.BitDecrement(1.0)],
        ["Beta1"] = [0.0, Math.BitDecrement(1.0)],
        ["Beta2"] = [0.0, Math.BitDecrement(1.0)],
        ["Rho"] = [0.0, Math.BitDecrement(1.0)],
        ["Epsilon"] = [double.Epsilon],
        ["WeightDecay"] = [0.0, double.MaxValue],
        ["L2Regularization"] = [0.0, 1e9],
        ["L1Regularization"] = [0.0, 1e9],
        ["Dropout"] = [0.0, 0.999],
        ["GradientClipping"] = [double.Epsilon],
        ["ValidationFraction"] = [0.0, Math.BitDecrement(1.0)],
        ["Patience"] = [1, int.MaxValue],
        ["MinimumImprovement"] = [0.0],
        ["Tolerance"] = [0.0],
        ["NumberOfThreads"] = [1],
        ["ProgressInterval"] = [1],
        ["CheckpointInterval"] = [1],
        ["MemoryBudget"] = [1, int.MaxValue],
        ["LabelSmoothing"] = [0.0, 0.999],
        ["ClassWeights"] = [new double[] { 0, 1 }],
        ["HuberDelta"] = [double.Epsilon],
        ["Quantile"] = [double.Epsilon, Math.BitDecrement(1.0)],
    };

    /// <summary>Options that may be anything.</summary>
    private static readonly string[] s_free =
        ["Shuffle", "Nesterov", "EarlyStopping", "Seed", "Progress", "CancellationToken", "KeepTrainingState", "BalanceClasses"];

    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void Each_option_just_outside_its_range_is_named_with_its_value_and_range_when_the_trainer_is_made(Kind kind)
    {
        FieldInfo[] fields = Fields(kind);
        CollectionAssert.IsSubsetOf(
            fields.Select(f => f.Name).ToArray(), s_outside.Keys.Concat(s_free).ToArray(), "an option whose range nobody tests");
        foreach (FieldInfo field in fields.Where(f => s_outside.ContainsKey(f.Name)))
        {
            foreach (object? value in s_outside[field.Name])
            {
                BackpropMlpOptions options = Family.Options(kind);
                field.SetValue(options, value);
                foreach (MLContext? mlContext in new[] { null, _mlContext })
                {
                    var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Family.Trainer(options, mlContext), $"{field.Name} {value}");
                    Assert.AreEqual(field.Name, e.ParamName);
                    StringAssert.StartsWith(e.Message, $"{field.Name} is ");
                    StringAssert.Contains(e.Message, "; it must be ");
                    if (value is double or int)
                        StringAssert.Contains(e.Message, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"is {value};"));
                }
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void The_ends_of_the_ranges_are_within(Kind kind)
    {
        foreach (FieldInfo field in Fields(kind).Where(f => s_within.ContainsKey(f.Name)))
        {
            foreach (object value in s_within[field.Name])
            {
                BackpropMlpOptions options = Family.Options(kind);
                field.SetValue(options, value);
                Assert.IsNotNull(Family.Trainer(options));
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void Options_that_contradict_one_another_are_named_with_the_remedy(Kind kind)
    {
        foreach ((string name, string remedy, Action<BackpropMlpOptions> set) in new (string, string, Action<BackpropMlpOptions>)[]
        {
            ("Nesterov", "false where Momentum is 0", o => (o.Nesterov, o.Momentum) = (true, 0)),
            ("Dropout", "0 where Optimizer is Lbfgs", o => (o.Optimizer, o.Dropout) = (OptimizerKind.Lbfgs, 0.1)),
            ("LearningRateSchedule", "constant where Optimizer is Lbfgs",
                o => (o.Optimizer, o.LearningRateSchedule) = (OptimizerKind.Lbfgs, new CosineSchedule())),
            ("GradientClipping", "null where Optimizer is Lbfgs", o => (o.Optimizer, o.GradientClipping) = (OptimizerKind.Lbfgs, 1)),
        })
        {
            BackpropMlpOptions options = Family.Options(kind);
            set(options);
            var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Family.Trainer(options), name);
            Assert.AreEqual(name, e.ParamName);
            StringAssert.StartsWith(e.Message, $"{name} is ");
            StringAssert.Contains(e.Message, $"it must be {remedy}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void Options_that_the_data_contradict_are_named_with_the_remedy(Kind kind)
    {
        IDataView data = Family.Data(kind, _mlContext);
        BackpropMlpOptions stopping = Family.Options(kind), heldOut = Family.Options(kind), checkpoint = Family.Options(kind);
        stopping.EarlyStopping = true;
        Exception e = Assert.Throws<ArgumentException>(() => Family.Trainer(stopping).Fit(data));
        StringAssert.Contains(e.Message, "EarlyStopping");
        StringAssert.Contains(e.Message, "set ValidationFraction, give Fit validation data, or set Tolerance");

        heldOut.ValidationFraction = 0.2;
        e = Assert.Throws<ArgumentException>(() => Family.Fit(heldOut, data, data));
        StringAssert.Contains(e.Message, "ValidationFraction is 0.2");
        StringAssert.Contains(e.Message, "one of the two must go");

        heldOut.ValidationFraction = 0.001;
        e = Assert.ThrowsExactly<InvalidOperationException>(() => Family.Trainer(heldOut).Fit(data));
        StringAssert.Contains(e.Message, "take a larger fraction, more rows, or none");

        checkpoint.CheckpointPath = Path.Combine(Path.GetTempPath(), "backprop-no-such-folder", "training.checkpoint");
        e = Assert.ThrowsExactly<DirectoryNotFoundException>(() => Family.Trainer(checkpoint).Fit(data));
        StringAssert.Contains(e.Message, "CheckpointPath is '");
        StringAssert.Contains(e.Message, "it must be a file in a folder that exists");
    }

    [TestMethod]
    [DataRow(Kind.Multiclass, 3)]
    [DataRow(Kind.Binary, 2)]
    public void Weights_of_classes_must_be_one_a_class_and_not_balanced_besides(Kind kind, int classes)
    {
        var options = (BackpropMlpClassifierOptions)Family.Options(kind);
        options.ClassWeights = [1, 1, 1, 1];
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Family.Trainer(options).Fit(Family.Data(kind, _mlContext)));
        StringAssert.StartsWith(e.Message, $"ClassWeights is a list of 4; it must be a list of {classes} weights, one a class.");
        options.BalanceClasses = true;
        e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Family.Trainer(options));
        StringAssert.StartsWith(e.Message, "ClassWeights is given; it must be null where BalanceClasses is true.");
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void Options_are_read_when_the_trainer_is_made(Kind kind)
    {
        BackpropMlpOptions options = Family.Options(kind);
        IEstimator<ITransformer> trainer = Family.Trainer(options);
        options.HiddenLayers[0] = -1;
        (options.NumberOfIterations, options.LabelColumnName) = (0, "Nope");
        Assert.HasCount(2, Family.Learned(trainer.Fit(Family.Data(kind, _mlContext))).History.Epochs);
    }

    [TestMethod]
    public void Null_options_and_empty_names_are_refused()
    {
        foreach (Func<object> make in new Func<object>[]
        {
            () => new BackpropMlpTrainer((BackpropMlpTrainer.Options)null!),
            () => new BackpropMlpBinaryTrainer((BackpropMlpBinaryTrainer.Options)null!),
            () => new BackpropMlpRegressionTrainer((BackpropMlpRegressionTrainer.Options)null!),
            () => _mlContext.MulticlassClassification.Trainers.BackpropMlp((BackpropMlpTrainer.Options)null!),
            () => _mlContext.BinaryClassification.Trainers.BackpropMlp((BackpropMlpBinaryTrainer.Options)null!),
            () => _mlContext.Regression.Trainers.BackpropMlp((BackpropMlpRegressionTrainer.Options)null!),
        })
        {
            Assert.ThrowsExactly<ArgumentNullException>(make);
        }

        foreach ((string option, Func<object> make) in new (string, Func<object>)[]
        {
            ("FeatureColumnName", () => new BackpropMlpTrainer(featureColumnName: " ")),
            ("LabelColumnName", () => new BackpropMlpBinaryTrainer(labelColumnName: " ")),
            ("ExampleWeightColumnName", () => new BackpropMlpRegressionTrainer(exampleWeightColumnName: " ")),
        })
        {
            var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(make);
            StringAssert.StartsWith(e.Message, $"{option} is ' '; it must be the name of a column.");
        }
    }

    [TestMethod]
    public void The_defaults_are_those_of_the_engine()
    {
        List<Example> rows = Family.Rows(100);
        DataSet classes = new(3, 3), truths = new(3, 2), numbers = DataSet.OfValues(3);
        foreach (Example row in rows)
        {
            classes.Add(row.Features, row.Name[0] - 'a');
            truths.Add(row.Features, row.Truth ? 1 : 0);
            numbers.Add(row.Features, [row.Number]);
        }

        (Kind Kind, MlpModel Model, BackpropMlpOptions Options)[] pairs =
        [
            (Kind.Multiclass, MlpClassifier.Train(classes), new BackpropMlpTrainer.Options()),
            (Kind.Binary, MlpBinaryClassifier.Train(truths), new BackpropMlpBinaryTrainer.Options()),
            (Kind.Regression, MlpRegressor.Train(numbers), new BackpropMlpRegressionTrainer.Options()),
        ];
        foreach ((Kind kind, MlpModel model, BackpropMlpOptions options) in pairs)
        {
            (float[] parameters, TrainingHistory history) = Family.Learned(Family.Trainer(options).Fit(Family.Data(kind, _mlContext, rows)));
            Assert.AreEqual(model.History.Epochs.Count, history.Epochs.Count);
            CollectionAssert.AreEqual(model.Parameters[..parameters.Length].ToArray(), parameters, $"{kind}");
        }
    }

    private static FieldInfo[] Fields(Kind kind) => Family.Options(kind).GetType().GetFields(BindingFlags.Instance | BindingFlags.Public);

    private static object?[] Undefined<T>()
        where T : struct, Enum => [Enum.ToObject(typeof(T), -1), Enum.ToObject(typeof(T), Enum.GetValues<T>().Length)];
}
