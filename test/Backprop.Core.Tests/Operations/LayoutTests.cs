using Backprop.Graphs;
using Backprop.Operations;
using static Backprop.Tests.Evaluation;

namespace Backprop.Tests.Operations;

/// <summary>Reductions over axes, and what only moves elements.</summary>
[TestClass]
public class LayoutTests
{
    private const int Free = Shape.Free;

    private readonly Graph _graph = new();

    [TestMethod]
    public void Sums_means_and_maxima_go_over_the_axes_that_are_named()
    {
        // [[1 2 3] [4 5 6]], [[7 8 9] [10 11 -12]]
        Variable x = _graph.Input("x", new Shape(Free, 2, 3));
        double[] values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, -12];
        Check(Op.Sum(x, [2]), new Shape(Free, 2), 6, 15, 24, 9);
        Check(Op.Sum(x, [^1], keepAxes: true), new Shape(Free, 2, 1), 6, 15, 24, 9);
        Check(Op.Sum(x, [0]), new Shape(2, 3), 8, 10, 12, 14, 16, -6);
        Check(Op.Sum(x, [1]), new Shape(Free, 3), 5, 7, 9, 17, 19, -3);
        Check(Op.Sum(x, [2, 0]), new Shape(2), 30, 24);
        Check(Op.Sum(x, [0, 1, 2]), Shape.Scalar, 54);
        Check(Op.Sum(x, []), x.Shape, values);
        Check(Op.Mean(x, [1, 2]), new Shape(Free), 3.5, 5.5);
        Check(Op.Mean(x, [0]), new Shape(2, 3), 4, 5, 6, 7, 8, -3);
        Check(Op.Mean(x, [0, 2], keepAxes: true), new Shape(1, 2, 1), 5, 4);
        Check(Op.Mean(x), Shape.Scalar, 4.5);
        Check(Op.Max(x, [2]), new Shape(Free, 2), 3, 6, 9, 11);
        Check(Op.Max(x, [0], keepAxes: true), new Shape(1, 2, 3), 7, 8, 9, 10, 11, 6);
        Check(Op.Max(x, [0, 1]), new Shape(3), 10, 11, 9);
        Check(Op.Max(x), Shape.Scalar, 11);

        void Check(Variable reduced, Shape shape, params double[] expected)
        {
            Assert.AreEqual(shape, reduced.Shape);
            AssertClose(expected, Evaluate(reduced, new() { [x] = values }, rows: 2), 1e-15);
        }
    }

    [TestMethod]
    public void Of_no_rows_a_sum_is_0_a_mean_NaN_and_a_maximum_minus_infinity()
    {
        Variable x = _graph.Input("x", new Shape(Free, 2));
        Variable[] reduced = [Op.Sum(x, [0]), Op.Mean(x, [0]), Op.Max(x, [0]), Op.Max(x, [1])];
        double[][] values = Evaluate(reduced, new() { [x] = [] }, rows: 0);
        CollectionAssert.AreEqual(new double[] { 0, 0 }, values[0]);
        CollectionAssert.AreEqual(new[] { double.NaN, double.NaN }, values[1]);
        CollectionAssert.AreEqual(new[] { double.NegativeInfinity, double.NegativeInfinity }, values[2]);
        Assert.IsEmpty(values[3]);
    }

    [TestMethod]
    public void Transposes_and_reshapes_move_elements()
    {
        Variable x = _graph.Input("x", new Shape(Free, 2, 3));
        double[] values = [.. Enumerable.Range(0, 12)];
        Check(Op.Transpose(x), new Shape(3, 2, Free), 0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11);
        Check(Op.Transpose(x, 0, 2, 1), new Shape(Free, 3, 2), 0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11);
        Check(Op.Transpose(x, 1, 0, ^1), new Shape(2, Free, 3), 0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11);
        Check(Op.Reshape(x, new Shape(3, Free, 2)), new Shape(3, Free, 2), values);
        Assert.AreSame(x, Op.Reshape(x, x.Shape));

        void Check(Variable moved, Shape shape, params double[] expected)
        {
            Assert.AreEqual(shape, moved.Shape);
            CollectionAssert.AreEqual(expected, Evaluate(moved, new() { [x] = values }, rows: 2));
        }
    }

    [TestMethod]
    public void Slices_pads_and_concatenations_move_elements()
    {
        Variable x = _graph.Input("x", new Shape(Free, 3)), y = _graph.Input("y", new Shape(Free, 1));
        var values = new Dictionary<Variable, double[]> { [x] = [1, 2, 3, 4, 5, 6], [y] = [7, 8] };
        Check(Op.Slice(x, 1, 1, 2), new Shape(Free, 2), 2, 3, 5, 6);
        Check(Op.Slice(x, ^1, 3, 0), new Shape(Free, 0));
        Check(Op.Pad(y, 1, 1, 2), new Shape(Free, 4), 0, 7, 0, 0, 0, 8, 0, 0);
        Check(Op.Concatenate(1, x, y, x), new Shape(Free, 7), 1, 2, 3, 7, 1, 2, 3, 4, 5, 6, 8, 4, 5, 6);
        Check(Op.Concatenate(0, Op.Transpose(y), Op.Transpose(x)), new Shape(4, Free), 7, 8, 1, 4, 2, 5, 3, 6);
        Check(Op.Slice(Op.Transpose(x), 0, 1, 1), new Shape(1, Free), 2, 5);

        void Check(Variable moved, Shape shape, params double[] expected)
        {
            Assert.AreEqual(shape, moved.Shape);
            CollectionAssert.AreEqual(expected, Evaluate(moved, values, rows: 2));
        }
    }

    [TestMethod]
    public void Without_rows_there_is_nothing_to_move()
    {
        Variable x = _graph.Input("x", new Shape(Free, 3));
        Variable[] moved =
        [
            Op.Slice(x, 1, 1, 2), Op.Pad(x, 1, 1, 1), Op.Concatenate(1, x, x), Op.Transpose(x), Op.Reshape(x, new Shape(3, Free)),
        ];
        foreach (double[] values in Evaluate(moved, new() { [x] = [] }, rows: 0))
            Assert.IsEmpty(values);
    }

    [TestMethod]
    public void Equal_transposes_are_equal_operations()
    {
        Assert.AreEqual(new Transpose(1, 0), new Transpose(1, 0));
        Assert.AreEqual(new Transpose(1, 0).GetHashCode(), new Transpose(1, 0).GetHashCode());
        Assert.AreNotEqual(new Transpose(1, 0), new Transpose(0, 1));
    }

    [TestMethod]
    public void Axes_and_shapes_that_do_not_fit_are_errors_that_name_operation_shapes_and_axis()
    {
        Variable a = _graph.Input("a", new Shape(2, 3)), rows = _graph.Input("rows", new Shape(Free, 3));
        AssertMessage(() => Op.Sum(a, [2]), "Sum of [2, 3]: there is no axis 2");
        AssertMessage(() => Op.Mean(a, [^3]), "Mean of [2, 3]: there is no axis ^3");
        AssertMessage(() => Op.Max(a, [1, ^1]), "Max of [2, 3]: axis 1 is given twice");
        AssertMessage(() => Op.MaxTo(a, new Shape(2)), "MaxTo between [2] and [2, 3]", "axis -1");
        AssertMessage(() => Op.Transpose(a, 0), "Transpose of [2, 3]", "0 to 1, each once");
        AssertMessage(() => Op.Transpose(a, 1, 1), "Transpose of [2, 3]", "1, 1");
        AssertMessage(() => Op.Transpose(a, 0, 2), "Transpose of [2, 3]", "0, 2");
        AssertMessage(() => Op.Reshape(a, new Shape(5)), "Reshape of [2, 3]", "[5]");
        AssertMessage(() => Op.Reshape(rows, new Shape(3)), "Reshape of [rows, 3]", "[3]");
        AssertMessage(() => Op.Reshape(rows, new Shape(Free)), "Reshape of [rows, 3]", "[rows]");
        AssertMessage(() => Op.Slice(rows, 0, 0, 1), "Slice of [rows, 3]", "axis 0", "the free one");
        AssertMessage(() => Op.Slice(rows, 2, 0, 1), "Slice of [rows, 3]", "there is no axis 2");
        AssertMessage(() => Op.Slice(rows, 1, 2, 2), "Slice of [rows, 3]", "2 places from 2 on", "axis 1", "size is 3");
        AssertMessage(() => Op.Slice(rows, 1, int.MaxValue, int.MaxValue), "Slice of [rows, 3]");
        AssertMessage(() => Op.Pad(a, 0, -1, 1), "Pad of [2, 3]", "axis 0", "-1 and 1");
        AssertMessage(() => Op.Concatenate(0, a, rows), "Concatenate of [2, 3] and [rows, 3]", "axis 0", "the free one");
        AssertMessage(() => Op.Concatenate(1, a, rows), "Concatenate of [2, 3] and [rows, 3]", "but those of axis 1");
        AssertMessage(() => Op.Concatenate(1, a, _graph.Constant(1)), "Concatenate of [2, 3] and []", "there is no axis 1");
        AssertMessage(() => Op.Concatenate(0), "Concatenate takes 1 input or more");
        AssertMessage(() => Op.Divide(a, _graph.Input("b", new Shape(2))), "Divide of [2, 3] and [2]", "axis -1");
        AssertMessage(() => Op.Maximum(a, rows), "Maximum of [2, 3] and [rows, 3]", "axis -2");
        AssertMessage(() => Op.Select(a, a, rows), "Select of [2, 3] and [2, 3] and [rows, 3]", "must be equal");
        AssertMessage(() => Op.LogSumExp(_graph.Constant(1)), "LogSumExp of []", "last axis");
        AssertMessage(() => Op.LogSoftmax(Op.Transpose(rows)), "LogSoftmax of [3, rows]", "last axis");
    }
}
