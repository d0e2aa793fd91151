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
            return ReadAll(new Source("training", reader, budget, fraction, options.Seed));
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
        IRowBlocks shown = ReadAll(new Source("validation", validation, budget / 2)).Rows;
        long left = budget - (shown is RowSet inMemory ? inMemory.Data.Bytes : budget / 2);
        return new TrainingRows(ReadAll(new Source("training", reader, left)).Rows, shown);

        TrainingRows ReadAll(Source source)
        {
            TrainingRows rows = InMemory(source) ?? Streamed(source);
            if (source.Skipped.Count > 0)
                channel.Warning($"Skipped {source.Skipped.Count} rows during {source.Kind}: {source.Skipped}.");
            host.Check(rows.Rows.Statistics.Count > 0, NoUsableRows(source.Kind, source.Skipped));
            if (rows.Validation is StreamedRows { Statistics.Count: 0 })
            {
                long count = rows.Rows.Statistics.Count;
                throw new InvalidOperationException(
                    FormattableString.Invariant($"A validation fraction of {source.HeldOut} of {count} rows holds out none, with one of each ") +
                    "class left to train on: take a larger fraction, more rows, or none.");
            }

            if (source.Kind == "training" && rows.Rows is StreamedRows { IsMixed: false } streamed)
                channel.Warning(NotMixed(streamed));
            return rows;
        }
    }

    /// <summary>The rows in memory; null where they take more than the budget, and then not all of them were read.</summary>
    private static TrainingRows? InMemory(Source source)
    {
        var skipped = new SkippedRows();
        DataSet data = source.Reader.ReadBlocks(source.Budget, skipped: skipped).FirstOrDefault() ?? source.Reader.NewBlock();
        if (data.Bytes >= source.Budget)
            return null;
        source.Skipped.Add(skipped);
        data.Skipped = skipped.Count;
        var all = new RowSet(data);
        if (source.HeldOut == 0 || data.Count == 0)
            return new TrainingRows(all, null);
        if (source.Reader.IsStopped) // Nothing will be trained: no row needs to be left for it.
            return new TrainingRows(all, all);
        (RowSet left, RowSet heldOut) = RowSet.HoldOut(data, source.HeldOut, source.Seed);
        return new TrainingRows(left, heldOut);
    }

    /// <summary>The rows block by block: one that is trained on and one that is being read fit the budget.</summary>
    private static TrainingRows Streamed(Source source)
    {
        if (source.HeldOut == 0)
            return new TrainingRows(Part(null, source.Kind), null);
        StreamedRows left = Part(new RowPart(source.HeldOut, source.Seed, heldOut: false), source.Kind);
        return new TrainingRows(
            left, source.Reader.IsStopped ? left : Part(new RowPart(source.HeldOut, source.Seed, heldOut: true), "held-out"));

        StreamedRows Part(RowPart? part, string kind) => new(source.Reader, source.Budget / 2, part, kind, source.Skipped);
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

    /// <summary>Rows that are to be read.</summary>
    /// <param name="Kind">What rows they are, for messages: training or validation.</param>
    /// <param name="Reader">Reads them.</param>
    /// <param name="Budget">The most bytes that they take in memory.</param>
    /// <param name="HeldOut">The fraction of them that is held out; 0 for none.</param>
    /// <param name="Seed">What decides which.</param>
    private sealed record Source(string Kind, RowReader Reader, long Budget, double HeldOut = 0, long Seed = 0)
    {
        /// <summary>Those that cannot be used.</summary>
        public SkippedRows Skipped { get; } = new();
    }
}
