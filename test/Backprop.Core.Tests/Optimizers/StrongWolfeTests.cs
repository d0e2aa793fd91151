using Backprop.Optimizers;

namespace Backprop.Tests.Optimizers;

[TestClass]
public class StrongWolfeTests
{
    // Functions whose slope at 0 is below 0, with their slopes.
    private static readonly (string Name, Func<double, double> Value, Func<double, double> Slope)[] s_functions =
    [
        ("parabola", x => (x - 1) * (x - 1), x => 2 * (x - 1)),
        ("far minimum", x => (x - 300) * (x - 300), x => 2 * (x - 300)),
        ("near minimum", x => Math.Cosh(1e4 * x) - (1e3 * x), x => (1e4 * Math.Sinh(1e4 * x)) - 1e3),
        ("More and Thuente 1", x => -x / ((x * x) + 2), x => ((x * x) - 2) / Math.Pow((x * x) + 2, 2)),
        ("More and Thuente 2",
            x => Math.Pow(x + 0.004, 5) - (2 * Math.Pow(x + 0.004, 4)),
            x => (5 * Math.Pow(x + 0.004, 4)) - (8 * Math.Pow(x + 0.004, 3))),
        ("waves",
            x => Math.Sin(5 * x) - (3 * Math.Tanh(x)) - (4 * x) + (x * x),
            x => (5 * Math.Cos(5 * x)) - (3 / Math.Pow(Math.Cosh(x), 2)) - 4 + (2 * x)),
        ("defined below 2 only", x => -x - Math.Log(2 - x), x => -1 + (1 / (2 - x))),
    ];

    [TestMethod]
    [DataRow(0.001)]
    [DataRow(0.1)]
    [DataRow(1.0)]
    [DataRow(30.0)]
    public void The_step_meets_both_conditions_from_any_first_one(double first)
    {
        foreach ((string name, Func<double, double> value, Func<double, double> slope) in s_functions)
        {
            double step = StrongWolfe.Find(x => (value(x), slope(x)), value(0), slope(0), first);
            Assert.IsGreaterThan(0, step, name);
            Assert.IsLessThanOrEqualTo(value(0) + (1e-4 * step * slope(0)), value(step), name);
            Assert.IsLessThanOrEqualTo(0.9 * Math.Abs(slope(0)), Math.Abs(slope(step)), name);
        }
    }

    [TestMethod]
    public void A_good_first_step_is_taken_at_once()
    {
        int evaluations = 0;
        Assert.AreEqual(1, StrongWolfe.Find(x => (((x - 1) * (x - 1)) + (0 * ++evaluations), 2 * (x - 1)), 1, -2, 1));
        Assert.AreEqual(1, evaluations);
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    [DataRow(double.NegativeInfinity)]
    public void Where_the_function_is_not_finite_the_step_is_shorter(double outside)
    {
        double step = StrongWolfe.Find(
            x => x > 1e-6 ? (outside, outside) : ((x - 5e-7) * (x - 5e-7), 2 * (x - 5e-7)), 2.5e-13, -1e-6, 1);
        Assert.IsTrue(step is > 0 and <= 1e-6, $"{step}");
    }

    [TestMethod]
    public void Where_nothing_is_less_there_is_no_step_and_the_search_ends()
    {
        int evaluations = 0;
        Assert.AreEqual(0, StrongWolfe.Find(_ => (1 + (0 * ++evaluations), -1e-30), 1, -1e-30, 1)); // Constant to the precision of its values.
        Assert.AreEqual(StrongWolfe.MostEvaluations, evaluations);
    }

    [TestMethod]
    public void Without_an_end_the_search_takes_the_furthest_that_it_looked_at() =>
        Assert.AreEqual(Math.Pow(2, StrongWolfe.MostEvaluations - 1), StrongWolfe.Find(x => (-x, -1), 0, -1, 1));
}
