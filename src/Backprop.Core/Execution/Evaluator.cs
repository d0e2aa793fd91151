using System.Numerics;
using Backprop.Graphs;
using Backprop.Kernels;

namespace Backprop.Execution;

/// <summary>
/// Numbers in, numbers out, for a graph that is looked at rather than trained: each call plans, feeds, runs and reads.
/// </summary>
public static class Evaluator
{
    /// <summary>Forward propagation (Goodfellow, Bengio and Courville, algorithm 6.1).</summary>
    /// <param name="outputs">The variables to evaluate.</param>
    /// <param name="values">The values of the inputs and parameters that they need, in row-major order.</param>
    /// <param name="rows">The size of the free axis.</param>
    /// <returns>The values of each output, in row-major order.</returns>
    /// <exception cref="ArgumentException">A value is missing, or has not as many elements as its variable.</exception>
    public static T[][] Evaluate<T>(IReadOnlyCollection<Variable> outputs, IReadOnlyDictionary<Variable, T[]> values, int rows = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(values);
        var plan = new Plan<T>(outputs, Math.Max(rows, 1));
        using Workspace<T> workspace = plan.CreateWorkspace();
        var parameters = new T[plan.Graph.ParameterCount];
        foreach (Variable leaf in plan.Leaves)
        {
            if (!values.TryGetValue(leaf, out T[]? value))
                throw new ArgumentException($"There is no value for {leaf.Label}.", nameof(values));
            if (value.Length != leaf.Shape.Count(rows))
            {
                throw new ArgumentException(
                    $"{leaf.Label} has {leaf.Shape.Count(rows)} elements with {rows} rows; it is given {value.Length}.", nameof(values));
            }

            if (leaf.IsSparse)
                FeedRows(workspace.SparseInput(leaf), value);
            else
                value.CopyTo(leaf.Segment is { } segment ? segment.Of(parameters.AsSpan()) : workspace.Input(leaf, rows));
        }

        workspace.Run(parameters, [], rows);
        return [.. outputs.Select(v => workspace.Value(v).ToArray())];
    }

    /// <summary>The values of one variable.</summary>
    /// <inheritdoc cref="Evaluate{T}(IReadOnlyCollection{Variable}, IReadOnlyDictionary{Variable, T[]}, int)"/>
    /// <param name="output">The variable to evaluate.</param>
    /// <param name="values">The values of the inputs and parameters that it needs, in row-major order.</param>
    /// <param name="rows">The size of the free axis.</param>
    public static T[] Evaluate<T>(Variable output, IReadOnlyDictionary<Variable, T[]> values, int rows = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => Evaluate([output], values, rows)[0];

    /// <summary>
    /// Symbol-to-number differentiation: a graph and numbers in, the numbers of the gradient out. The variables that
    /// back-propagation adds stay in the graph.
    /// </summary>
    /// <param name="z">The scalar to differentiate.</param>
    /// <param name="targets">The variables to differentiate it by.</param>
    /// <param name="values">The values of the inputs and parameters that z needs, in row-major order.</param>
    /// <param name="rows">The size of the free axis.</param>
    /// <returns>The gradient by each target, in row-major order.</returns>
    /// <exception cref="ArgumentException">
    /// z is not a scalar or does not depend on a target; a value is missing, or has not as many elements as its variable.
    /// </exception>
    public static T[][] Gradients<T>(
        Variable z, IReadOnlyList<Variable> targets, IReadOnlyDictionary<Variable, T[]> values, int rows = 1)
        where T : unmanaged, IFloatingPointIeee754<T> => Evaluate(Backpropagation.Gradients(z, targets), values, rows);

    private static void FeedRows<T>(SparseMatrix<T> matrix, ReadOnlySpan<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (; !values.IsEmpty; values = values[matrix.Columns..])
            matrix.AddRow(values[..matrix.Columns]);
    }
}
