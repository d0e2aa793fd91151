using System.Numerics.Tensors;
using Backprop.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Throughput;

/// <summary>Scoring: many rows through Transform beside PyTorch's forward pass, one row through a prediction engine.</summary>
internal static class ScoringSection
{
    public static void Run(Bench bench)
    {
        if (bench.Options.Shapes.Count == 0)
            return;
        ManyRows(bench);
        OneRow(bench);
    }

    private static void ManyRows(Bench bench)
    {
        Table table = bench.Report.Table(
            "Scoring many rows, rows a second",
            "network                         ", "Transform", "reading alone", "PredictProbabilities", "PyTorch's forward", "ratio");
        foreach (NetworkShape shape in bench.Options.Shapes)
        {
            Rows rows = shape.Draw(shape.Rows / (bench.Options.Quick ? 25 : 5));
            var mlContext = new MLContext(seed: 1);
            IDataView data = mlContext.Data.LoadFromEnumerable(Example.From(rows), Example.Schema(shape.Inputs, shape.Classes));
            var model = Example.Train(mlContext, data, shape.Hidden, shape.Batch);
            MlpClassifier classifier = TrainingRun.Of(rows.ToDataSet(), shape, "sgd", threads: 1, epochs: 1).Classifier;
            var probabilities = new float[rows.Count * shape.Classes];

            double[] Ours() => Timing.Best(
                bench.Options.Seconds / 2, default,
                () => Example.Read(model.Transform(data), "Score"),
                () => Example.Read(data, nameof(Example.Features)),
                () => classifier.PredictProbabilities(rows.Features, probabilities));
            double[] best = Ours();
            double? peer = bench.Peers?.AskBoth(new
            {
                Work = "forward",
                shape.Inputs,
                shape.Hidden,
                shape.Classes,
                bench.Options.Epochs,
                Seconds = bench.Options.Seconds / 2,
                Features = bench.Peers.Share<float>("features", rows.Features),
                Labels = bench.Peers.Share<int>("labels", rows.Labels),
            }).Max(result => result.RowsPerS);
            double[] rates = [.. best.Zip(Ours(), Math.Min).Select(time => rows.Count / time)];

            table.Row(shape.Name, $"{rates[0]:N0}", $"{rates[1]:N0}", $"{rates[2]:N0}", $"{peer:N0}", $"{rates[0] / peer:F2}");
            bench.Report.Entry(new
            {
                Section = "scoring",
                Shape = shape.Name,
                RowsPerS = rates[0],
                PeerRowsPerS = peer,
                Ratio = rates[0] / peer,
                PredictProbabilitiesRowsPerS = rates[2],
            });
        }
    }

    private static void OneRow(Bench bench)
    {
        Table table = bench.Report.Table(
            "Scoring one row, ns", "network                         ", "PredictProbabilities", "bytes", "PredictionEngine", "adds",
            "linear trainer's engine", "its arithmetic", "adds", "difference");
        foreach (NetworkShape shape in bench.Options.Shapes)
        {
            Rows rows = shape.Draw(2_000);
            Example[] examples = Example.From(rows);
            SchemaDefinition schema = Example.Schema(shape.Inputs, shape.Classes);
            var mlContext = new MLContext(seed: 1);
            IDataView data = mlContext.Data.LoadFromEnumerable(examples, schema);
            var model = Example.Train(mlContext, data, shape.Hidden, shape.Batch);
            MlpClassifier classifier = model.Model.Model; // The same weights in the same place: a copy elsewhere may be read 10 % slower.
            float[] features = examples[0].Features, probabilities = new float[shape.Classes];
            float[] weights = rows.Features[..(shape.Inputs * shape.Classes)];
            var actions = new List<Action>
            {
                () => classifier.PredictProbabilities(features, probabilities),
                Engine(mlContext, model, schema, examples[0]),
            };
            if (Linear(mlContext, data) is { } linear)
                actions.AddRange([Engine(mlContext, linear, schema, examples[0]), () => LinearArithmetic(weights, features, probabilities)]);

            double[] ns = [.. Timing.Best(bench.Options.Seconds / 4, default, actions).Select(time => 1e9 * time)];
            double bytes = BytesPerCall(actions[0]), adds = ns[1] - ns[0];
            double? linearAdds = ns.Length > 2 ? ns[2] - ns[3] : null;
            table.Row(
                shape.Name, $"{ns[0]:N0}", $"{bytes:F0}", $"{ns[1]:N0}", $"{adds:N0}",
                ns.Length > 2 ? $"{ns[2]:N0}" : null, ns.Length > 2 ? $"{ns[3]:N0}" : null, $"{linearAdds:N0}", $"{adds - linearAdds:N0}");
            bench.Report.Entry(new
            {
                Section = "scoring",
                Shape = shape.Name,
                OneRowNs = ns[0],
                OneRowBytes = bytes,
                EngineNs = ns[1],
                EngineAddsNs = adds,
                LinearEngineAddsNs = linearAdds,
            });
        }

        bench.Report.Line();
        bench.Report.Line("An engine adds what it takes beyond the arithmetic; the difference to ML.NET's linear trainer should be below 1,000 ns.");
#if !MLNET_PACKAGE
        bench.Report.Line("The stand-in for Microsoft.ML has no linear trainer: build with -p:MLNet=package to compare.");
#endif
    }

    private static Action Engine(MLContext mlContext, ITransformer model, SchemaDefinition schema, Example example)
    {
        PredictionEngine<Example, Scored> engine = mlContext.Model.CreatePredictionEngine<Example, Scored>(model, inputSchemaDefinition: schema);
        var scored = new Scored();
        return () => engine.Predict(example, ref scored);
    }

#if MLNET_PACKAGE
    private static ITransformer? Linear(MLContext mlContext, IDataView data) =>
        mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 1).Fit(data);
#else
    private static ITransformer? Linear(MLContext _, IDataView _1) => null;
#endif

    /// <summary>What a linear classifier has to compute.</summary>
    private static void LinearArithmetic(float[] weights, float[] features, float[] probabilities)
    {
        for (int label = 0; label < probabilities.Length; label++)
            probabilities[label] = TensorPrimitives.Dot<float>(weights.AsSpan(label * features.Length, features.Length), features);
        TensorPrimitives.SoftMax<float>(probabilities, probabilities);
    }

    private static double BytesPerCall(Action action)
    {
        const int calls = 1000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < calls; i++)
            action();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)calls;
    }
}
