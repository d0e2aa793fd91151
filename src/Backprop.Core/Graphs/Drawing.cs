using System.Globalization;
using System.Text;

namespace Backprop.Graphs;

/// <summary>
/// Draws graphs as text for Mermaid and for Graphviz: inputs, parameters, constants, operations, and what back-propagation
/// added told apart, with the shape of what flows on each edge.
/// </summary>
public static class Drawing
{
    /// <summary>A Mermaid flowchart of what some variables are computed from.</summary>
    /// <param name="outputs">The variables; all of the graph that they need is drawn.</param>
    public static string ToMermaid(params IReadOnlyList<Variable> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        var text = new StringBuilder("flowchart LR\n");
        foreach (Variable v in Ancestors.Of(outputs))
        {
            (string open, string close) = v.Kind switch
            {
                VariableKind.Input => ("([", "])"),
                VariableKind.Parameter => ("[[", "]]"),
                VariableKind.Constant => ("((", "))"),
                _ => ("[", "]"),
            };
            string style = v.DerivativeOrder > 0 ? ":::gradient" : "";
            text.Append(CultureInfo.InvariantCulture, $"    v{v.Id}{open}\"{MermaidText(v)}\"{close}{style}\n");
            foreach (Variable input in v.Inputs)
                text.Append(CultureInfo.InvariantCulture, $"    v{input.Id} -->|\"{input.Shape}\"| v{v.Id}\n");
        }

        return text.Append("    classDef gradient fill:#fde,stroke:#c39,stroke-dasharray: 4\n").ToString();
    }

    /// <summary>A Graphviz digraph, in the DOT language, of what some variables are computed from.</summary>
    /// <param name="outputs">The variables; all of the graph that they need is drawn.</param>
    public static string ToDot(params IReadOnlyList<Variable> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        var text = new StringBuilder("digraph {\n    rankdir=LR\n");
        foreach (Variable v in Ancestors.Of(outputs))
        {
            string shape = v.Kind switch
            {
                VariableKind.Input => "ellipse",
                VariableKind.Parameter => "box3d",
                VariableKind.Constant => "circle",
                _ => "box",
            };
            string style = v.DerivativeOrder > 0 ? ", style=dashed, color=\"#c03090\"" : "";
            text.Append(CultureInfo.InvariantCulture, $"    v{v.Id} [label=\"{DotText(v)}\", shape={shape}{style}]\n");
            foreach (Variable input in v.Inputs)
                text.Append(CultureInfo.InvariantCulture, $"    v{input.Id} -> v{v.Id} [label=\"{input.Shape}\"]\n");
        }

        return text.Append("}\n").ToString();
    }

    private static string Text(Variable v) => (v.Operation?.Name ?? v.Name).ReplaceLineEndings(" ");

    private static string MermaidText(Variable v) => Text(v)
        .Replace("#", "#35;", StringComparison.Ordinal)
        .Replace("\"", "#quot;", StringComparison.Ordinal)
        .Replace("<", "#lt;", StringComparison.Ordinal)
        .Replace(">", "#gt;", StringComparison.Ordinal);

    private static string DotText(Variable v) =>
        Text(v).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
