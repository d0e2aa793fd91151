// Learns from 4,454 loans which of them go bad, inside an ML.NET pipeline that fills in missing numbers and makes numbers of words;
// evaluates the model, saves it, loads it into a new context and asks it about an applicant.

using Backprop.Training;
using Credit;
using Microsoft.ML;
using Microsoft.ML.Backprop;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

var mlContext = new MLContext(seed: 1);

// An empty number becomes NaN, which is how ML.NET writes 'missing'; it would be 0 otherwise.
var format = new TextLoader.Options { Separators = [','], HasHeader = true, MissingRealsAsNaNs = true };
string path = Path.Combine(AppContext.BaseDirectory, "Data", "credit.csv");
IDataView loans = mlContext.Data.LoadFromTextFile<Loan>(path, format);
DataOperationsCatalog.TrainTestData split = mlContext.Data.TrainTestSplit(loans, testFraction: 0.2);

string[] words = [nameof(Loan.Home), nameof(Loan.Marital), nameof(Loan.Records), nameof(Loan.Job)];
string[] numbers =
[
    nameof(Loan.Seniority), nameof(Loan.Time), nameof(Loan.Age), nameof(Loan.Expenses), nameof(Loan.Income), nameof(Loan.Assets),
    nameof(Loan.Debt), nameof(Loan.Amount), nameof(Loan.Price),
];

// Of the loans without an income more than half go bad, of the others a quarter. As 0, which nobody earns, they stay apart; as the mean
// they would not. Other missing numbers are few, and become the mean. A missing word is 0 in all places of its vector.
var pipeline = mlContext.Transforms.ReplaceMissingValues(nameof(Loan.Income))
    .Append(mlContext.Transforms.ReplaceMissingValues(Columns(numbers), MissingValueReplacingEstimator.ReplacementMode.Mean))
    .Append(mlContext.Transforms.NormalizeMeanVariance(Columns(numbers), fixZero: false))
    .Append(mlContext.Transforms.Categorical.OneHotEncoding(Columns(words)))
    .Append(mlContext.Transforms.Concatenate("Features", [.. numbers, .. words]))
    .Append(mlContext.BinaryClassification.Trainers.BackpropMlp(new BackpropMlpBinaryTrainer.Options
    {
        LabelColumnName = nameof(Loan.Bad),
        HiddenLayers = [64],
        Optimizer = OptimizerKind.Adam,
        LearningRate = 0.001,
        BatchSize = 64,
        L2Regularization = 0.003, // Few rows, much chance: without it the network learns the training rows by heart.
        NumberOfIterations = 100,
        ValidationFraction = 0.15,
        EarlyStopping = true,
        Patience = 20,
        Seed = 1,
    }));

var model = pipeline.Fit(split.TrainSet);
TrainingHistory history = model.LastTransformer.Model.SubModel.History;
Console.WriteLine($"Trained for {history.Epochs.Count} epochs ({history.StopReason}); the model is that of epoch {history.BestEpoch}.");
Console.WriteLine();

// 28 % of the loans are bad: whoever calls them all good has an accuracy of about 0.72, and an area under the curve of 0.5. Over six splits
// ML.NET's LbfgsLogisticRegression has 0.80 and 0.831 in the mean, this network 0.80 and 0.839.
CalibratedBinaryClassificationMetrics metrics =
    mlContext.BinaryClassification.Evaluate(model.Transform(split.TestSet), labelColumnName: nameof(Loan.Bad));
Console.WriteLine($"Accuracy: {metrics.Accuracy:F4}");
Console.WriteLine($"AreaUnderRocCurve: {metrics.AreaUnderRocCurve:F4}");
Console.WriteLine($"LogLoss: {metrics.LogLoss:F4}");
Console.WriteLine();
Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());

string file = Path.Combine(Path.GetTempPath(), $"credit-{Environment.ProcessId}.zip");
try
{
    mlContext.Model.Save(model, loans.Schema, file);
    ITransformer loaded = new MLContext().Model.Load(file, out _);
    Console.WriteLine($"Saved to {file} ({new FileInfo(file).Length:N0} bytes) and loaded into a new context, which expects:");
    PredictionEngine<Loan, Forecast> engine = mlContext.Model.CreatePredictionEngine<Loan, Forecast>(loaded);
    var applicant = new Loan
    {
        Seniority = 4,
        Home = "rent",
        Time = 48,
        Age = 31,
        Marital = "single",
        Records = "no",
        Job = "fixed",
        Expenses = 45,
        Income = 140,
        Assets = 0,
        Debt = float.NaN,
        Amount = 1200,
        Price = 1500,
    };
    Console.WriteLine($"  as applied for              {engine.Predict(applicant).Probability,6:P1} to go bad");
    applicant.Income = float.NaN;
    Console.WriteLine($"  without saying the income   {engine.Predict(applicant).Probability,6:P1}");
    applicant.Records = "yes";
    Console.WriteLine($"  and with records of debts   {engine.Predict(applicant).Probability,6:P1}");
}
finally
{
    File.Delete(file);
}

static InputOutputColumnPair[] Columns(string[] names) => [.. names.Select(name => new InputOutputColumnPair(name))];
