using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Operations;

[TestClass]
public class NoRowsTests
{
    [TestMethod]
    public void Every_function_takes_no_rows_forward_and_backward()
    {
        Func<Variable, Variable>[] functions =
        [
            Op.Abs, Op.Exp, Op.Log, Op.Sqrt, Op.Sigmoid, Op.Tanh, Op.Relu, x => Op.LeakyRelu(x), x => Op.Elu(x), Op.Selu, Op.Gelu, Op.Silu,
            Op.Mish, Op.Softplus, Op.Softmax, Op.LogSoftmax, x => Op.LogSumExp(x), x => Op.Power(x, 2), x => Op.Power(x, 0.5), x => Op.Power(x, x),
            x => Op.Clamp(x, -1, 1), x => x + x, x => x - x, x => x * x, x => x / x, x => Op.Maximum(x, x), x => Op.Sum(x, [0]), x => Op.Sum(x, [1]),
            x => Op.SquaredError(x, x), x => Op.AbsoluteError(x, x), x => Op.Huber(x, x), x => Op.SigmoidCrossEntropy(x, x),
            x => Op.SoftmaxCrossEntropyWithProbabilities(x, x), x => Op.MatMul(x, x, transposeA: true), x => Op.Transpose(x),
            x => Op.Concatenate(1, x, x), x => Op.Slice(x, 1, 1, 2), x => Op.SumOfSquares(x),
        ];
        foreach (Func<Variable, Variable> function in functions)
        {
            Variable x = new Graph().Input("x", new Shape(Shape.Free, 3));
            Variable z = Op.Sum(function(x));
            double[][] values = Evaluate([z, Backpropagation.Gradients(z, x)[0]], new() { [x] = [] }, rows: 0);
            Assert.AreEqual(0, values[0][0], $"{z}");
            Assert.IsEmpty(values[1], $"{z}");
        }
    }
}
