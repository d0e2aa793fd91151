using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Training;

/// <summary>
/// The terms of a cost that is a sum: those that the data have a part in, and those of the parameters alone, penalties, which would
/// be looked at whole in every step only to be reported.
/// </summary>
internal sealed class CostTerms
{
    private CostTerms(List<Variable> ofData, List<Variable> ofParameters) => (OfData, OfParameters) = (ofData, ofParameters);

    /// <summary>The terms that depend on an input; the whole cost where none does.</summary>
    public IReadOnlyList<Variable> OfData { get; }

    /// <summary>The terms that depend on no input.</summary>
    public IReadOnlyList<Variable> OfParameters { get; }

    /// <summary>Takes a cost apart.</summary>
    /// <param name="cost">A scalar.</param>
    public static CostTerms Of(Variable cost)
    {
        var terms = new List<Variable>();
        var sums = new HashSet<Variable>();
        var open = new Stack<Variable>([cost]);
        while (open.TryPop(out Variable? term))
        {
            // A sum that is reached again stays one term: taking sums of sums apart anew each time would never end.
            if (term is { Operation: Add, Shape.Rank: 0 } && term.Inputs.All(input => input.Shape.Rank == 0) && sums.Add(term))
            {
                foreach (Variable part in term.Inputs)
                    open.Push(part);
            }
            else
                terms.Add(term);
        }

        ILookup<bool, Variable> bySort = terms.ToLookup(term => Ancestors.Of([term]).Any(v => v.Kind == VariableKind.Input));
        return bySort.Contains(true) ? new CostTerms([.. bySort[true]], [.. bySort[false]]) : new CostTerms([cost], []);
    }
}
