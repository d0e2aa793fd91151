using System.Globalization;
using System.Numerics.Tensors;
using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Kernels;
using Backprop.Networks;
using Backprop.Operations;
using Backprop.Optimizers;
using Backprop.Training;

static void Print(string name, params double[] values) =>
    Console.WriteLine($"{name} = {string.Join(", ", values.Select(v => v.ToString("F4", CultureInfo.InvariantCulture)))}");

var scalars = new Graph();
Variable x = scalars.Input("x", Shape.Scalar);
Variable y = Op.Multiply(x, x);
Variable z = Op.Exp(y);
var atHalf = new Dictionary<Variable, double[]> { [x] = [0.5] };
Print("z", Evaluator.Evaluate(z, atHalf));
Print("dz/dx", Evaluator.Gradients(z, [x], atHalf)[0]);

var vectors = new Graph();
Variable xs = vectors.Input("x", new Shape(1, 2));
Variable matrix = vectors.Input("W", new Shape(2, 3));
Variable ys = Op.MatMul(xs, matrix);
Variable sum = Op.SumOfSquares(ys);
var numbers = new Dictionary<Variable, double[]> { [xs] = [1, 2], [matrix] = [1, 0, 2, 3, 1, 0] };
Print("y", Evaluator.Evaluate(ys, numbers));
Print("gradient by y", Evaluator.Gradients(sum, [ys], numbers)[0]);
Print("Jacobian, 3 by 2", Evaluator.Evaluate(Derivatives.Jacobian(ys, xs), numbers));
Print("gradient by x", Evaluator.Gradients(sum, [xs], numbers)[0]);

var a = new Graph();
Variable product = a.Input("x", Shape.Scalar) * a.Input("y", Shape.Scalar);
Console.WriteLine($"(a) {product}");

var b = new Graph();
Variable weights = b.Parameter("w", new Shape(2, 1)), bias = b.Parameter("b", new Shape(1));
Variable row = b.Input("x", new Shape(Shape.Free, 2));
Variable prediction = Op.Sigmoid(Op.MatMul(row, weights) + bias);
Console.WriteLine($"(b) {prediction}");

var c = new Graph();
Variable hidden = Op.Relu(Op.MatMul(c.Input("X", new Shape(Shape.Free, 2)), c.Parameter("W", new Shape(2, 3))) + c.Parameter("b", new Shape(3)));
Console.WriteLine($"(c) {hidden}, of shape {hidden.Shape}");

var d = new Graph();
Variable shared = d.Parameter("w", new Shape(2, 1));
Variable linear = Op.MatMul(d.Input("x", new Shape(Shape.Free, 2)), shared);
Variable penalty = 0.1 * Op.Sum(shared * shared);
Console.WriteLine($"(d) {linear} and {penalty}");

Console.Write(Drawing.ToMermaid(prediction));

var logistic = new Dictionary<Variable, double[]> { [weights] = [0.4, -0.3], [bias] = [0.1], [row] = [1, 2, -1, 0.5] };
foreach (Variable u in b.Variables.Where(u => u.Kind == VariableKind.Computed))
    Print(u.ToString(), Evaluator.Evaluate(u, logistic, rows: 2));

var chain = new Graph();
Variable w = chain.Input("w", Shape.Scalar);
Variable fw = Op.Tanh(w), ffw = Op.Tanh(fw), fffw = Op.Tanh(ffw);
IReadOnlyDictionary<Variable, Variable> gradTable = Backpropagation.GradTable(fffw, w);
var atW = new Dictionary<Variable, double[]> { [w] = [0.5] };
foreach (Variable u in new[] { fffw, ffw, fw, w })
    Print($"value {Evaluator.Evaluate(u, atW)[0]:F4}, grad_table[{u}]", Evaluator.Evaluate(gradTable[u], atW));

var longChain = new Graph();
Variable start = longChain.Input("w", new Shape(1000)), end = start;
for (int i = 0; i < 100; i++)
    end = Op.Tanh(end);
Variable longGradient = Backpropagation.Gradients(Op.Sum(end), start)[0];
var kept = new Plan<double>([longGradient], maxRows: 1);
var recomputed = new Plan<double>([longGradient], maxRows: 1, recompute: true);
Console.WriteLine($"kept:       {kept.StepCount} steps, {kept.PeakBytes / 1000} kB");
Console.WriteLine($"recomputed: {recomputed.StepCount} steps, {recomputed.PeakBytes / 1000} kB");

var diamonds = new Graph();
Variable top = diamonds.Input("x", Shape.Scalar), node = top;
for (int i = 0; i < 50; i++)
    node = Op.Tanh(node) + Op.Sigmoid(node);
int forwardNodes = diamonds.Variables.Count;
Backpropagation.Gradients(node, top);
Console.WriteLine($"{forwardNodes} nodes forward, {diamonds.Variables.Count - forwardNodes} more for the gradient");

var mlp = new Graph();
Variable[] w12 = [mlp.Parameter("W1", new Shape(2, 3)), mlp.Parameter("W2", new Shape(3, 1))];
Variable[] b12 = [mlp.Parameter("b1", new Shape(3)), mlp.Parameter("b2", new Shape(1))];
List<Variable> h = [mlp.Input("X", new Shape(Shape.Free, 2))];
Variable targets = mlp.Input("y", new Shape(Shape.Free, 1));
for (int k = 0; k < 2; k++)
    h.Add(Op.Sigmoid(Op.MatMul(h[k], w12[k]) + b12[k]));
const double lambda = 0.01;
Variable cost = Op.SumOfSquares(h[2] - targets) + (lambda * (Op.SumOfSquares(w12[0]) + Op.SumOfSquares(w12[1])));
Console.WriteLine(h[2]);

var point = new Dictionary<Variable, double[]>
{
    [w12[0]] = [0.1, -0.2, 0.3, 0.4, 0.5, -0.6],
    [b12[0]] = [0.1, 0, -0.1],
    [w12[1]] = [0.7, -0.8, 0.9],
    [b12[1]] = [0.2],
    [h[0]] = [1, 2, 3, -1],
    [targets] = [1, 0],
};
Variable g = 2 * (h[2] - targets);                                 // gradient of L by the output
for (int k = 1; k >= 0; k--)
{
    g = g * h[k + 1] * (1 - h[k + 1]);                             // by a(k): g ⊙ f'(a), f' = h (1 - h)
    Variable byBias = Op.Sum(g, [0]);                              // by b(k): g, summed over the rows
    Variable byWeights = Op.MatMul(h[k], g, transposeA: true) + (2 * lambda * w12[k]); // by W(k)
    g = Op.MatMul(g, w12[k], transposeB: true);                    // by h(k-1)
    Print($"W{k + 1}, algorithm 6.4", Evaluator.Evaluate(byWeights, point, rows: 2));
    Print($"W{k + 1}, the library  ", Evaluator.Gradients(cost, [w12[k]], point, rows: 2)[0]);
    Print($"b{k + 1}, algorithm 6.4", Evaluator.Evaluate(byBias, point, rows: 2));
    Print($"b{k + 1}, the library  ", Evaluator.Gradients(cost, [b12[k]], point, rows: 2)[0]);
}

var figure = new Graph();
Variable v = figure.Input("w", Shape.Scalar);
Variable fv = Op.Exp(Op.Exp(v));
Variable derivative = Backpropagation.Gradients(fv, v)[0];
Console.WriteLine(derivative);
Print("for w = 0.2 its value", Evaluator.Evaluate(derivative, new Dictionary<Variable, double[]> { [v] = [0.2] }));
Console.Write(Drawing.ToMermaid(fv, derivative));

var general = new Graph();
Variable ma = general.Input("A", new Shape(2, 3)), mb = general.Input("B", new Shape(3, 4));
Variable mc = Op.MatMul(ma, mb), mg = general.Input("G", mc.Shape);
Console.WriteLine($"operation {mc.Operation!.Name}, inputs {string.Join(" and ", mc.Inputs)}, consumers of A: {string.Join(" and ", ma.Consumers)}");
Console.WriteLine($"by A: {mc.Operation.Bprop(mc.Inputs, 0, mg)}");
Console.WriteLine($"by B: {mc.Operation.Bprop(mc.Inputs, 1, mg)}");

Variable t = general.Input("t", Shape.Scalar);
Variable square = Op.Multiply(t, t);
Console.WriteLine(Backpropagation.Gradients(square, t)[0]);
Print("at 3", Evaluator.Gradients(square, [t], new Dictionary<Variable, double[]> { [t] = [3] })[0]);

var worked = new Graph();
Variable first = worked.Parameter("W1", new Shape(2, 2)), firstBias = worked.Parameter("b1", new Shape(2));
Variable second = worked.Parameter("W2", new Shape(2, 2)), secondBias = worked.Parameter("b2", new Shape(2));
Variable inputs = worked.Input("x", new Shape(1, 2)), wanted = worked.Input("y", new Shape(1, 2));
Variable nh = Op.MatMul(inputs, first) + firstBias, hs = Op.Sigmoid(nh);
Variable no = Op.MatMul(hs, second) + secondBias, os = Op.Sigmoid(no);
Variable error = Op.Mean(Op.SquaredError(os, wanted));
var given = new Dictionary<Variable, double[]>
{
    [first] = [0.15, 0.20, 0.25, 0.30],
    [firstBias] = [0.35, 0.35],
    [second] = [0.40, 0.45, 0.50, 0.55],
    [secondBias] = [0.60, 0.60],
    [inputs] = [0.05, 0.10],
    [wanted] = [0.01, 0.99],
};
Print("nh", Evaluator.Evaluate(nh, given));
Print("h ", Evaluator.Evaluate(hs, given));
Print("no", Evaluator.Evaluate(no, given));
Print("o ", Evaluator.Evaluate(os, given));
Print("J ", Evaluator.Evaluate(error, given));
double[][] byHand = Evaluator.Gradients(error, [first, firstBias, second, secondBias], given);
Print("by W1", byHand[0]);
Print("by b1", byHand[1]);
Print("by W2", byHand[2]);
Print("by b2", byHand[3]);

var training = new Graph();
Variable w1 = training.Parameter("W1", new Shape(2, 12)), w2 = training.Parameter("W2", new Shape(12, 2));
Variable design = training.Input("X", new Shape(Shape.Free, 2)), labels = training.Input("y", new Shape(Shape.Free, 1));
Variable u1 = Op.MatMul(design, w1), hiddenLayer = Op.Relu(u1), u2 = Op.MatMul(hiddenLayer, w2);
const double decay = 1e-4;
Variable j = Op.Mean(Op.SoftmaxCrossEntropy(u2, labels)) + (decay * (Op.SumOfSquares(w1) + Op.SumOfSquares(w2)));
Console.WriteLine($"J = {j}");

var random = new RandomSource(7);
double[] points = [.. Enumerable.Range(0, 400).Select(_ => (2 * random.NextDouble()) - 1)];
double[] classes = [.. points.Chunk(2).Select(p => p[0] * p[1] > 0 ? 1.0 : 0.0)];
double[] parameters = [.. Enumerable.Range(0, training.ParameterCount).Select(_ => (2 * random.NextDouble()) - 1)];

Variable bigG = Backpropagation.Gradients(j, u2)[0];
Variable gPrime = Op.Gate(Op.MatMul(bigG, w2, transposeB: true), u1);
Variable traced1 = Op.MatMul(design, gPrime, transposeA: true) + (2 * decay * w1);
Variable traced2 = Op.MatMul(hiddenLayer, bigG, transposeA: true) + (2 * decay * w2);
IReadOnlyList<Variable> derived = Backpropagation.Gradients(j, w1, w2);
var now = new Dictionary<Variable, double[]>
{
    [design] = points,
    [labels] = classes,
    [w1] = w1.Segment!.Of(parameters.AsSpan()).ToArray(),
    [w2] = w2.Segment!.Of(parameters.AsSpan()).ToArray(),
};
Print("largest difference W1", Evaluator.Evaluate(Op.Max(Op.Abs(traced1 - derived[0])), now, rows: 200));
Print("largest difference W2", Evaluator.Evaluate(Op.Max(Op.Abs(traced2 - derived[1])), now, rows: 200));

const int batch = 20;
var step = new Plan<double>([j], batch, new Dictionary<Variable, Variable> { [w1] = derived[0], [w2] = derived[1] });
using Workspace<double> workspace = step.CreateWorkspace();
var gradients = new double[parameters.Length];
var sgd = new Sgd<double>(training.Parameters, learningRate: 0.2);
int[] order = [.. Enumerable.Range(0, classes.Length)];
for (int epoch = 1; epoch <= 60; epoch++)
{
    random.Shuffle(order);
    double total = 0;
    foreach (int[] rows in order.Chunk(batch))
    {
        rows.SelectMany(r => points[(2 * r)..(2 * r + 2)]).ToArray().CopyTo(workspace.Input(design, batch));
        rows.Select(r => classes[r]).ToArray().CopyTo(workspace.Input(labels, batch));
        workspace.Run(parameters, gradients, batch);
        sgd.Step(parameters, gradients);
        total += workspace.Value(j)[0] * batch;
    }

    if (epoch % 20 == 0)
        Print($"epoch {epoch}, mean J", total / classes.Length);
}

var layers = new Graph();
Variable x0 = layers.Input("x0", new Shape(1, 2)), m1 = layers.Input("M1", new Shape(2, 2)), m2 = layers.Input("M2", new Shape(2, 2));
Variable x1 = Op.Tanh(Op.MatMul(x0, m1)), x2 = Op.Tanh(Op.MatMul(x1, m2)), direction = layers.Input("v", new Shape(1, 2));
var here = new Dictionary<Variable, double[]> { [x0] = [0.5, -0.2], [m1] = [1, 2, 0.5, 1], [m2] = [0.3, -0.4, 1, 0.7], [direction] = [1, -2] };
Variable whole = Derivatives.Jacobian(x2, x0), parts = Op.MatMul(Derivatives.Jacobian(x2, x1), Derivatives.Jacobian(x1, x0));
Print("Jacobian           ", Evaluator.Evaluate(whole, here));
Print("product of layers' ", Evaluator.Evaluate(parts, here));
Print("transpose times v  ", Evaluator.Evaluate(Op.MatMul(direction, whole), here));
Print("the same, one pass ", Evaluator.Evaluate(Derivatives.JacobianTransposeProduct(x2, x0, direction), here));

var powers = new Graph();
Variable p = powers.Input("x", Shape.Scalar);
Variable nth = Op.Power(p, 4);
for (int n = 1; n <= 3; n++)
{
    nth = Backpropagation.Gradients(nth, p)[0];
    Print($"derivative {n} of x^4 at 2", Evaluator.Evaluate(nth, new Dictionary<Variable, double[]> { [p] = [2] }));
}

var rosenbrock = new Graph();
Variable ra = rosenbrock.Input("a", Shape.Scalar), rb = rosenbrock.Input("b", Shape.Scalar);
Variable valley = Op.Power(1 - ra, 2) + (100 * Op.Power(rb - (ra * ra), 2));
IReadOnlyList<Variable> hv = Derivatives.HessianVectorProduct(valley, [ra, rb], [rosenbrock.Constant(1), rosenbrock.Constant(2)]);
double[][] products = Evaluator.Evaluate(hv, new Dictionary<Variable, double[]> { [ra] = [1], [rb] = [1] });
Print("Hv", products[0][0], products[1][0]);

static (Graph Graph, Variable[] W, Variable Loss) Dag(bool twice)
{
    var dag = new Graph();
    Variable input = dag.Input("x0", Shape.Scalar), w1 = dag.Parameter("w1", Shape.Scalar), w2 = dag.Parameter("w2", Shape.Scalar);
    Variable again = twice ? dag.Parameter("w1again", Shape.Scalar) : w1;
    Variable x1 = Op.Tanh(w1 * input), x2 = Op.Tanh(w2 * (input + x1));
    return (dag, [w1, w2, again], Op.Tanh(again * (x1 + x2)));
}

static double[][] DagGradients(bool twice, params int[] which)
{
    (Graph dag, Variable[] w, Variable loss) = Dag(twice);
    var values = new Dictionary<Variable, double[]> { [dag.Variables[0]] = [0.5], [w[0]] = [0.8], [w[1]] = [-0.6], [w[2]] = [0.8] };
    return Evaluator.Gradients(loss, [.. which.Select(i => w[i])], values);
}

Print("by w1, shared   ", DagGradients(false, 0)[0]);
double[][] apart = DagGradients(true, 0, 2);
Print("by w1 in f1, f3 ", apart[0][0], apart[1][0]);
Print("their sum       ", apart[0][0] + apart[1][0]);

foreach (bool withFeatures in new[] { true, false })
{
    var net = new Mlp(new MlpArchitecture(784, [128], 10));
    Variable[] by = [.. net.Layers.SelectMany(layer => new[] { layer.Weights, layer.Bias }), .. withFeatures ? [net.Features] : Array.Empty<Variable>()];
    long forward = new Plan<float>([net.Cost], 32).CountOperations(32);
    var both = new Plan<float>([net.Cost, .. Backpropagation.Gradients(net.Cost, by)], 32);
    Console.WriteLine($"backward / forward = {(double)(both.CountOperations(32) - forward) / forward:F1}, features' gradient: {withFeatures}");
}

var data = DataSet.FromRows([.. points.Select(value => (float)value)], columns: 2, [.. classes.Select(value => (int)value)]);
var classifier = MlpClassifier.Train(data, new() { HiddenLayers = [12], LearningRate = 0.1, Epochs = 100, BatchSize = 20 });
foreach (float[] corner in new float[][] { [0.5f, 0.5f], [-0.5f, 0.5f], [-0.5f, -0.5f], [0.5f, -0.5f] })
{
    int predicted = classifier.Predict(corner);
    Console.WriteLine($"({corner[0]}, {corner[1]}) is of class {predicted}, probability above 0.9: {classifier.PredictProbabilities(corner)[predicted] > 0.9}");
}

var own = new Graph();
Variable angle = own.Input("x", new Shape(3));
Variable cosine = own.Apply(new Cosine(0), angle);
var angles = new Dictionary<Variable, double[]> { [angle] = [0.5, 1, 2] };
Variable slope = Backpropagation.Gradients(Op.Sum(cosine), angle)[0];
Print("cos x  ", Evaluator.Evaluate(cosine, angles));
Print("-sin x ", Evaluator.Evaluate(slope, angles));
Print("-cos x ", Evaluator.Evaluate(Backpropagation.Gradients(Op.Sum(slope), angle)[0], angles));

/// <summary>cos(x + QuarterTurns π/2), element by element.</summary>
internal sealed record Cosine(int QuarterTurns) : Operation
{
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0];

    public override void Forward<T>(in Operands<T> x)
    {
        TensorPrimitives.Add(x[0], T.CreateChecked(QuarterTurns * Math.PI / 2), x.Output);
        TensorPrimitives.Cos(x.Output, x.Output);
    }

    // d cos(u) / du = cos(u + π/2)
    public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) =>
        g * g.Graph.Apply(new Cosine(QuarterTurns + 1), inputs[0]);
}
