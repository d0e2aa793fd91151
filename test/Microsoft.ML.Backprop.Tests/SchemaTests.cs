using System.Reflection;
using Microsoft.ML.Data;
using static Microsoft.ML.Backprop.Tests.TestData;

namespace Microsoft.ML.Backprop.Tests;

[TestClass]
public class SchemaTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void The_output_columns_are_a_key_with_the_labels_values_and_a_probability_a_class()
    {
        IDataView data = KeyedPoints(_mlContext);
        DataViewSchema schema = new BackpropMlpTrainer(Quick()).Fit(data).Transform(data).Schema;

        DataViewSchema.Column label = schema["PredictedLabel"];
        Assert.AreEqual(3ul, ((KeyDataViewType)label.Type).Count);
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, Texts(label, "KeyValues"));

        DataViewSchema.Column score = schema["Score"];
        Assert.AreEqual(3, ((VectorDataViewType)score.Type).Size);
        Assert.AreEqual(NumberDataViewType.Single, ((VectorDataViewType)score.Type).ItemType);
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, Texts(score, "SlotNames"));
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, Texts(score, "TrainingLabelValues"));
    }

    [TestMethod]
    public void Labels_that_are_numbers_keep_their_values_and_type()
    {
        IDataView data = Prepare(_mlContext).Fit(Digits(_mlContext)).Transform(Digits(_mlContext));
        DataViewSchema schema = new BackpropMlpTrainer(Quick()).Fit(data).Transform(data).Schema;
        VBuffer<int> values = default;
        schema["PredictedLabel"].Annotations.GetValue("KeyValues", ref values);
        CollectionAssert.AreEqual(Enumerable.Range(0, 10).ToArray(), values.DenseValues().ToArray());
        schema["Score"].Annotations.GetValue("TrainingLabelValues", ref values);
        CollectionAssert.AreEqual(Enumerable.Range(0, 10).ToArray(), values.DenseValues().ToArray());
        Assert.IsNull(schema["Score"].Annotations.Schema.GetColumnOrNull("SlotNames"));
    }

    [TestMethod]
    [DynamicData(nameof(Family.All), typeof(Family))]
    public void The_promised_schema_has_the_columns_that_come(Kind kind)
    {
        IDataView data = Family.Data(kind, _mlContext);
        IEstimator<ITransformer> trainer = Family.Trainer(Family.Options(kind));
        SchemaShape promised = trainer.GetOutputSchema(ShapeOf(data.Schema)), real = ShapeOf(trainer.Fit(data).Transform(data).Schema);
        CollectionAssert.AreEquivalent(real.Select(c => c.Name).Distinct().ToArray(), promised.Select(c => c.Name).ToArray());
        foreach (SchemaShape.Column column in promised)
        {
            SchemaShape.Column match = real.Last(c => c.Name == column.Name);
            Assert.AreEqual((column.Kind, column.ItemType, column.IsKey), (match.Kind, match.ItemType, match.IsKey), column.Name);
            foreach (SchemaShape.Column annotation in column.Annotations)
            {
                SchemaShape.Column found = match.Annotations.Single(a => a.Name == annotation.Name);
                Assert.AreEqual((annotation.Kind, annotation.ItemType), (found.Kind, found.ItemType), $"{column.Name}.{annotation.Name}");
            }
        }
    }

    [TestMethod]
    public void The_scores_of_several_numbers_have_the_labels_slot_names_and_a_regressions_annotations()
    {
        IDataView data = Family.Data(Kind.MultiTarget, _mlContext);
        IEstimator<ITransformer> trainer = Family.Trainer(Family.Options(Kind.MultiTarget));
        ITransformer model = trainer.Fit(data);
        foreach (DataViewSchema schema in new[] { model.Transform(data).Schema, Family.Reloaded(model, data.Schema).Transform(data).Schema })
        {
            DataViewSchema.Column score = schema["Score"];
            Assert.AreEqual(2, ((VectorDataViewType)score.Type).Size);
            CollectionAssert.AreEqual(new[] { "Number", "Other" }, Texts(score, "SlotNames"));
            ReadOnlyMemory<char> text = default;
            score.Annotations.GetValue("ScoreColumnKind", ref text);
            Assert.AreEqual("MultiOutputRegression", text.ToString());
            score.Annotations.GetValue("ScoreValueKind", ref text);
            Assert.AreEqual("Score", text.ToString());
        }

        SchemaShape promised = trainer.GetOutputSchema(ShapeOf(data.Schema));
        Assert.IsTrue(promised.Single(c => c.Name == "Score").Annotations.Any(a => a.Name == "SlotNames"));

        // Without names there are none, neither promised nor given.
        IDataView nameless = _mlContext.Data.LoadFromEnumerable<NamelessTargets>(
            [new() { Label = [1, 2], Features = [1] }, new() { Label = [2, 1], Features = [2] }]);
        Assert.IsNull(trainer.Fit(nameless).Transform(nameless).Schema["Score"].Annotations.Schema.GetColumnOrNull("SlotNames"));
        promised = trainer.GetOutputSchema(ShapeOf(nameless.Schema));
        Assert.IsFalse(promised.Single(c => c.Name == "Score").Annotations.Any(a => a.Name == "SlotNames"));
    }

    [TestMethod]
    [DataRow(Kind.Multiclass)]
    [DataRow(Kind.Binary)]
    [DataRow(Kind.Regression)]
    public void Output_annotations_equal_those_of_ml_nets_own_trainer_name_by_name(Kind kind)
    {
#if MLNET_PACKAGE
        IEstimator<ITransformer> theirs = kind switch
        {
            Kind.Multiclass => _mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
                new() { MaximumNumberOfIterations = 2, NumberOfThreads = 1 }),
            Kind.Binary => _mlContext.BinaryClassification.Trainers.LbfgsLogisticRegression(
                new() { MaximumNumberOfIterations = 2, NumberOfThreads = 1 }),
            _ => _mlContext.Regression.Trainers.LbfgsPoissonRegression(new() { MaximumNumberOfIterations = 2, NumberOfThreads = 1 }),
        };
        IEstimator<ITransformer> ours = Family.Trainer(Family.Options(kind));
        var inputs = new List<IDataView> { Family.Data(kind, _mlContext) };
        if (kind == Kind.Multiclass) // Classes that are numbers have no slot names.
            inputs.Add(Prepare(_mlContext).Fit(Digits(_mlContext)).Transform(Digits(_mlContext)));
        foreach (IDataView data in inputs)
        {
            CollectionAssert.AreEqual(Describe(theirs.Fit(data).Transform(data).Schema), Describe(ours.Fit(data).Transform(data).Schema));
            SchemaShape input = ShapeOf(data.Schema);
            CollectionAssert.AreEqual(Describe(theirs.GetOutputSchema(input)), Describe(ours.GetOutputSchema(input)));
        }
#else
        Assert.Inconclusive($"ML.NET's own trainers are only in the package, those for {kind} too.");
#endif
    }

    // Internal in ML.NET, where estimator chains call it.
    private static SchemaShape ShapeOf(DataViewSchema schema) =>
        (SchemaShape)typeof(SchemaShape).GetMethod("Create", BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, [schema])!;

    private static string[] Texts(DataViewSchema.Column column, string annotation)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.Annotations.GetValue(annotation, ref values);
        return [.. values.DenseValues().Select(v => v.ToString())];
    }

    private sealed class NamelessTargets
    {
        [VectorType(2)]
        public float[] Label { get; set; } = [];

        [VectorType(1)]
        public float[] Features { get; set; } = [];
    }

#if MLNET_PACKAGE
    // What ML.NET's score columns count up from trainer to trainer of a process is no property of ours.
    private static string[] Describe(DataViewSchema schema) =>
    [
        .. schema.Select(column => $"{column.Name} {column.Type}: " + string.Join(", ", column.Annotations.Schema.Select(
            a => $"{a.Name} {a.Type} = {(a.Name == "ScoreColumnSetId" ? "" : Value(column.Annotations, a))}"))),
    ];

    private static string[] Describe(SchemaShape shape) =>
    [
        .. shape.OrderBy(c => c.Name).Select(c => $"{c.Name} {c.Kind} {c.ItemType} {c.IsKey}: " +
            string.Join(", ", c.Annotations.OrderBy(a => a.Name).Select(a => $"{a.Name} {a.Kind} {a.ItemType} {a.IsKey}"))),
    ];

    private static string Value(DataViewSchema.Annotations annotations, DataViewSchema.Column a)
    {
        if (a.Type is BooleanDataViewType)
        {
            bool flag = false;
            annotations.GetValue(a.Name, ref flag);
            return $"{flag}";
        }

        if (a.Type is TextDataViewType)
        {
            ReadOnlyMemory<char> text = default;
            annotations.GetValue(a.Name, ref text);
            return text.ToString();
        }

        if (a.Type is VectorDataViewType { ItemType: TextDataViewType })
        {
            VBuffer<ReadOnlyMemory<char>> texts = default;
            annotations.GetValue(a.Name, ref texts);
            return string.Join("|", texts.DenseValues());
        }

        if (a.Type is VectorDataViewType { ItemType.RawType: var raw } && raw == typeof(int))
        {
            VBuffer<int> numbers = default;
            annotations.GetValue(a.Name, ref numbers);
            return string.Join("|", numbers.DenseValues());
        }

        return "";
    }
#endif
}
