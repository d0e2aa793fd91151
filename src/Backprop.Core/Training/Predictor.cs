using Backprop.Execution;
using Backprop.Networks;

namespace Backprop.Training;

/// <summary>A network's forward pass, for any number of threads: each takes a workspace and gives it back.</summary>
/// <param name="network">The network.</param>
/// <param name="parameters">Its parameters, flat.</param>
internal sealed class Predictor(Mlp network, ArraySegment<float> parameters)
{
    private const int MostInputValues = 1 << 22; // Of all rows of a run, so that a buffer of theirs stays small.

    private readonly Pool<Workspace<float>> _workspaces = PoolOf(network);

    /// <summary>The most rows of a run.</summary>
    public int MostRows { get; } = MostRowsOf(network);

    /// <summary>How many rows of so many features are worth a run.</summary>
    public static int MostRowsOf(int inputs) => Math.Clamp(MostInputValues / inputs, 1, 64);

    /// <summary>Predicts rows, given all their features.</summary>
    public void Run(ReadOnlySpan<float> features, int rows, Span<float> outputs)
    {
        Workspace<float> workspace = _workspaces.Take();
        features.CopyTo(workspace.Input(network.Features, rows));
        Finish(workspace, rows, outputs);
    }

    /// <summary>Predicts a row, given the features that are present; the network's are sparse.</summary>
    public void Run(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, Span<float> outputs)
    {
        Workspace<float> workspace = _workspaces.Take();
        try
        {
            workspace.SparseInput(network.Features).AddRow(indices, values);
        }
        catch (ArgumentException)
        {
            _workspaces.Give(workspace);
            throw;
        }

        Finish(workspace, 1, outputs);
    }

    private static int MostRowsOf(Mlp network) => network.Features.IsSparse ? 1 : MostRowsOf(network.Architecture.Inputs);

    private static Pool<Workspace<float>> PoolOf(Mlp network)
    {
        var plan = new Plan<float>([network.Prediction], MostRowsOf(network));
        return new Pool<Workspace<float>>(() => plan.CreateWorkspace());
    }

    private void Finish(Workspace<float> workspace, int rows, Span<float> outputs)
    {
        workspace.Run(parameters, default, rows);
        workspace.Value(network.Prediction).CopyTo(outputs);
        _workspaces.Give(workspace);
    }
}
