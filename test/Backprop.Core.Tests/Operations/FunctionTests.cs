using System.Numerics;
using Backprop.Execution;
using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Operations;

/// <summary>The values of element-wise functions, at kinks and far out, too.</summary>
[TestClass]
public class FunctionTests
{
    private const double NaN = double.NaN, Infinity = double.PositiveInfinity;

    private readonly Graph _graph = new();

    [TestMethod]
    public void Functions_equal_their_definitions()
    {
        double[] at = [-3, -1, -0.5, 0, 0.25, 1, 2.5];
        Check(Op.Exp, Math.Exp);
        Check(Op.Abs, Math.Abs);
        Check(Op.Sign, x => Math.Sign(x));
        Check(x => Op.Power(x, 2), x => x * x);
        Check(x => Op.Power(x, 3), x => x * x * x);
        Check(x => Op.Power(x, 0), x => 1);
        Check(x => Op.Clamp(x, -1, 0.5), x => Math.Clamp(x, -1, 0.5));
        Check(Op.Sigmoid, x => 1 / (1 + Math.Exp(-x)));
        Check(Op.Tanh, x => (Math.Exp(x) - Math.Exp(-x)) / (Math.Exp(x) + Math.Exp(-x)));
        Check(Op.Softplus, x => Math.Log(1 + Math.Exp(x)));
        Check(x => Op.LeakyRelu(x, 0.1), x => x > 0 ? x : 0.1 * x);
        Check(x => Op.LeakyRelu(x, 4), x => x > 0 ? x : 4 * x);
        Check(x => Op.LeakyRelu(x, -1), Math.Abs);
        Check(x => Op.Elu(x, 0.7), x => x > 0 ? x : 0.7 * (Math.Exp(x) - 1));
        Check(Op.Silu, x => x / (1 + Math.Exp(-x)));
        Check(Op.Mish, x => x * Math.Tanh(Math.Log(1 + Math.Exp(x))));

        void Check(Func<Variable, Variable> apply, Func<double, double> definition)
        {
            Variable x = new Graph().Input("x", new Shape(at.Length));
            AssertClose([.. at.Select(definition)], Evaluate(apply(x), new() { [x] = at }), 1e-15);
        }
    }

    [TestMethod]
    public void Functions_equal_values_of_an_independent_high_precision_computation()
    {
        // From mpmath with 40 digits.
        Check(Op.Gelu, [-8, -3, -1, -0.5, 0.5, 1, 3],
        [
            -4.976768459417427e-15, -0.0040496940948902835, -0.15865525393145705, -0.15426876936299344,
            0.34573123063700656, 0.8413447460685429, 2.99595030590511,
        ]);
        Check(x => Backpropagation.Gradients(Op.Sum(Op.Gelu(x)), x)[0], [-8, -3, -1, 0, 1, 3],
            [-3.979607261086796e-14, -0.011945647204183927, -0.0833154705876863, 0.5, 1.0833154705876864, 1.011945647204184]);
        Check(Op.Mish, [-20, -1, 0.5, 1, 3],
            [-4.122307240628761e-08, -0.3034014613741089, 0.37524521130489513, 0.8650983882673103, 2.9865350049679575]);
        Check(Op.Softplus, [-40, -1, 0, 1, 40],
            [4.248354255291589e-18, 0.3132616875182228, 0.6931471805599453, 1.3132616875182228, 40]);
        Check(Op.Silu, [-20, -1, 0.5, 1, 3],
            [-4.122307236380407e-08, -0.2689414213699951, 0.3112296656009273, 0.7310585786300049, 2.8577223804672998]);
        Check(Op.Selu, [-20, -1, -1e-9, 0.5],
            [-1.758099337223664, -1.1113307378125628, -1.7580993399683274e-09, 0.5253504936777402]);

        static void Check(Func<Variable, Variable> apply, double[] at, double[] expected)
        {
            Variable x = new Graph().Input("x", new Shape(at.Length));
            double[] actual = Evaluate(apply(x), new() { [x] = at });
            for (int i = 0; i < at.Length; i++) // Relative, also where it is tiny.
                Assert.AreEqual(expected[i], actual[i], 1e-14 * Math.Abs(expected[i]), $"at {at[i]}");
        }
    }

    [TestMethod]
    public void Values_and_two_derivatives_are_finite_for_1e4_in_double_and_float()
    {
        (string Name, Func<Variable, Variable> Apply)[] functions =
        [
            .. FunctionCases.Functions().Where(f => f.Domain is null && f.Name != "exp").Select(f => (f.Name, f.Apply)),
            ("log-softmax", Op.LogSoftmax), ("softmax", Op.Softmax), ("log-sum-exp", x => Op.LogSumExp(x)),
        ];
        foreach ((string name, Func<Variable, Variable> apply) in functions)
        {
            Check<double>(name, apply, float.MaxValue);
            Check<float>(name, apply, 1e30);
        }

        static void Check<T>(string name, Func<Variable, Variable> apply, double bound)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            double[] at = [1e4, -1e4, 100, -100, 0];
            Variable x = new Graph().Input("x", new Shape(at.Length));
            Variable y = apply(x);
            Variable first = Backpropagation.Gradients(Op.Sum(y), x)[0];
            Variable second = Backpropagation.Gradients(Op.Sum(first), x)[0];
            var plan = new Plan<T>([y, first, second], 1);
            using Workspace<T> workspace = plan.CreateWorkspace();
            for (int i = 0; i < at.Length; i++)
                workspace.Input(x)[i] = T.CreateChecked(at[i]);
            workspace.Run();
            foreach ((int order, Variable v) in new[] { y, first, second }.Index())
            {
                foreach (T value in workspace.Value(v))
                    Assert.IsTrue(T.Abs(value) < T.CreateChecked(bound), $"{name}, {order}, {typeof(T).Name}: {value}");
            }
        }
    }

    [TestMethod]
    public void Far_out_functions_and_their_derivatives_are_their_limits()
    {
        // At 1e4 and -1e4: value, value, derivative, derivative.
        Check(Op.Sigmoid, 1, 0, 0, 0);
        Check(Op.Tanh, 1, -1, 0, 0);
        Check(Op.Softplus, 1e4, 0, 1, 0);
        Check(Op.Gelu, 1e4, 0, 1, 0);
        Check(Op.Silu, 1e4, 0, 1, 0);
        Check(Op.Mish, 1e4, 0, 1, 0);
        Check(x => Op.Elu(x), 1e4, -1, 1, 0);
        Check(Op.Selu, 1.0507009873554805e4, -1.7580993408473766, 1.0507009873554805, 0);

        static void Check(Func<Variable, Variable> apply, params double[] expected)
        {
            Variable x = new Graph().Input("x", new Shape(2));
            Variable y = apply(x);
            double[][] values = Evaluate([y, Backpropagation.Gradients(Op.Sum(y), x)[0]], new() { [x] = [1e4, -1e4] });
            AssertClose(expected, [.. values[0], .. values[1]], 1e-15);
        }
    }

    [TestMethod]
    public void What_has_no_derivative_at_a_point_takes_the_one_that_its_documentation_says()
    {
        Check(Op.Abs, at: 0, 0);
        Check(Op.Sign, at: 0, 0);
        Check(x => Op.LeakyRelu(x, 0.1), at: 0, 0.1);
        Check(x => Op.Elu(x, 0.7), at: 0, 0.7, 0.7);
        Check(x => Op.Elu(x), at: 0, 1, 1); // The first exists; the second is the left one.
        Check(x => Op.Clamp(x, -1, 2), at: -1, 0);
        Check(x => Op.Clamp(x, -1, 2), at: 2, 0);
        Check(x => Op.Maximum(x, x.Graph.Constant(3)), at: 3, 0.5);
        Check(x => Op.Maximum(x.Graph.Constant(3), x), at: 3, 0.5);
        Check(x => Op.Maximum(x, x), at: 3, 1);
        Check(x => Op.Exceeds(x, x.Graph.Constant(3)), at: 3, 0);
        Check(Op.Sqrt, at: 0, Infinity);
        Check(x => Op.Power(x, 3), at: 0, 0, 0, 6, 0);
        Check(x => Op.Power(x, 1), at: 0, 1, 0);
        Check(x => Op.Power(x.Graph.Constant(0), x), at: 2, 0);
        Check(x => Op.Power(x.Graph.Constant(-2), x), at: 2, 0);
        Check(x => Op.Power(x, x.Graph.Constant(2)), at: 0, 0, 2);

        static void Check(Func<Variable, Variable> apply, double at, params double[] derivatives)
        {
            Variable x = new Graph().Input("x", Shape.Scalar), y = apply(x);
            foreach ((int order, double derivative) in derivatives.Index())
            {
                y = y == x ? x.Graph.Constant(1) + Op.Scale(x, 0) : Backpropagation.Gradients(y, x)[0] + Op.Scale(x, 0);
                Assert.AreEqual(derivative, Evaluate(y, new() { [x] = [at] })[0], $"{y}, derivative {order + 1} at {at}");
            }
        }
    }

    [TestMethod]
    public void The_derivative_of_a_maximum_is_shared_by_all_that_are_the_largest()
    {
        // Rows 1: 5 and 5 tie. Row 2: one alone. Row 3: all three.
        Variable x = _graph.Input("x", new Shape(Shape.Free, 3));
        Variable g = Backpropagation.Gradients(Op.Sum(Op.Max(x, [1])), x)[0];
        double[] values = Evaluate(g, new() { [x] = [5, 1, 5, 2, 3, -1, 0, 0, 0] }, rows: 3);
        AssertClose([0.5, 0, 0.5, 0, 1, 0, 1.0 / 3, 1.0 / 3, 1.0 / 3], values, 1e-15);
    }

    [TestMethod]
    public void NaN_and_infinity_go_through_as_IEEE_754_has_it()
    {
        double[] at = [NaN, Infinity, -Infinity];
        Check(Op.Exp, NaN, Infinity, 0);
        Check(Op.Log, NaN, Infinity, NaN);
        Check(Op.Sqrt, NaN, Infinity, NaN);
        Check(x => Op.Power(x, 2), NaN, Infinity, Infinity);
        Check(x => Op.Power(x, -1), NaN, 0, 0);
        Check(Op.Abs, NaN, Infinity, Infinity);
        Check(Op.Sign, NaN, 1, -1);
        Check(x => Op.Clamp(x, -2, 3), NaN, 3, -2);
        Check(Op.Sigmoid, NaN, 1, 0);
        Check(Op.Tanh, NaN, 1, -1);
        Check(Op.Softplus, NaN, Infinity, 0);
        Check(x => Op.LeakyRelu(x, 0.1), NaN, Infinity, -Infinity);
        Check(x => Op.LeakyRelu(x, 2), NaN, Infinity, -Infinity);
        Check(x => Op.Elu(x), NaN, Infinity, -1);
        Check(Op.NormalCdf, NaN, 1, 0);
        Check(Op.Gelu, NaN, Infinity, NaN);
        Check(Op.Silu, NaN, Infinity, NaN);
        Check(Op.Mish, NaN, Infinity, NaN);
        Check(x => Op.Maximum(x, x.Graph.Constant(1)), NaN, Infinity, 1);
        Check(x => Op.Divide(x, x.Graph.Constant(0)), NaN, Infinity, -Infinity);
        Check(x => Op.Max(x), NaN);
        Check(x => Op.Max(Op.Slice(x, 0, 1, 2)), Infinity);
        Check(x => Op.LogSumExp(x), NaN);
        Check(x => Op.LogSumExp(Op.Slice(x, 0, 1, 2)), Infinity);
        Check(x => Op.LogSumExp(Op.Slice(x, 0, 2, 1)), -Infinity);

        void Check(Func<Variable, Variable> apply, params double[] expected)
        {
            Variable x = new Graph().Input("x", new Shape(3)), y = apply(x);
            CollectionAssert.AreEqual(expected, Evaluate(y, new() { [x] = at }), y.ToString());
        }
    }

    [TestMethod]
    public void Domains_end_as_IEEE_754_has_it()
    {
        Variable x = _graph.Input("x", new Shape(3));
        Variable[] functions = [Op.Log(x), Op.Sqrt(x), Op.Power(x, 0.5), Op.Divide(_graph.Constant(1), x)];
        double[][] values = Evaluate(functions, new() { [x] = [0, -1, -0.0] });
        CollectionAssert.AreEqual(new[] { -Infinity, NaN, -Infinity }, values[0]);
        CollectionAssert.AreEqual(new[] { 0, NaN, -0.0 }, values[1]);
        CollectionAssert.AreEqual(new[] { 0, NaN, 0 }, values[2]);
        CollectionAssert.AreEqual(new[] { Infinity, -1, -Infinity }, values[3]);
    }

    [TestMethod]
    public void Third_derivatives_equal_their_formulas()
    {
        // With t = tanh x: t' = 1 - t^2, t'' = -2 t t', t''' = -2 t'^2 - 2 t t''.
        // exp(x^2)''' = (12x + 8x^3) exp(x^2). log''' = 2/x^3.
        double at = 0.6, t = Math.Tanh(at), t1 = 1 - (t * t), t2 = -2 * t * t1;
        Check(Op.Tanh, (-2 * t1 * t1) - (2 * t * t2));
        Check(x => Op.Exp(Op.Power(x, 2)), ((12 * at) + (8 * Math.Pow(at, 3))) * Math.Exp(at * at));
        Check(Op.Log, 2 / Math.Pow(at, 3));
        Check(x => Op.Elu(Op.Negate(x), 2), -2 * Math.Exp(-at));

        void Check(Func<Variable, Variable> apply, double expected)
        {
            Variable x = new Graph().Input("x", Shape.Scalar), y = apply(x);
            for (int order = 0; order < 3; order++)
                y = Backpropagation.Gradients(y, x)[0];
            Assert.AreEqual(expected, Evaluate(y, new() { [x] = [at] })[0], 1e-13);
        }
    }

    [TestMethod]
    public void Numbers_that_no_operation_takes_are_errors_that_name_it()
    {
        Variable x = _graph.Input("x", new Shape(2));
        Refused("Power", () => Op.Power(x, NaN));
        Refused("LeakyRelu", () => Op.LeakyRelu(x, Infinity));
        Refused("Elu", () => Op.Elu(x, NaN));
        Refused("Clamp", () => Op.Clamp(x, 2, 1));
        Refused("Clamp", () => Op.Clamp(x, NaN, 1));
        Refused("Huber", () => Op.Huber(x, x, 0));
        Refused("Huber", () => Op.Huber(x, x, Infinity));

        static void Refused(string name, Action action) =>
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(action).Message, name);
    }

    [TestMethod]
    public void A_derivative_that_an_operation_does_not_have_is_an_error_that_names_it()
    {
        Variable x = _graph.Input("x", new Shape(2));
        Variable y = Op.Sum(_graph.Apply(new ForwardOnly(), x));
        string message = Assert.ThrowsExactly<NotSupportedException>(() => Backpropagation.Gradients(y, x)).Message;
        Assert.AreEqual("ForwardOnly of x [2] cannot be differentiated by x, its input 0.", message);
    }

    private sealed record ForwardOnly : Operation
    {
        public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0];

        public override void Forward<T>(in Operands<T> x) => x[0].CopyTo(x.Output);

        public override Variable? Bprop(IReadOnlyList<Variable> inputs, int x, Variable g) => throw NoDerivative(inputs, x);
    }
}
