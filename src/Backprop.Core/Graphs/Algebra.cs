namespace Backprop.Graphs;

/// <summary>Writes variables as algebra.</summary>
internal sealed class Algebra
{
    private const int MaxDepth = 24;

    private int _termsLeft = 400; // An expression repeats what a graph shares, so its length must have an end.

    public static string Write(Variable v) => new Algebra().Write(v, MaxDepth);

    private string Write(Variable v, int depth)
    {
        if (v.Operation is not { } operation)
            return v.Name;
        return depth == 0 || _termsLeft-- <= 0 ? v.Name : operation.Format(Operand, v.Inputs.Count);

        string Operand(int input, int precedence)
        {
            string text = Write(v.Inputs[input], depth - 1);
            return text != v.Inputs[input].Name && v.Inputs[input].Operation!.Precedence < precedence ? $"({text})" : text;
        }
    }
}
