using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Optimizers;

namespace Backprop.Training;

/// <summary>
/// Minibatch training of any graph (Goodfellow, Bengio and Courville, section 8.1.3): shuffle, and for each minibatch
/// compute the cost and its gradient and let the optimizer take a step.
/// </summary>
public static class TrainingLoop
{
    /// <summary>Trains.</summary>
    /// <param name="cost">The scalar to make small; its gradient is taken for every parameter it depends on.</param>
    /// <param name="data">Where minibatches come from, with 1 row or more.</param>
    /// <param name="parameters">All parameters of the graph, flat; changed in place when an epoch ends, and when
    /// something ends the training before.</param>
    /// <param name="optimizer">What turns gradients into steps.</param>
    /// <param name="options">Epochs, batch size and so on.</param>
    /// <param name="random">The source of the shuffles.</param>
    /// <returns>What happened.</returns>
    /// <exception cref="ArgumentException">There is no row, or cost is no scalar.</exception>
    /// <exception cref="InvalidOperationException">The weights are not finite any more.</exception>
    public static TrainingHistory Run(
        Variable cost, IMiniBatchSource data, float[] parameters, Optimizer<float> optimizer, TrainingOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(cost);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Check();
        if (data.Count < 1)
            throw new ArgumentException("There is no row to train on.", nameof(data));

        CostTerms terms = CostTerms.Of(cost);
        Plan<float> plan = PlanStep(cost, Math.Min(options.BatchSize, data.Count), optimizer.TakesRowSparseGradients);
        using Workspace<float> workspace = plan.CreateWorkspace(options.Threads);
        optimizer.UseRowSparse(workspace.RowSparseGradients);
        using Workspace<float>? penalties = terms.OfParameters.Count > 0
            ? new Plan<float>(terms.OfParameters, maxRows: 1).CreateWorkspace(options.Threads)
            : null;
        ArraySegment<float> weights = AlignedBuffer.Copy<float>(parameters), gradients = AlignedBuffer.Allocate<float>(parameters.Length);
        int[] order = [.. Enumerable.Range(0, data.Count)];
        var epochs = new List<EpochRecord>();
        TeamTrial? trial = workspace.Team is null ? null : new TeamTrial(workspace);

        bool isUnderWay = false;
        try
        {
            for (int epoch = 1; epoch <= options.Epochs; epoch++)
            {
                isUnderWay = true;
                long start = Stopwatch.GetTimestamp();
                random.Shuffle(order);
                penalties?.Run(weights, default, rows: 1);
                double penalty = penalties is null ? 0 : Sum(penalties, terms.OfParameters), total = 0;
                for (int first = 0; first < order.Length; first += plan.MaxRows)
                {
                    options.MiniBatchStarting?.Invoke();
                    ReadOnlySpan<int> rows = order.AsSpan(first, Math.Min(plan.MaxRows, order.Length - first));
                    trial?.StepStarts();
                    Step(rows, data, workspace, weights, gradients, optimizer);
                    trial?.StepEnds();
                    total += (Sum(workspace, terms.OfData) + penalty) * rows.Length;
                }

                GiveBack();
                CheckFinite(epoch, total, parameters, optimizer);
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                epochs.Add(new EpochRecord(epoch, total / order.Length, seconds, order.Length / seconds));
                options.EpochEnded?.Invoke(epochs[^1]);
                parameters.CopyTo(weights.AsSpan()); // Whoever was called may have changed them.
            }
        }
        finally
        {
            if (isUnderWay)
                GiveBack(); // What the steps before have learned is not lost.
            optimizer.UseRowSparse([]);
        }

        return new TrainingHistory(epochs, StopReason.EpochsCompleted);

        void GiveBack()
        {
            optimizer.CatchUpAll(weights, workspace.Team);
            weights.CopyTo(parameters);
            isUnderWay = false;
        }
    }

    private static void CheckFinite(int epoch, double total, float[] parameters, Optimizer<float> optimizer)
    {
        if (double.IsFinite(total) && Array.TrueForAll(parameters, float.IsFinite))
            return;
        throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"Training diverged in epoch {epoch}: the {(double.IsFinite(total) ? "weights are" : "loss is")} not finite any more. " +
            $"Try a smaller learning rate (it is {optimizer.LearningRate}), or bring the features to a similar, small range."));
    }

    /// <summary>Takes one step. A method of its own: the runtime compiles anew what is called often, not what runs long.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Step(
        ReadOnlySpan<int> rows, IMiniBatchSource data, Workspace<float> workspace, ArraySegment<float> weights, ArraySegment<float> gradients,
        Optimizer<float> optimizer)
    {
        data.Fill(rows, workspace);
        optimizer.CatchUp(weights, workspace.Team);
        workspace.Run(weights, gradients, rows.Length);
        optimizer.Step(weights, gradients, workspace.Team);
    }

    private static double Sum(Workspace<float> workspace, IReadOnlyList<Variable> terms)
    {
        double sum = 0;
        for (int i = 0; i < terms.Count; i++)
            sum += workspace.Value(terms[i])[0];
        return sum;
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
}
