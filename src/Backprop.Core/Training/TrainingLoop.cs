using System.Diagnostics;
using System.Globalization;
using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Optimizers;

namespace Backprop.Training;

/// <summary>Training of any graph: epoch after epoch, until one of the options says stop.</summary>
public static class TrainingLoop
{
    /// <summary>Trains by minibatches.</summary>
    /// <param name="cost">The scalar to make small; its gradient is taken for every parameter it depends on.</param>
    /// <param name="data">Where minibatches come from, with 1 row or more.</param>
    /// <param name="parameters">All parameters of the graph, flat; changed in place when an epoch ends, or when
    /// something ends it in the middle.</param>
    /// <param name="optimizer">What turns gradients into steps.</param>
    /// <param name="options">Epochs, batch size and so on.</param>
    /// <param name="random">The source of the shuffles.</param>
    /// <param name="validation">
    /// Rows that are not trained on; null for none. With them, the parameters are in the end those of the best epoch.
    /// </param>
    /// <returns>What happened.</returns>
    /// <exception cref="ArgumentException">There is no row, cost is no scalar, or early stopping has nothing to go by.</exception>
    /// <exception cref="InvalidDataException">The checkpoint file is damaged, or of another training.</exception>
    /// <exception cref="IOException">The checkpoint file cannot be written, or its folder does not exist.</exception>
    /// <exception cref="TrainingDivergedException">The weights, or what validation shows, are not finite any more.</exception>
    public static TrainingHistory Run(
        Variable cost, IBlockSource data, float[] parameters, Optimizer<float> optimizer, TrainingOptions options, RandomSource random,
        IValidation? validation = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(random);
        Check(cost, data, parameters, options);
        using var runner = new MiniBatchRunner(cost, data, parameters, optimizer, options, random);
        return Run(runner, data.Count, parameters, options, validation, Identity(cost, data, options)).History;
    }

    /// <summary>Trains by L-BFGS on all rows at a time: for small data, and a cost that is the same each time.</summary>
    /// <param name="cost">The scalar to make small; a mean over the rows, and terms of the parameters alone.</param>
    /// <param name="data">Where rows come from, with 1 or more.</param>
    /// <param name="parameters">All parameters of the graph, flat; changed in place when an epoch, which is one iteration, ends.</param>
    /// <param name="optimizer">What chooses directions and steps.</param>
    /// <param name="options">Epochs and so on; learning-rate schedule, shuffling and clipping do not apply.</param>
    /// <param name="validation">
    /// Rows that are not trained on; null for none. With them, the parameters are in the end those of the best epoch.
    /// </param>
    /// <returns>What happened.</returns>
    /// <exception cref="ArgumentException">There is no row, cost is no scalar, or early stopping has nothing to go by.</exception>
    /// <exception cref="InvalidDataException">The checkpoint file is damaged, or of another training.</exception>
    /// <exception cref="IOException">The checkpoint file cannot be written, or its folder does not exist.</exception>
    /// <exception cref="TrainingDivergedException">The cost is not finite.</exception>
    public static TrainingHistory Run(
        Variable cost, IBlockSource data, float[] parameters, Lbfgs<float> optimizer, TrainingOptions options, IValidation? validation = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        Check(cost, data, parameters, options);
        using var runner = new FullBatchRunner(cost, data, parameters, optimizer, options);
        return Run(runner, data.Count, parameters, options, validation, Identity(cost, data, options)).History;
    }

    /// <summary>Trains.</summary>
    /// <param name="runner">Trains an epoch.</param>
    /// <param name="rows">The training rows.</param>
    /// <param name="parameters">All parameters.</param>
    /// <param name="options">Epochs and so on.</param>
    /// <param name="validation">Rows that are not trained on; null for none.</param>
    /// <param name="identity">What training it is, for its checkpoint.</param>
    /// <param name="isTrained">Whether the parameters are those of a model, which may turn out to be the best.</param>
    /// <param name="keepsState">Whether the runner's state that belongs to the parameters is asked for.</param>
    internal static (TrainingHistory History, byte[]? State) Run(
        IEpochRunner runner, long rows, float[] parameters, TrainingOptions options, IValidation? validation, string identity,
        bool isTrained = false, bool keepsState = false)
    {
        if (options.EarlyStopping && validation is null)
        {
            throw new ArgumentException(
                "EarlyStopping is asked for without validation rows to go by: give some, or set Tolerance instead, for the training loss.",
                nameof(options));
        }

        Checkpoint state = Checkpoint.LoadOrCreate(options.CheckpointPath, identity, parameters, runner);
        List<EpochRecord> epochs = state.Epochs;
        var monitor = new TrainingMonitor(options, runner, rows, epochs.Count);
        if (isTrained && validation is not null && epochs.Count == 0)
        {
            state.StartingValidation = validation.Evaluate(parameters, monitor.StopsValidation);
            if (state.StartingValidation is not null)
                state.TakeBest(keepsState);
        }

        monitor.Validated(state.LastValidation);
        List<double> losses = [.. epochs.Select(LossThatCounts)];
        StopReason? reason = Reason();
        while (reason is null)
        {
            long start = Stopwatch.GetTimestamp();
            monitor.EpochStarts(epochs.Count + 1);
            EpochResult result = runner.Run(losses, monitor);
            double rowsPerSecond = monitor.RowsPerSecond;
            bool isFinite = (double.IsFinite(result.Loss) || result.IsStopped) && Array.TrueForAll(parameters, float.IsFinite);
            if (result.IsStopped && (isFinite || state.Best is not null))
            {
                reason = StopReason.Cancelled;
                break; // In the middle of an epoch, which nobody could go on from: the checkpoint stays that of one's end.
            }

            ValidationResult? shown = isFinite ? validation?.Evaluate(parameters, monitor.StopsValidation) : null;
            if (isFinite && validation is not null && shown is null)
            {
                reason = StopReason.Cancelled;
                break;
            }

            epochs.Add(new EpochRecord(epochs.Count + 1, result.Loss, Stopwatch.GetElapsedTime(start).TotalSeconds, rowsPerSecond)
            {
                LearningRate = runner.LearningRate,
                GradientNorm = runner.GradientNorm,
                ValidationLoss = shown?.Loss,
                ValidationMetric = shown?.Metric,
            });
            if (!isFinite)
                throw Diverged(epochs, runner.Remedy);
            if (shown is { } results && !Stopping.IsFinite(results, options.Criterion))
                throw CannotChoose(epochs);
            losses.Add(LossThatCounts(epochs[^1]));
            if (validation is not null && BestEpoch() == epochs.Count)
                state.TakeBest(keepsState);
            state.IsConverged = result.IsConverged;
            reason = Reason();
            if (reason is not null || epochs.Count % options.CheckpointInterval == 0)
                state.Save();

            monitor.EpochEnded(epochs[^1]);
            if (reason is null && monitor.ShallStop)
            {
                reason = StopReason.Cancelled;
                state.Save();
            }
        }

        byte[]? kept = keepsState ? state.RunnerStateOfBest() : null;
        state.Best?.CopyTo(parameters, 0);
        return (new TrainingHistory(epochs, reason.Value) { BestEpoch = BestEpoch(), StartingValidation = state.StartingValidation }, kept);

        StopReason? Reason() => state.IsConverged ? StopReason.Converged : Stopping.Reason(epochs, state.StartingValidation, options);

        int BestEpoch() => Stopping.BestEpoch(epochs, state.StartingValidation, options.Criterion);
    }

    /// <summary>The plan of a step: the terms of the cost that depend on the data, and the gradient of all of it for every parameter.</summary>
    internal static Plan<float> PlanStep(Variable cost, int batchSize, bool rowSparse = false)
    {
        HashSet<Variable> needed = [.. Ancestors.Of([cost])];
        Variable[] learned = [.. cost.Graph.Variables.Where(v => v.Kind == VariableKind.Parameter && needed.Contains(v))];
        IReadOnlyList<Variable> gradients = Backpropagation.Gradients(cost, learned);
        Dictionary<Variable, Variable> gradientOf = learned.Zip(gradients).ToDictionary(pair => pair.First, pair => pair.Second);
        IReadOnlyList<Variable> outputs = CostTerms.Of(cost).OfData;
        return rowSparse
            ? Plan<float>.WithRowSparseGradients(outputs, batchSize, gradientOf)
            : new Plan<float>(outputs, batchSize, gradientOf);
    }

    private static double LossThatCounts(EpochRecord epoch) => epoch.ValidationLoss ?? epoch.Loss;

    private static string Identity(Variable cost, IBlockSource data, TrainingOptions options) =>
        string.Create(CultureInfo.InvariantCulture, $"{cost}\n{data.Count} rows\n{Checkpoint.Describe(options)}");

    private static void Check(Variable cost, IBlockSource data, float[] parameters, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(cost);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        if (data.Count < 1)
            throw new ArgumentException("There is no row to train on.", nameof(data));
    }

    private static TrainingDivergedException Diverged(List<EpochRecord> epochs, string remedy)
    {
        string what = double.IsFinite(epochs[^1].Loss) ? "weights are" : "loss is";
        return new TrainingDivergedException(
            $"Training diverged in epoch {epochs.Count}: the {what} not finite any more. {remedy}",
            new TrainingHistory(epochs, StopReason.Diverged));
    }

    private static TrainingDivergedException CannotChoose(List<EpochRecord> epochs) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"In epoch {epochs.Count} the validation rows have a loss of {epochs[^1].ValidationLoss} and a metric of " +
            $"{epochs[^1].ValidationMetric}, so no epoch can be chosen by them. Look for values in them that are far from those of the " +
            $"training rows."),
        new TrainingHistory(epochs, StopReason.Diverged));
}
