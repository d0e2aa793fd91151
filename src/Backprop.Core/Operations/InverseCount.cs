using Backprop.Graphs;

namespace Backprop.Operations;

/// <summary>
/// 1 over the number of elements of a shape, with the rows that a run binds: what makes a sum a mean, and its adjoint the
/// right one for 5 rows on a plan that holds 32.
/// </summary>
/// <param name="Of">The shape whose elements are counted.</param>
public sealed record InverseCount(Shape Of) : Operation
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        RequireInputs(inputs, 0);
        return Shape.Scalar;
    }

    /// <inheritdoc/>
    public override int Precedence => 1;

    /// <inheritdoc/>
    public override string Format(Func<int, int, string> operand, int count) => $"1 / count({Of})";

    /// <inheritdoc/>
    public override void Forward<T>(in Operands<T> x) => x.Output[0] = T.One / T.CreateChecked(Of.Count(x.Rows));

    /// <inheritdoc/>
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => null;
}
