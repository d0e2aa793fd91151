namespace Backprop.Graphs;

/// <summary>Writes variables as algebra.</summary>
internal sealed class Algebra
{
    private const int MaxDepth = 24, MaxInputs = 16;

    private int _termsLeft = 400; // An expression repeats what a graph shares, so its length must have an end.

    public static string Write(Variable v) => new Algebra().Write(v, MaxDepth);

    private string Write(Variable v, int depth)
    {
        bool isCut = depth == 0 || _termsLeft-- <= 0 || v.Inputs.Count > MaxInputs;
        return isCut || v.Operation is not { } operation ? v.Name : operation.Format(Operand, v.Inputs.Count);

        string Operand(int input, int precedence)
        {
            Variable operand = v.Inputs[input];
            string text = Write(operand, depth - 1);
            int held = operand switch
            {
                { Kind: VariableKind.Constant, ConstantValue: < 0 } => 1,
                { Operation: { } inner } when text != operand.Name => inner.Precedence,
                _ => int.MaxValue,
            };
            return held < precedence ? $"({text})" : text;
        }
    }
}
