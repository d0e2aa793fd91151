using Backprop.Graphs;
using Backprop.Operations;

namespace Backprop.Tests.Graphs;

[TestClass]
public class DrawingTests
{
    private readonly Graph _graph = new();
    private readonly Variable _x, _w, _b, _h;

    public DrawingTests()
    {
        _x = _graph.Input("x", new Shape(Shape.Free, 3));
        _w = _graph.Parameter("W", new Shape(3, 2));
        _b = _graph.Parameter("b", new Shape(2));
        _h = Op.Relu(Op.MatMul(_x, _w) + _b);
    }

    [TestMethod]
    public void A_variable_reads_like_its_algebra()
    {
        Variable y = _graph.Input("y", Shape.Scalar), z = _graph.Input("z", Shape.Scalar);
        Assert.AreEqual("relu(x W + b)", _h.ToString());
        Assert.AreEqual("x", _x.ToString());
        Assert.AreEqual("(y + z) * y - z", (((y + z) * y) - z).ToString());
        Assert.AreEqual("y - (z - y)", (y - (z - y)).ToString());
        Assert.AreEqual("y - (-1) * z", (y - (-z)).ToString());
        Variable a = _graph.Input("A", new Shape(2, 2)), b = _graph.Input("B", new Shape(2, 2)), c = _graph.Input("C", new Shape(2, 2));
        Assert.AreEqual("A * B C", (a * Op.MatMul(b, c)).ToString());
        Assert.AreEqual("(A * B) C", Op.MatMul(a * b, c).ToString());
        Assert.AreEqual("A B C", Op.MatMul(Op.MatMul(a, b), c).ToString());
        Assert.AreEqual("A (B C)", Op.MatMul(a, Op.MatMul(b, c)).ToString());
        Assert.AreNotEqual(Op.Sum(a, [0]).ToString(), Op.Sum(a, [1]).ToString());
        Assert.AreEqual("2 * y", (2 * y).ToString());
        Assert.AreEqual("sum(x) * (1 / count([rows, 3]))", Op.Mean(_x).ToString());
        Assert.AreEqual("sigmoid(x W) W'", Op.MatMul(Op.Sigmoid(Op.MatMul(_x, _w)), _w, transposeB: true).ToString());
    }

    [TestMethod]
    public void A_deep_or_widely_shared_expression_is_cut_short_by_names()
    {
        Variable v = _graph.Input("v", Shape.Scalar);
        Variable start = v;
        for (int i = 0; i < 100_000; i++)
            v = v + v;
        Assert.IsLessThan(20_000, v.ToString().Length);
        Variable wide = _graph.Apply(new Accumulate(), [.. Enumerable.Repeat(start, 1000)]);
        Assert.IsLessThan(100, wide.ToString().Length);
    }

    [TestMethod]
    public void Mermaid_has_every_variable_and_edge_once_with_shapes_and_gradients_told_apart()
    {
        Variable g = Backpropagation.Gradients(Op.Sum(_h), _w)[0];
        string text = Drawing.ToMermaid(g, _h);
        StringAssert.StartsWith(text, "flowchart LR\n");
        StringAssert.Contains(text, "v0([\"x\"])\n");
        StringAssert.Contains(text, "v1[[\"W\"]]\n");
        StringAssert.Contains(text, $"v{_h.Id}[\"Relu\"]\n");
        StringAssert.Contains(text, $"v{g.Id}[\"MatMul\"]:::gradient\n");
        StringAssert.Contains(text, "v0 -->|\"[rows, 3]\"| v3\n");
        CheckOnce(text, g, _h, v => $"| v{v.Id}\n", v => $"    v{v.Id}");
    }

    [TestMethod]
    public void Dot_has_every_variable_and_edge_once_with_shapes_and_gradients_told_apart()
    {
        Variable g = Backpropagation.Gradients(Op.Sum(_h), _w)[0];
        string text = Drawing.ToDot(g, _h);
        StringAssert.StartsWith(text, "digraph {\n");
        StringAssert.EndsWith(text, "}\n");
        StringAssert.Contains(text, "v0 [label=\"x\", shape=ellipse]\n");
        StringAssert.Contains(text, "v0 -> v3 [label=\"[rows, 3]\"]\n");
        StringAssert.Contains(text, $"v{g.Id} [label=\"MatMul\", shape=box, style=dashed, color=\"#c03090\"]\n");
        CheckOnce(text, g, _h, v => $" -> v{v.Id} [", v => $"    v{v.Id} [");
    }

    [TestMethod]
    public void Quotes_in_names_do_not_break_the_drawing()
    {
        Variable odd = new Graph().Input("a \"b\"", Shape.Scalar);
        StringAssert.Contains(Drawing.ToDot(odd), "label=\"a \\\"b\\\"\"");
        StringAssert.Contains(Drawing.ToMermaid(odd), "a #quot;b#quot;");
        Variable odder = odd.Graph.Input("#<b>\n\\", Shape.Scalar);
        StringAssert.Contains(Drawing.ToDot(odder), "label=\"#<b> \\\\\", shape");
        StringAssert.Contains(Drawing.ToMermaid(odder), "[\"#35;#lt;b#gt; \\\"]");
    }

    private static void CheckOnce(string text, Variable one, Variable two, Func<Variable, string> edgeEnd, Func<Variable, string> start)
    {
        List<Variable> drawn = Ancestors.Of([one, two]);
        foreach (Variable v in drawn)
        {
            Assert.AreEqual(v.Inputs.Count, text.Split(edgeEnd(v)).Length - 1, $"edges into {v.Name}");
            Assert.IsTrue(text.Contains(start(v), StringComparison.Ordinal), v.Name);
        }
    }
}
