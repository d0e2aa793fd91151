// A stranger's program: references the package, names none of its types, and loads a model with ML.NET's Model.Load alone.
// Usage: ModelReader MODEL.zip ROWS.csv; prints for each row the predicted label and the bits of the scores.

using Microsoft.ML;
using Microsoft.ML.Data;

var mlContext = new MLContext();
ITransformer model = mlContext.Model.Load(args[0], out DataViewSchema _);
IDataView rows = mlContext.Data.LoadFromTextFile(
    args[1], [new TextLoader.Column("Number", DataKind.Int32, 64), new TextLoader.Column("Features", DataKind.Single, 0, 63)], separatorChar: ',');
IDataView predictions = model.Transform(rows);
foreach ((int label, float[] scores) in predictions.GetColumn<int>("PredictedLabel").Zip(predictions.GetColumn<float[]>("Score")))
    Console.WriteLine($"{label} {string.Join(' ', scores.Select(BitConverter.SingleToUInt32Bits))}");
