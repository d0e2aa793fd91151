using System.Numerics;
using Backprop.Kernels;
using Backprop.Optimizers;

namespace Backprop.Tests.Optimizers;

[TestClass]
public class LbfgsTests
{
    [TestMethod]
    public void A_quadratic_ends_at_its_known_minimum()
    {
        Minimum<double>(1e-12);
        Minimum<float>(1e-5);

        static void Minimum<T>(double tolerance)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T[] w = new T[20];
            var lbfgs = new Lbfgs<T>(Segments.Of(13, 7));
            Assert.AreNotEqual(LbfgsOutcome.Moved, Run(lbfgs, w, Quadratic, 500).Outcome);
            for (int i = 0; i < w.Length; i++)
                Assert.AreEqual(1.0 / (i + 1), double.CreateChecked(w[i]), tolerance);
        }
    }

    [TestMethod]
    public void In_one_dimension_two_iterations_reach_the_minimum_of_a_parabola()
    {
        // w^2 / 8 from 4: gradient 1, first step 1 to 3. s = -1, y = -0.25, so H = s / y = 4, and the direction from 3 is -4 * 0.75.
        double[] w = [4];
        var lbfgs = new Lbfgs<double>(Segments.Of(1));
        Assert.AreEqual(new LbfgsStep(LbfgsOutcome.Moved, 1.125, 0.75, 2), lbfgs.Step(w, Parabola));
        Assert.AreEqual(3, w[0]);
        Assert.AreEqual(new LbfgsStep(LbfgsOutcome.Moved, 0, 0, 1), lbfgs.Step(w, Parabola));
        Assert.AreEqual(0, w[0]);
        Assert.AreEqual(new LbfgsStep(LbfgsOutcome.Stationary, 0, 0, 0), lbfgs.Step(w, Parabola));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(10)]
    public void The_direction_is_that_of_the_estimate_as_a_matrix(int size)
    {
        // Equation 7.16: from H = gamma I on, each of the last moves makes H = V' H V + rho s s', V = I - rho y s'.
        const int Count = 6;
        var history = new LbfgsHistory<double>(size, Segments.Of(Count), Count);
        var random = new Random(4);
        var moves = new List<(double[] S, double[] Y)>();
        for (int k = 0; k < 7; k++)
        {
            double[] s = Vector(), y = [.. s.Select((x, i) => (x * (i + 1)) + (0.05 * (random.NextDouble() - 0.5)))];
            moves.Add((s, y));
            ArraySegment<double> move = s.ToArray(), change = y.ToArray();
            history.Add(ref move, ref change);
        }

        (double[] newestS, double[] newestY) = moves[^1];
        double gamma = Dot(newestS, newestY) / Dot(newestY, newestY);
        double[,] h = new double[Count, Count];
        for (int i = 0; i < Count; i++)
            h[i, i] = gamma;
        foreach ((double[] s, double[] y) in moves.TakeLast(size))
        {
            double rho = 1 / Dot(s, y);
            double[,] v = new double[Count, Count], next = new double[Count, Count];
            for (int i = 0; i < Count; i++)
            {
                for (int j = 0; j < Count; j++)
                    v[i, j] = (i == j ? 1 : 0) - (rho * y[i] * s[j]);
            }

            for (int i = 0; i < Count; i++)
            {
                for (int j = 0; j < Count; j++)
                {
                    next[i, j] = rho * s[i] * s[j];
                    for (int a = 0; a < Count; a++)
                    {
                        for (int b = 0; b < Count; b++)
                            next[i, j] += v[a, i] * h[a, b] * v[b, j];
                    }
                }
            }

            h = next;
        }

        double[] gradient = Vector(), direction = new double[Count];
        history.Direct(gradient, direction);
        for (int i = 0; i < Count; i++)
            Assert.AreEqual(-Enumerable.Range(0, Count).Sum(j => h[i, j] * gradient[j]), direction[i], 1e-12);

        double[] Vector() => [.. Enumerable.Range(0, Count).Select(_ => random.NextDouble() - 0.5)];
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(5)]
    [DataRow(10)]
    public void Rosenbrock_is_minimized_and_each_value_is_less(int historySize)
    {
        double[] w = [-1.2, 1, -1.2, 1];
        Run(new Lbfgs<double>(Segments.Of(4), historySize), w, Rosenbrock, historySize == 1 ? 400 : 60);
        Evaluation.AssertClose([1, 1, 1, 1], w, 1e-7);
        float[] single = [-1.2f, 1, -1.2f, 1];
        Run(new Lbfgs<float>(Segments.Of(4), historySize), single, Rosenbrock, historySize == 1 ? 400 : 60);
        for (int i = 0; i < 4; i++)
            Assert.AreEqual(1, single[i], 2e-3);
    }

    [TestMethod]
    public void Logistic_regression_is_where_Newtons_method_leads()
    {
        double[] newton = new double[4];
        for (int iteration = 0; iteration < 20; iteration++)
        {
            double[] g = new double[4];
            Logistic<double>(newton, g);
            newton = [.. newton.Zip(Solve(LogisticHessian(newton), g), (w, d) => w - d)];
        }

        double[] gradient = new double[4], w = new double[4];
        Logistic<double>(newton, gradient);
        Assert.IsLessThan(1e-14, gradient.Max(Math.Abs));
        Run(new Lbfgs<double>(Segments.Of(4)), w, Logistic, 40);
        Evaluation.AssertClose(newton, w, 1e-7);
        float[] single = new float[4];
        Run(new Lbfgs<float>(Segments.Of(4)), single, Logistic, 40);
        for (int i = 0; i < 4; i++)
            Assert.AreEqual(newton[i], single[i], 1e-3);
    }

    [TestMethod]
    public void A_factor_of_0_freezes_a_parameter_and_others_only_lead_elsewhere_to_the_same_minimum()
    {
        ParameterSegment[] segments = Segments.Of(1, 1, 2);
        segments[1] = segments[1] with { LearningRateFactor = 0 };
        segments[2] = segments[2] with { LearningRateFactor = 0.1 };
        double[] w = [3, 7, -1, 2];
        LbfgsStep last = Run(new Lbfgs<double>(segments), w, Quadratic, 40);
        Evaluation.AssertClose([1, 7, 1.0 / 3, 0.25], w, 1e-8);
        Assert.IsLessThan(1e-7, last.GradientNorm); // Of what may move.
    }

    [TestMethod]
    public void A_direction_that_leads_up_makes_it_forget_the_history()
    {
        // In one dimension H = s / y. With the sign of s turned over in the state, the direction is the gradient itself, times 4.
        var lbfgs = new Lbfgs<double>(Segments.Of(1));
        double[] w = [4];
        lbfgs.Step(w, Parabola);
        byte[] state = Save(lbfgs);
        int sign = state.Length - (sizeof(int) + (2 * sizeof(double))) + sizeof(double) - 1; // Of s: before y and its length.
        state[sign] ^= 0x80;
        lbfgs.LoadState(Reader(state));
        LbfgsStep step = lbfgs.Step(w, Parabola);

        double[] other = [3];
        LbfgsStep fresh = new Lbfgs<double>(Segments.Of(1)).Step(other, Parabola);
        Assert.AreEqual(fresh with { Evaluations = fresh.Evaluations - 1 }, step); // The value at 3 is known already.
        Assert.AreEqual(other[0], w[0]);
    }

    [TestMethod]
    public void Where_the_function_is_not_finite_the_steps_are_shorter()
    {
        // -log(1 - w) - w ends at 1, and its minimum is at 0.
        double[] w = [-50];
        Run(new Lbfgs<double>(Segments.Of(1)), w, (x, g) =>
        {
            g[0] = (1 / (1 - x[0])) - 1;
            return -Math.Log(1 - x[0]) - x[0];
        }, 40);
        Assert.AreEqual(0, w[0], 1e-6);

        float[] single = [3];
        Run(new Lbfgs<float>(Segments.Of(1)), single, (x, g) =>
        {
            g[0] = MathF.Exp(20 * x[0]) - 1; // exp(60) at first, whose square is no float, and no number itself beyond 4.4.
            return (MathF.Exp(20 * x[0]) / 20) - x[0];
        }, 60);
        Assert.AreEqual(0, single[0], 1e-3);
    }

    [TestMethod]
    public void Without_a_number_to_begin_with_there_is_no_step()
    {
        double[] w = [1, 2];
        foreach ((double value, double slope) in new (double, double)[] { (double.NaN, 1), (1, double.NaN), (double.PositiveInfinity, 1) })
        {
            LbfgsStep step = new Lbfgs<double>(Segments.Of(2)).Step(w, (_, g) =>
            {
                g.AsSpan().Fill(slope);
                return value;
            });
            Assert.AreEqual(LbfgsOutcome.NoStep, step.Outcome);
            Assert.AreEqual(1, step.Evaluations);
            CollectionAssert.AreEqual(new double[] { 1, 2 }, w);
        }
    }

    [TestMethod]
    public void Whatever_the_objective_throws_leaves_the_parameters_as_they_were_and_the_optimizer_whole()
    {
        double[] w = [-1.2, 1, -1.2, 1], other = [.. w];
        Lbfgs<double> lbfgs = new(Segments.Of(4)), undisturbed = new(Segments.Of(4));
        for (int iteration = 0; iteration < 10; iteration++)
        {
            double[] before = [.. w];
            Assert.ThrowsExactly<OperationCanceledException>(() => lbfgs.Step(w, (x, g) => x.SequenceEqual(before) && iteration == 0
                ? Rosenbrock(x, g)
                : throw new OperationCanceledException()));
            CollectionAssert.AreEqual(before, w);
            lbfgs.Step(w, Rosenbrock);
            undisturbed.Step(other, Rosenbrock);
            CollectionAssert.AreEqual(other, w);
        }
    }

    [TestMethod]
    public void Parameters_that_somebody_changed_are_a_new_start()
    {
        double[] w = [-1.2, 1, -1.2, 1], other = [0.5, 0.5, -0.5, 2];
        var lbfgs = new Lbfgs<double>(Segments.Of(4));
        Run(lbfgs, w, Rosenbrock, 5);
        other.CopyTo(w, 0);
        var fresh = new Lbfgs<double>(Segments.Of(4));
        for (int iteration = 0; iteration < 5; iteration++)
        {
            Assert.AreEqual(fresh.Step(other, Rosenbrock), lbfgs.Step(w, Rosenbrock));
            CollectionAssert.AreEqual(other, w);
        }
    }

    [TestMethod]
    public void Iterations_after_loading_are_those_that_would_have_followed_to_the_bit()
    {
        foreach (int before in new[] { 0, 1, 4, 9 })
        {
            float[] w = [-1.2f, 1, -1.2f, 1];
            Lbfgs<float> first = new(Segments.Of(4), 3), second = new(Segments.Of(4), 3);
            for (int iteration = 0; iteration < before; iteration++)
                first.Step(w, Rosenbrock);
            second.LoadState(Reader(Save(first)));
            float[] copy = [.. w];
            for (int iteration = 0; iteration < 8; iteration++)
            {
                Assert.AreEqual(first.Step(w, Rosenbrock), second.Step(copy, Rosenbrock));
                CollectionAssert.AreEqual(w, copy);
            }
        }
    }

    [TestMethod]
    public void A_state_of_something_else_is_refused_and_named()
    {
        var lbfgs = new Lbfgs<double>(Segments.Of(4), 3);
        double[] w = [-1.2, 1, -1.2, 1];
        Run(lbfgs, w, Rosenbrock, 5);
        byte[] state = Save(lbfgs);
        AssertRefused("Lbfgs of Double; this optimizer is Lbfgs of Single", () => new Lbfgs<float>(Segments.Of(4), 3).LoadState(Reader(state)));
        AssertRefused("of 4 parameters; this optimizer has 5", () => new Lbfgs<double>(Segments.Of(5), 3).LoadState(Reader(state)));
        AssertRefused("3 moves; this optimizer keeps 0 to 2", () => new Lbfgs<double>(Segments.Of(4), 2).LoadState(Reader(state)));
        AssertRefused("cut off", () => new Lbfgs<double>(Segments.Of(4), 3).LoadState(Reader(state[..^1])));
        AssertRefused("Lbfgs of Double; this optimizer is Sgd of Double", () => new Sgd<double>(Segments.Of(4), 3).LoadState(Reader(state)));

        static void AssertRefused(string message, Action load) =>
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(load).Message, message);
    }

    [TestMethod]
    public void Settings_out_of_range_and_wrong_lengths_are_refused()
    {
        Assert.AreEqual("historySize", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Lbfgs<float>(Segments.Of(1), 0)).ParamName);
        Assert.ThrowsExactly<ArgumentException>(() => new Lbfgs<double>(Segments.Of(2)).Step(new double[1], Parabola));
        Assert.ThrowsExactly<ArgumentException>(() => new Lbfgs<float>([new("a", 0, 2, 2), new("b", 3, 1, 1)]));
    }

    /// <summary>Iterates until nothing moves, and at most so often; each value must be less than the one before.</summary>
    private static LbfgsStep Run<T>(Lbfgs<T> lbfgs, T[] w, Objective<T> objective, int most)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] scratch = new T[w.Length];
        LbfgsStep step = default;
        for (int iteration = 0; iteration < most; iteration++)
        {
            double before = objective(w, scratch);
            step = lbfgs.Step(w, objective);
            double after = objective(w, scratch);
            Assert.AreEqual(after, step.Value);
            if (step.Outcome != LbfgsOutcome.Moved)
            {
                Assert.AreEqual(before, after);
                return step;
            }

            Assert.IsLessThan(before, after);
        }

        return step;
    }

    private static double Parabola(ArraySegment<double> w, ArraySegment<double> g)
    {
        g[0] = w[0] / 4;
        return w[0] * w[0] / 8;
    }

    /// <summary>The sum of (i + 1)^2 (w[i] - 1 / (i + 1))^2 / 2.</summary>
    private static double Quadratic<T>(ArraySegment<T> w, ArraySegment<T> g)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int i = 0; i < w.Count; i++)
        {
            double curvature = (i + 1) * (i + 1), distance = double.CreateChecked(w[i]) - (1.0 / (i + 1));
            g[i] = T.CreateChecked(curvature * distance);
            sum += curvature * distance * distance / 2;
        }

        return sum;
    }

    /// <summary>For each pair (x, y): 100 (y - x^2)^2 + (1 - x)^2.</summary>
    private static double Rosenbrock<T>(ArraySegment<T> w, ArraySegment<T> g)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int i = 0; i < w.Count; i += 2)
        {
            double x = double.CreateChecked(w[i]), d = double.CreateChecked(w[i + 1]) - (x * x);
            g[i] = T.CreateChecked((-400 * x * d) - (2 * (1 - x)));
            g[i + 1] = T.CreateChecked(200 * d);
            sum += (100 * d * d) + ((1 - x) * (1 - x));
        }

        return sum;
    }

    /// <summary>The mean logistic loss of some rows of three features and a 1, and a penalty.</summary>
    private static double Logistic<T>(ArraySegment<T> w, ArraySegment<T> g)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] v = [.. w.Select(double.CreateChecked)], gradient = [.. v.Select(x => 0.01 * x)];
        double loss = v.Sum(x => 0.005 * x * x);
        foreach ((double[] x, double label) in Rows())
        {
            double margin = label * Dot(v, x);
            loss += Math.Log(1 + Math.Exp(-margin)) / 50;
            for (int i = 0; i < 4; i++)
                gradient[i] -= label * x[i] / (1 + Math.Exp(margin)) / 50;
        }

        for (int i = 0; i < 4; i++)
            g[i] = T.CreateChecked(gradient[i]);
        return loss;
    }

    private static double[,] LogisticHessian(double[] w)
    {
        var hessian = new double[4, 4];
        for (int i = 0; i < 4; i++)
            hessian[i, i] = 0.01;
        foreach ((double[] x, _) in Rows())
        {
            double p = 1 / (1 + Math.Exp(Dot(w, x)));
            for (int i = 0; i < 4; i++)
            {
                for (int j = 0; j < 4; j++)
                    hessian[i, j] += p * (1 - p) * x[i] * x[j] / 50;
            }
        }

        return hessian;
    }

    private static IEnumerable<(double[] X, double Label)> Rows()
    {
        for (int i = 0; i < 50; i++)
        {
            double[] x = [Math.Sin(i), 3 * Math.Cos(2 * i), 0.1 * (i % 7), 1];
            yield return (x, x[0] + (0.3 * x[1]) - (2 * x[2]) + Math.Sin(9 * i) > -0.5 ? 1 : -1);
        }
    }

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();

    /// <summary>Gauss's elimination, of a matrix that is positive definite.</summary>
    private static double[] Solve(double[,] a, double[] b)
    {
        double[] x = [.. b];
        for (int k = 0; k < 4; k++)
        {
            for (int i = k + 1; i < 4; i++)
            {
                double factor = a[i, k] / a[k, k];
                for (int j = k; j < 4; j++)
                    a[i, j] -= factor * a[k, j];
                x[i] -= factor * x[k];
            }
        }

        for (int i = 3; i >= 0; i--)
        {
            for (int j = i + 1; j < 4; j++)
                x[i] -= a[i, j] * x[j];
            x[i] /= a[i, i];
        }

        return x;
    }

    private static byte[] Save<T>(Lbfgs<T> lbfgs)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        lbfgs.SaveState(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static BinaryReader Reader(byte[] state) => new(new MemoryStream(state));
}
