using Backprop.Execution;
using Backprop.Networks;

namespace Backprop.Training;

/// <summary>
/// Predicts many rows at a time, several times as fast as one after the other: what is read of the weights serves all of
/// them. The probabilities have the same bits. For one thread to use; it lets others help. Allocates nothing after it is made.
/// </summary>
public sealed class BatchScorer : IDisposable
{
    private readonly Mlp _network;
    private readonly float[] _parameters;
    private readonly Workspace<float> _workspace;

    internal BatchScorer(Mlp network, float[] parameters, int rows, int threads)
    {
        _network = network;
        _parameters = parameters;
        _workspace = new Plan<float>([network.Probabilities], rows).CreateWorkspace(threads);
        Rows = rows;
    }

    /// <summary>The most rows at a time.</summary>
    public int Rows { get; }

    /// <summary>Takes the features of the rows to be scored next, from the first on, in row-major order; [<see cref="Rows"/>, inputs].</summary>
    public Span<float> Features => _workspace.Input(_network.Features, Rows);

    /// <summary>Scores the first rows of <see cref="Features"/>.</summary>
    /// <param name="rows">How many, 0 to <see cref="Rows"/>.</param>
    /// <returns>The probability of each class in row-major order, [rows, classes]; valid until rows are written again.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are more rows than <see cref="Rows"/>, or less than 0.</exception>
    public ReadOnlySpan<float> Score(int rows)
    {
        _workspace.Input(_network.Features, rows);
        _workspace.Run(_parameters, [], rows);
        return _workspace.Value(_network.Probabilities);
    }

    /// <summary>Ends the threads that help.</summary>
    public void Dispose() => _workspace.Dispose();
}
