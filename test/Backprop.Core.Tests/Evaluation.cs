using Backprop.Execution;
using Backprop.Graphs;

namespace Backprop.Tests;

/// <summary>Runs small graphs in double, and checks gradients against central differences.</summary>
internal static class Evaluation
{
    /// <summary>The values of a variable, given those of inputs and parameters.</summary>
    public static double[] Evaluate(Variable v, Dictionary<Variable, double[]> values, int rows = 1) =>
        Evaluator.Evaluate(v, values, rows);

    /// <summary>The values of variables, given those of inputs and parameters.</summary>
    public static double[][] Evaluate(IReadOnlyCollection<Variable> variables, Dictionary<Variable, double[]> values, int rows = 1) =>
        Evaluator.Evaluate(variables, values, rows);

    /// <summary>Asserts that the gradient of z by each variable equals central differences within 1e-7 max(1, norm).</summary>
    public static void CheckGradient(Variable z, Dictionary<Variable, double[]> values, int rows, params Variable[] targets)
    {
        IReadOnlyList<Variable> gradients = Backpropagation.Gradients(z, targets);
        double[][] analytic = Evaluate([.. gradients], values, rows);
        for (int t = 0; t < targets.Length; t++)
        {
            double[] x = values[targets[t]];
            var numeric = new double[x.Length];
            for (int i = 0; i < x.Length; i++)
                numeric[i] = Difference(z, values, rows, x, i);
            Assert.HasCount(numeric.Length, analytic[t]);
            double norm = Math.Sqrt(numeric.Sum(g => g * g));
            double error = Math.Sqrt(numeric.Zip(analytic[t], (n, a) => (n - a) * (n - a)).Sum());
            string both = $"[{string.Join(", ", analytic[t])}], by differences [{string.Join(", ", numeric)}]";
            Assert.IsLessThanOrEqualTo(1e-7 * Math.Max(1, norm), error, $"gradient of {z} by {targets[t]}: {both}");
        }
    }

    /// <summary>Values away from the kinks of ReLU.</summary>
    public static double[] RandomValues(Random random, int count)
    {
        var values = new double[count];
        foreach (ref double value in values.AsSpan())
            value = (0.1 + random.NextDouble()) * (random.Next(2) == 0 ? -1 : 1);
        return values;
    }

    /// <summary>Asserts that numbers are equal within a tolerance: absolute up to 1, relative above.</summary>
    public static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance * Math.Max(1, Math.Abs(expected[i])), $"element {i}");
    }

    /// <summary>Asserts that an action is refused with a message that has all parts.</summary>
    public static void AssertMessage(Action action, params string[] parts)
    {
        string message = Assert.ThrowsExactly<ArgumentException>(action).Message;
        foreach (string part in parts)
            StringAssert.Contains(message, part);
    }

    private static double Difference(Variable z, Dictionary<Variable, double[]> values, int rows, double[] x, int i)
    {
        double at = x[i], h = 1e-5 * Math.Max(1, Math.Abs(at));
        // Richardson's extrapolation of two central differences: the error is of order h^4.
        double wide = Slope(h), narrow = Slope(h / 2);
        return ((4 * narrow) - wide) / 3;

        double Slope(double step)
        {
            x[i] = at + step;
            double above = Evaluate(z, values, rows)[0];
            x[i] = at - step;
            double below = Evaluate(z, values, rows)[0];
            x[i] = at;
            return (above - below) / (2 * step);
        }
    }
}
