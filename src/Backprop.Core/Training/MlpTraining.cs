using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Backprop.Kernels;
using Backprop.Networks;
using Backprop.Optimizers;

namespace Backprop.Training;

/// <summary>What the trainings of all models have in common.</summary>
internal static class MlpTraining
{
    private const int FingerprintRows = 1000;

    /// <summary>The rows to train on and those to validate with, as the options ask for.</summary>
    public static (RowSet Rows, RowSet? Validation) Split(DataSet data, DataSet? validation, MlpOptions options)
    {
        ArgumentNullException.ThrowIfNull(data);
        options.Check();
        if (data.Count < 1)
            throw new ArgumentException("The data set has no row to train on.", nameof(data));
        if (validation is null)
            return options.ValidationFraction == 0 ? (new RowSet(data), null) : RowSet.HoldOut(data, options.ValidationFraction, options.Seed);
        if (options.ValidationFraction > 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"There are validation rows, and ValidationFraction is {options.ValidationFraction}: one of the two must go."),
                nameof(validation));
        }

        return (new RowSet(data), new RowSet(validation));
    }

    /// <summary>Checks that there are rows to train on, and that the validation rows are of their kind.</summary>
    public static void CheckRows(IRowBlocks rows, IRowBlocks? validation)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Statistics.Count < 1)
            throw new ArgumentException("There is no row to train on.", nameof(rows));
        if (validation is null)
            return;
        bool isAlike = (validation.Columns, validation.Classes, validation.Targets) == (rows.Columns, rows.Classes, rows.Targets);
        if (validation.Statistics.Count < 1 || !isAlike)
        {
            throw new ArgumentException(
                $"The validation set has {Describe(validation)}; the training set has {Describe(rows)}. " +
                "Only the rows may differ in number, and there must be some.", nameof(validation));
        }
    }

    /// <summary>Trains a network.</summary>
    public static TrainedMlp Run(
        IRowBlocks rows, IRowBlocks? validation, MlpLoss loss, int outputs, double[]? classWeights, MlpOptions options, MlpModel? previous)
    {
        var architecture = new MlpArchitecture(rows.Columns, options.HiddenLayers, outputs, options.Activation);
        CheckPrevious(previous, architecture, loss, options.OutputNames);
        TargetStatistics statistics = rows.Statistics;
        var network = new Mlp(
            architecture, loss, options.Penalties, weighted: rows.HasDifferentWeights || classWeights is not null, sparse: rows.IsSparse);
        var random = new RandomSource(options.Seed);
        float[] parameters = network.Initialize(random, options.Initializer);
        if (previous is null)
            SetUnit(network, statistics, parameters);
        else
            previous.Parameters.CopyTo(parameters);

        var feed = new MlpFeed(rows, network, parameters, classWeights, options.Dropout, random);
        using MlpValidation? evaluation = validation is null ? null : new(validation, network, parameters, classWeights, options.Threads);
        using IEpochRunner runner = options.Optimizer == OptimizerKind.Lbfgs
            ? new FullBatchRunner(network.Cost, feed, parameters, new Lbfgs<float>(network.Graph.Parameters), options)
            : new MiniBatchRunner(network.Cost, feed, parameters, options.CreateOptimizer(network.Graph.Parameters), options, random);
        if (previous?.State is { } kept && kept.Memory == options.OptimizerMemory)
        {
            using var reader = new BinaryReader(new MemoryStream(kept.Bytes));
            runner.LoadState(reader);
        }

        string identity = options.CheckpointPath is null ? "" : Identity(rows, validation, options, network, parameters);
        if (options.Cancellation.IsCancellationRequested) // Nothing will be trained, and reading may have been cut short: it would not fit.
            options = options with { CheckpointPath = null };
        (TrainingHistory history, byte[]? state) = TrainingLoop.Run(
            runner, feed.Count, parameters, options, evaluation, identity, isTrained: previous is not null, options.KeepTrainingState);
        history = history with { SkippedRows = rows.Skipped };
        return new TrainedMlp(network, parameters, history, state is null ? null : new TrainingState(options.OptimizerMemory, state))
        {
            Names = options.OutputNames,
        };
    }

    private static string Describe(IRowBlocks rows) =>
        $"{rows.Statistics.Count} rows of {rows.Columns} features and " +
        (rows.Classes > 0 ? $"one of {rows.Classes} classes" : $"{rows.Targets} numbers");

    private static void CheckPrevious(MlpModel? previous, MlpArchitecture architecture, MlpLoss loss, IReadOnlyList<string>? names)
    {
        if (previous is null)
            return;
        MlpArchitecture old = previous.Architecture;
        CheckNames(previous, names, loss);
        if (old.Outputs != architecture.Outputs && loss.IsOfClasses)
        {
            throw new ArgumentException(
                $"The previous model knows {old.Outputs} classes, and the data have {architecture.Outputs}: training goes on only with the " +
                "same ones.",
                nameof(previous));
        }

        if (!old.Sizes.SequenceEqual(architecture.Sizes) || old.Activation != architecture.Activation || previous.Loss.GetType() != loss.GetType())
        {
            throw new ArgumentException(
                $"The previous model has the layers {string.Join("-", old.Sizes)}, {old.Activation} and {previous.Loss.GetType().Name}; " +
                $"what is to be trained has {string.Join("-", architecture.Sizes)}, {architecture.Activation} and {loss.GetType().Name}. " +
                "Training goes on only where they are the same.",
                nameof(previous));
        }
    }

    /// <summary>The same number of outputs may still be other ones, or in another order. Empty names are none.</summary>
    private static void CheckNames(MlpModel previous, IReadOnlyList<string>? names, MlpLoss loss)
    {
        string[] known = [.. previous.Names ?? []], given = [.. names ?? []];
        if (known.All(string.IsNullOrEmpty) || given.All(string.IsNullOrEmpty) || known.SequenceEqual(given))
            return;
        string what = loss.IsOfClasses ? "classes" : "targets";
        string which = given.Except(known).FirstOrDefault() is { } stranger
            ? $"it does not know '{stranger}'"
            : known.Except(given).FirstOrDefault() is { } missing ? $"'{missing}' is missing" : "they are in another order";
        throw new ArgumentException(
            $"The {what} of the previous model are {List(known)}; those of the data are {List(given)}: {which}. Training goes on only with " +
            $"the same {what} in the same order.",
            nameof(previous));

        static string List(string[] all) => string.Join(", ", all.Take(10).Select(name => $"'{name}'")) + (all.Length > 10 ? ", ..." : "");
    }

    /// <summary>Numbers are learned in units of their standard deviation from their mean, counts in units of their mean.</summary>
    private static void SetUnit(Mlp network, TargetStatistics statistics, float[] parameters)
    {
        if (network.TargetScale is null)
            return;
        Span<float> scale = network.TargetScale.Segment!.Of(parameters.AsSpan()), offset = network.TargetOffset!.Segment!.Of(parameters.AsSpan());
        for (int target = 0; target < scale.Length; target++)
        {
            (scale[target], offset[target]) = network.Loss is PoissonLoss
                ? ((float)statistics.Mean(target), 0)
                : ((float)statistics.Deviation(target), (float)statistics.Mean(target));
        }
    }

    private static void HashFeatures(IncrementalHash hash, DataSet data, int row)
    {
        ReadOnlySpan<int> indices = [];
        ReadOnlySpan<float> values;
        if (data.IsSparseRow(row))
            data.SparseRow(row, out indices, out values);
        else
            values = data.DenseRow(row);
        hash.AppendData(MemoryMarshal.AsBytes(indices));
        hash.AppendData(MemoryMarshal.AsBytes(values));
    }

    /// <summary>
    /// What training it is: the options, the network, its first parameters, all targets and weights, and the features of some of the rows.
    /// </summary>
    private static string Identity(IRowBlocks rows, IRowBlocks? validation, MlpOptions options, Mlp network, float[] parameters)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string weights = Fingerprint(MemoryMarshal.AsBytes<float>(parameters));
        foreach (RowSet block in rows.ReadBlocks().Concat(validation?.ReadBlocks() ?? []))
        {
            if (options.Cancellation.IsCancellationRequested)
                break;
            int[] mapped = [];
            ReadOnlySpan<int> all = block.Map(Enumerable.Range(0, block.Count).ToArray(), ref mapped);
            for (int i = 0; i < all.Length; i++)
            {
                float weight = block.Data.Weight(all[i]);
                hash.AppendData(MemoryMarshal.AsBytes(block.Data.TargetsOf(all[i])));
                hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<float>(ref weight)));
                if (i % ((block.Count / FingerprintRows) + 1) == 0)
                    HashFeatures(hash, block.Data, all[i]);
            }
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"rows {rows.Statistics.Count}, together of weight {rows.Statistics.TotalWeight:R}, in blocks of at most {rows.LargestBlock}\n" +
            $"validation rows {validation?.Statistics.Count ?? 0}, together of weight {validation?.Statistics.TotalWeight ?? 0:R}\n" +
            $"columns {rows.Columns}\n{Checkpoint.Describe(network.Loss)}\n{Checkpoint.Describe(options)}\n" +
            $"starting weights of fingerprint {weights}\ndata of fingerprint {Convert.ToHexString(hash.GetHashAndReset()[..8])}");
    }

    private static string Fingerprint(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes)[..8]);
}
