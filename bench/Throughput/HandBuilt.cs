using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Networks;
using Backprop.Operations;
using Backprop.Training;

namespace Throughput;

/// <summary>Classifiers that are built from public operations, as a user would build them.</summary>
internal sealed class HandBuilt
{
    private readonly List<Variable> _weights = [];

    private HandBuilt(int inputs, int branches)
    {
        Features = [.. Enumerable.Range(0, branches).Select(i => Graph.Input($"features{i}", new Shape(Shape.Free, inputs / branches)))];
        Labels = Graph.Input("labels", new Shape(Shape.Free, 1));
    }

    public Graph Graph { get; } = new();

    /// <summary>The features, cut into as many parts as the network has branches.</summary>
    public IReadOnlyList<Variable> Features { get; }

    public Variable Labels { get; }

    public Variable Cost { get; private set; } = null!;

    /// <summary>A stack of layers: the trainer's own network.</summary>
    public static HandBuilt Layers(NetworkShape shape, double l2)
    {
        var network = new HandBuilt(shape.Inputs, branches: 1);
        Variable h = network.Features[0];
        foreach (int units in shape.Hidden)
            h = Op.Relu(network.Layer(units, h)[0]);
        network.SetCost(network.Layer(shape.Classes, h)[0], l2);
        return network;
    }

    /// <summary>Each half of the features goes through the same hidden layers; their results are joined.</summary>
    public static HandBuilt Branches(NetworkShape shape, double l2)
    {
        var network = new HandBuilt(shape.Inputs, branches: 2);
        Variable[] h = [.. network.Features];
        foreach (int units in shape.Hidden)
            h = [.. network.Layer(units, h).Select(Op.Relu)];
        network.SetCost(network.Layer(shape.Classes, Op.Concatenate(1, h))[0], l2);
        return network;
    }

    /// <summary>Draws starting values as the trainer does.</summary>
    public float[] Initialize(RandomSource random)
    {
        var parameters = new float[Graph.ParameterCount];
        foreach (Variable weights in _weights)
            Initializer.Draw(weights.Segment!.Of(parameters.AsSpan()), InitializerKind.HeUniform, weights.Shape[0], weights.Shape[1], random);
        return parameters;
    }

    /// <summary>x W + b of each x, with the same weights and bias.</summary>
    private Variable[] Layer(int units, params ReadOnlySpan<Variable> inputs)
    {
        int number = _weights.Count + 1;
        Variable weights = Graph.Parameter($"W{number}", new Shape(inputs[0].Shape[1], units));
        Variable bias = Graph.Parameter($"b{number}", new Shape(units));
        _weights.Add(weights);
        var outputs = new Variable[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
            outputs[i] = Op.Add(Op.MatMul(inputs[i], weights), bias);
        return outputs;
    }

    private void SetCost(Variable logits, double l2)
    {
        Cost = Op.Mean(Op.SoftmaxCrossEntropy(logits, Labels));
        foreach (Variable weights in _weights)
            Cost = Op.Add(Cost, Op.Scale(Op.SumOfSquares(weights), l2));
    }
}

/// <summary>Feeds a graph built by hand from a data set.</summary>
internal sealed class HandBuiltSource(DataSet data, HandBuilt graph) : IMiniBatchSource
{
    private readonly float[] _row = new float[data.Columns];

    /// <inheritdoc/>
    public int Count => data.Count;

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<int> rows, Workspace<float> workspace)
    {
        data.CopyTargets(rows, workspace.Input(graph.Labels, rows.Length));
        if (graph.Features.Count == 1)
            data.CopyRows(rows, workspace, graph.Features[0]);
        else
            CopyHalves(rows, workspace.Input(graph.Features[0], rows.Length), workspace.Input(graph.Features[1], rows.Length));
    }

    private void CopyHalves(ReadOnlySpan<int> rows, Span<float> left, Span<float> right)
    {
        int half = data.Columns / 2;
        for (int i = 0; i < rows.Length; i++)
        {
            data.CopyRow(rows[i], _row);
            _row.AsSpan(0, half).CopyTo(left[(i * half)..]);
            _row.AsSpan(half).CopyTo(right[(i * half)..]);
        }
    }
}
