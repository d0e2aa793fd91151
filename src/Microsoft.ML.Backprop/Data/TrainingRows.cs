using Backprop.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Backprop.Data;

/// <summary>The rows of a training: in memory, or streamed where they take more than a budget.</summary>
/// <param name="Rows">Those that are trained on.</param>
/// <param name="Validation">Those that are not, null for none.</param>
internal sealed record TrainingRows(IRowBlocks Rows, IRowBlocks? Validation)
{
    /// <summary>Reads them, and tells the channel of rows that cannot be used.</summary>
    /// <param name="host">Says when to cancel.</param>
    /// <param name="channel">Is told.</param>
    /// <param name="context">The training data, and perhaps validation data.</param>
    /// <param name="label">What is learned.</param>
    /// <param name="budget">The most bytes that rows in memory take.</param>
    /// <param name="options">Whether a part is held out, and the seed that decides which.</param>
    public static TrainingRows Read(IHost host, IChannel channel, TrainContext context, LabelFormat label, long budget, MlpOptions options)
    {
        var reader = new RowReader(host, context.TrainingSet, label);
        if (context.ValidationSet is null)
            return ReadAll("training", reader, options.ValidationFraction);
        if (options.ValidationFraction > 0)
        {
            throw host.ExceptParam(
                nameof(options.ValidationFraction),
                $"ValidationFraction is {options.ValidationFraction}, and Fit was given validation data: one of the two must go.");
        }

        var validation = new RowReader(host, context.ValidationSet, label);
        if (validation.Width != reader.Width)
        {
            throw host.ExceptParam(
                nameof(context.ValidationSet),
                $"The features of the validation data have length {validation.Width}; those of the training data have {reader.Width}.");
        }

        return new TrainingRows(ReadAll("training", reader, 0).Rows, ReadAll("validation", validation, 0).Rows);

        TrainingRows ReadAll(string what, RowReader from, double fraction)
        {
            var skipped = new SkippedRows();
            TrainingRows rows = InMemory(from, budget, fraction, options.Seed, skipped) ?? Streamed(from, budget, fraction, options.Seed, skipped);
            if (skipped.Count > 0)
                channel.Warning($"Skipped {skipped.Count} rows during {what}: {skipped}.");
            host.Check(rows.Rows.Statistics.Count > 0, NoUsableRows(skipped));
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
        if (fraction == 0 || data.Count == 0)
            return new TrainingRows(new RowSet(data), null);
        (RowSet left, RowSet heldOut) = RowSet.HoldOut(data, fraction, seed);
        return new TrainingRows(left, heldOut);
    }

    /// <summary>The rows block by block: one that is trained on and one that is being read fit the budget.</summary>
    private static TrainingRows Streamed(RowReader reader, long budget, double fraction, long seed, SkippedRows skipped) => fraction == 0
        ? new TrainingRows(new StreamedRows(reader, budget / 2, null, skipped), null)
        : new TrainingRows(
            new StreamedRows(reader, budget / 2, row => !IsHeldOut(row, fraction, seed), skipped),
            new StreamedRows(reader, budget / 2, row => IsHeldOut(row, fraction, seed), skipped));

    private static string NoUsableRows(SkippedRows skipped) => skipped switch
    {
        { Count: > 0, Features: 0, Labels: 0 } =>
            $"No valid training instances found: all {skipped.Weights} instances have a weight that is not above 0 and finite.",
        { Count: > 0, Features: 0, Weights: 0 } => $"No valid training instances found: all {skipped.Labels} instances have a missing label.",
        _ => "No valid training instances found, all instances have missing features.", // ML.NET's words.
    };

    /// <summary>Draws by a row's number, so that every pass draws alike (the finaliser of MurmurHash3).</summary>
    private static bool IsHeldOut(long row, double fraction, long seed)
    {
        ulong hash = (ulong)row + ((ulong)seed * 0x9E3779B97F4A7C15);
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return ((hash ^ (hash >> 33)) >> 11) * (1.0 / (1UL << 53)) < fraction;
    }
}
