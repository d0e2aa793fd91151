using Backprop.Execution;
using Backprop.Graphs;

namespace Backprop.Training;

/// <summary>
/// Computes a cost and its gradient for some rows at a time, in <see cref="Step"/>; the terms that depend on parameters alone, penalties,
/// apart.
/// </summary>
internal sealed class CostWorkspace : IDisposable
{
    private readonly CostTerms _terms;
    private readonly Workspace<float>? _penalties;

    /// <summary>Makes ready.</summary>
    /// <param name="cost">The cost, a scalar.</param>
    /// <param name="rows">The most rows at a time.</param>
    /// <param name="threads">How many threads work on them.</param>
    /// <param name="rowSparse">Whether gradients of few rows are kept as products.</param>
    public CostWorkspace(Variable cost, int rows, int threads, bool rowSparse = false)
    {
        _terms = CostTerms.Of(cost);
        Step = TrainingLoop.PlanStep(cost, rows, rowSparse).CreateWorkspace(threads);
        _penalties = _terms.OfParameters.Count > 0 ? new Plan<float>(_terms.OfParameters, 1).CreateWorkspace(threads) : null;
    }

    /// <summary>What is fed with rows and run.</summary>
    public Workspace<float> Step { get; }

    /// <summary>The terms of the cost that depend on the rows, after a run.</summary>
    public double OfData => Sum(Step, _terms.OfData);

    /// <summary>The terms that depend on parameters alone.</summary>
    public double OfParameters(ArraySegment<float> parameters)
    {
        if (_penalties is null)
            return 0;
        _penalties.Run(parameters, default, rows: 1);
        return Sum(_penalties, _terms.OfParameters);
    }

    public void Dispose()
    {
        _penalties?.Dispose();
        Step.Dispose();
    }

    private static double Sum(Workspace<float> workspace, IReadOnlyList<Variable> terms)
    {
        double sum = 0;
        for (int i = 0; i < terms.Count; i++)
            sum += workspace.Value(terms[i])[0];
        return sum;
    }
}
