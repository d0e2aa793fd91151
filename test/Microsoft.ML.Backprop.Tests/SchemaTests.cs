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
    public void The_promised_schema_has_the_columns_that_come()
    {
        IDataView data = KeyedPoints(_mlContext);
        var trainer = new BackpropMlpTrainer(Quick());
        SchemaShape promised = trainer.GetOutputSchema(ShapeOf(data.Schema));
        SchemaShape real = ShapeOf(trainer.Fit(data).Transform(data).Schema);
        foreach (SchemaShape.Column column in promised)
        {
            SchemaShape.Column match = real.Single(c => c.Name == column.Name);
            Assert.AreEqual((column.Kind, column.ItemType, column.IsKey), (match.Kind, match.ItemType, match.IsKey), column.Name);
        }
    }

    [TestMethod]
    public void Score_and_label_annotations_equal_those_of_ml_nets_own_trainer_name_by_name()
    {
#if MLNET_PACKAGE
        IDataView points = KeyedPoints(_mlContext), digits = Prepare(_mlContext).Fit(Digits(_mlContext)).Transform(Digits(_mlContext));
        foreach (IDataView data in new[] { points, digits })
        {
            var theirTrainer = _mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
                new() { MaximumNumberOfIterations = 2, NumberOfThreads = 1 });
            var ourTrainer = new BackpropMlpTrainer(Quick());
            CollectionAssert.AreEqual(Describe(theirTrainer.Fit(data).Transform(data).Schema), Describe(ourTrainer.Fit(data).Transform(data).Schema));
            SchemaShape input = ShapeOf(data.Schema);
            CollectionAssert.AreEqual(Describe(theirTrainer.GetOutputSchema(input)), Describe(ourTrainer.GetOutputSchema(input)));
        }
#else
        Assert.Inconclusive("ML.NET's own trainers are only in the package.");
#endif
    }

    [TestMethod]
    public void Permutation_feature_importance_finds_the_feature_that_counts()
    {
#if MLNET_PACKAGE
        // Only the first feature says anything of the class.
        List<Point> points = Points();
        points.ForEach(p => p.Features[2] = 0);
        IDataView data = KeyedPoints(_mlContext, points);
        var transformer = new BackpropMlpTrainer(numberOfIterations: 50, learningRate: 0.1).Fit(data);
        var importance = _mlContext.MulticlassClassification.PermutationFeatureImportance(transformer, data, permutationCount: 3);
        Assert.HasCount(4, importance);
        double[] drops = [.. importance.Select(m => -m.MicroAccuracy.Mean)];
        Assert.AreEqual(drops.Max(), drops[0]);
        Assert.IsGreaterThan(0.3, drops[0]);
#else
        Assert.Inconclusive("Permutation feature importance is only in the package.");
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
