using System.Globalization;
using Backprop.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Backprop.Data;

/// <summary>The rows of a training: in memory, or streamed where they take more than a budget.</summary>
/// <param name="Rows">Those that are trained on.</param>
/// <param name="Validation">Those that are not, null for none.</param>
internal sealed record TrainingRows(IRowBlocks Rows, IRowBlocks? Validation)
{
    /// <summary>Reads them, and tells the channel of rows that cannot be used, or not well.</summary>
    /// <param name="host">Says when to cancel.</param>
    /// <param name="channel">Is told.</param>
    /// <param name="context">The training data, and perhaps validation data.</param>
    /// <param name="label">What is learned.</param>
    /// <param name="budget">The most bytes that rows in memory take, all together.</param>
    /// <param name="options">Whether a part is held out, and the seed that decides which.</param>
    /// <param name="stop">Ends reading early, with what has been read: one usable row at least.</param>
    public static TrainingRows Read(
        IHost host, IChannel channel, TrainContext context, LabelFormat label, long budget, MlpOptions options, CancellationToken stop)
    {
        var reader = new RowReader(host, context.TrainingSet, label, stop);
        double fraction = options.ValidationFraction;
        if (context.ValidationSet is null)
            return ReadAll("training", reader, budget, fraction);
        if (fraction > 0)
        {
            throw host.ExceptParam(
                nameof(options.ValidationFraction),
                FormattableString.Invariant(
                    $"ValidationFraction is {fraction}, and Fit was given validation data: one of the two must go."));
        }

        var validation = new RowReader(host, context.ValidationSet, label, stop);
        if (validation.Width != reader.Width)
        {
            throw host.ExceptParam(
                nameof(context.ValidationSet),
                $"The features of the validation data have length {validation.Width}; those of the training data have {reader.Width}.");
        }

        // While one of the two is in memory, blocks of the other are read: validation has half of the budget at most, training the rest.
        IRowBlocks shown = ReadAll("validation", validation, budget / 2, 0).Rows;
        long left = budget - (shown is RowSet inMemory ? inMemory.Data.Bytes : budget / 2);
        return new TrainingRows(ReadAll("training", reader, left, 0).Rows, shown);

        TrainingRows ReadAll(string kind, RowReader from, long bytes, double heldOut)
        {
            var skipped = new SkippedRows();
            long seed = options.Seed;
            TrainingRows rows = InMemory(from, bytes, heldOut, seed, skipped) ?? Streamed(from, bytes, heldOut, seed, kind, skipped);
            if (skipped.Count > 0)
                channel.Warning($"Skipped {skipped.Count} rows during {kind}: {skipped}.");
            host.Check(rows.Rows.Statistics.Count > 0, NoUsableRows(kind, skipped));
            if (rows.Validation is StreamedRows { Statistics.Count: 0 })
            {
                long count = rows.Rows.Statistics.Count;
                throw new InvalidOperationException(
                    FormattableString.Invariant($"A validation fraction of {heldOut} of {count} rows holds out none, with one of each ") +
                    "class left to train on: take a larger fraction, more rows, or none.");
            }

            if (kind == "training" && rows.Rows is StreamedRows { IsMixed: false } streamed)
                channel.Warning(NotMixed(streamed));
            return rows;
        }
    }

    /// <summary>The rows in memory; null where they take more than the budget, and then not all of them were read.</summary>
    private static TrainingRows? InMemory(RowReader reader, long budget, double fraction, long seed, SkippedRows skipped)
    {
        var skippedHere = new SkippedRows();
        DataSet data = reader.ReadBlocks(budget, skipped: skippedHere).FirstOrDefault() ?? reader.NewBlock();
        if (data.Bytes >= budget)
            return null;
        skipped.Add(skippedHere);
        data.Skipped = skipped.Count;
        var all = new RowSet(data);
        if (fraction == 0 || data.Count == 0)
            return new TrainingRows(all, null);
        if (reader.IsStopped) // Nothing will be trained: no row needs to be left for it.
            return new TrainingRows(all, all);
        (RowSet left, RowSet heldOut) = RowSet.HoldOut(data, fraction, seed);
        return new TrainingRows(left, heldOut);
    }

    /// <summary>The rows block by block: one that is trained on and one that is being read fit the budget.</summary>
    private static TrainingRows Streamed(RowReader reader, long budget, double fraction, long seed, string kind, SkippedRows skipped)
    {
        if (fraction == 0)
            return new TrainingRows(Part(null, kind), null);
        StreamedRows left = Part(new RowPart(fraction, seed, heldOut: false), kind);
        return new TrainingRows(left, reader.IsStopped ? left : Part(new RowPart(fraction, seed, heldOut: true), "held-out"));

        StreamedRows Part(RowPart? part, string name) => new(reader, budget / 2, part, name, skipped);
    }

    private static string NoUsableRows(string kind, SkippedRows skipped) => skipped switch
    {
        { Count: > 0, Features: 0, Labels: 0 } =>
            $"No valid {kind} instances found: all {skipped.Weights} instances have a weight that is not above 0 and finite.",
        { Count: > 0, Features: 0, Weights: 0 } => $"No valid {kind} instances found: all {skipped.Labels} instances have a missing label.",
        { Features: var features, Count: var count } when features < count => $"No valid {kind} instances found: {skipped}.",
        _ => $"No valid {kind} instances found, all instances have missing features.", // ML.NET's words.
    };

    private static string NotMixed(StreamedRows rows) => string.Create(
        CultureInfo.InvariantCulture,
        $"The training data look sorted: {100 * rows.VarianceBetweenBlocks:F0} % of the label's variance lies between blocks of at most " +
        $"{rows.LargestBlock} rows. Above MemoryBudget rows are put in a new order within their block alone, so that the model follows " +
        $"the blocks that it saw last. Put the rows in random order before, in the file or by ShuffleRows with a shufflePoolSize of far " +
        $"more rows than a block's, or raise MemoryBudget until they fit into memory.");
}
