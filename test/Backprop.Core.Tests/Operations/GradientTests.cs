using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Operations;

/// <summary>Every operation's bprop rule against central differences in double, first and second derivatives.</summary>
[TestClass]
public class GradientTests
{
    private const int Rows = 5;

    public static IEnumerable<object[]> Cases()
    {
        (string Name, Shape[] Shapes, Func<Variable[], Variable> Build)[] cases =
        [
            ("add, equal shapes", [new(3, 4), new(3, 4)], x => Op.Add(x[0], x[1])),
            ("add a row to a minibatch", [new(Shape.Free, 4), new(4)], x => Op.Add(x[0], x[1])),
            ("add a scalar", [new(2, 3), Shape.Scalar], x => Op.Add(x[0], x[1])),
            ("subtract a column from a minibatch", [new(Shape.Free, 3), new(Shape.Free, 1)], x => Op.Subtract(x[0], x[1])),
            ("subtract from a row", [new(3), new(2, 3)], x => Op.Subtract(x[0], x[1])),
            ("multiply, equal shapes", [new(3, 4), new(3, 4)], x => Op.Multiply(x[0], x[1])),
            ("multiply a column by a row", [new(3, 1), new(4)], x => Op.Multiply(x[0], x[1])),
            ("multiply the middle axis", [new(2, 3, 4), new(3, 1)], x => Op.Multiply(x[0], x[1])),
            ("multiply a variable by itself", [new(3)], x => Op.Multiply(x[0], x[0])),
            ("scale", [new(3, 2)], x => Op.Scale(x[0], -2.5)),
            ("matmul", [new(Shape.Free, 4), new(4, 3)], x => Op.MatMul(x[0], x[1])),
            ("matmul, first transposed", [new(4, 2), new(4, 3)], x => Op.MatMul(x[0], x[1], transposeA: true)),
            ("matmul, second transposed", [new(Shape.Free, 4), new(3, 4)], x => Op.MatMul(x[0], x[1], transposeB: true)),
            ("matmul, both transposed", [new(4, 2), new(3, 4)], x => Op.MatMul(x[0], x[1], true, true)),
            ("relu", [new(Shape.Free, 4)], x => Op.Relu(x[0])),
            ("gate", [new(3, 2), new(3, 2)], x => Op.Gate(x[0], x[1])),
            ("sum", [new(2, 3, 2)], x => Op.Sum(x[0])),
            ("sum to a row", [new(Shape.Free, 3)], x => Op.SumTo(x[0], new Shape(3))),
            ("sum to a column", [new(Shape.Free, 3)], x => Op.SumTo(x[0], new Shape(Shape.Free, 1))),
            ("broadcast", [new(3, 1)], x => Op.BroadcastTo(x[0], new Shape(2, 3, 4))),
            ("mean over a minibatch", [new(Shape.Free, 3)], x => Op.Mean(x[0])),
            ("sum of squares", [new(3, 3)], x => Op.SumOfSquares(x[0])),
            ("softmax", [new(Shape.Free, 4)], x => Op.Softmax(x[0])),
            ("softmax cross-entropy", [new(3, 4)], x => Op.SoftmaxCrossEntropy(x[0], Op.Scale(x[0].Graph.Constant(1, new Shape(3, 1)), 2))),
            ("accumulate", [new(2, 2), new(2, 2)], x => x[0].Graph.Apply(new Accumulate(), x[0], x[1], x[0])),
        ];
        return cases.Select(c => new object[] { c.Name, c.Shapes, c.Build });
    }

    public static string CaseName(System.Reflection.MethodInfo method, object[] data) => $"{method.Name}: {data[0]}";

    [TestMethod]
    [DynamicData(nameof(Cases), DynamicDataDisplayName = nameof(CaseName))]
    public void First_derivatives_equal_central_differences(string name, Shape[] shapes, Func<Variable[], Variable> build)
    {
        (Variable z, Variable[] x, Dictionary<Variable, double[]> values) = Setup(name, shapes, build);
        CheckGradient(z, values, Rows, x);
    }

    [TestMethod]
    [DynamicData(nameof(Cases), DynamicDataDisplayName = nameof(CaseName))]
    public void Second_and_mixed_derivatives_equal_differences_of_the_gradient(string name, Shape[] shapes, Func<Variable[], Variable> build)
    {
        (Variable z, Variable[] x, Dictionary<Variable, double[]> values) = Setup(name, shapes, build);
        IReadOnlyList<Variable> gradients = Backpropagation.Gradients(z, x);
        Variable slope = x[0].Graph.Constant(0);
        var random = new Random(7);
        foreach ((int i, Variable gradient) in gradients.Index())
        {
            Variable direction = x[0].Graph.Input($"direction{i}", gradient.Shape);
            values[direction] = RandomValues(random, gradient.Shape.Count(Rows));
            slope = Op.Add(slope, Op.Sum(Op.Multiply(gradient, direction)));
        }

        CheckGradient(slope, values, Rows, x);
    }

    // z is a weighted sum of the squares of the result, so that no derivative is the same everywhere.
    private static (Variable Z, Variable[] X, Dictionary<Variable, double[]> Values) Setup(
        string name, Shape[] shapes, Func<Variable[], Variable> build)
    {
        var random = new Random(name.Length);
        var graph = new Graph();
        var values = new Dictionary<Variable, double[]>();
        Variable[] x = [.. shapes.Select((shape, i) => shape.IsFree ? graph.Input($"x{i}", shape) : graph.Parameter($"x{i}", shape))];
        foreach (Variable v in x)
            values[v] = RandomValues(random, v.Shape.Count(Rows));
        Variable y = build(x);
        Variable weights = graph.Input("weights", y.Shape);
        values[weights] = RandomValues(random, y.Shape.Count(Rows));
        return (Op.Sum(Op.Multiply(weights, Op.Multiply(y, y))), x, values);
    }
}
