using Backprop.Graphs;

namespace Backprop.Tests.Graphs;

[TestClass]
public class ShapeTests
{
    [TestMethod]
    public void The_free_axis_is_bound_by_the_run()
    {
        var shape = new Shape(Shape.Free, 3);
        Assert.AreEqual(15, shape.Count(5));
        Assert.AreEqual(0, shape.Count(0));
        Assert.IsTrue(shape.IsFree);
        Assert.AreEqual("[rows, 3]", shape.ToString());
        Assert.AreEqual(1, Shape.Scalar.Count(7));
        Assert.AreEqual("[]", Shape.Scalar.ToString());
    }

    [TestMethod]
    public void Equal_sizes_make_equal_shapes()
    {
        Assert.AreEqual(new Shape(2, Shape.Free), new Shape(2, Shape.Free));
        Assert.AreNotEqual(new Shape(2, 3), new Shape(3, 2));
        Assert.AreEqual(new Shape(2, 3).GetHashCode(), new Shape(2, 3).GetHashCode());
        Assert.AreEqual(Shape.Scalar, new Shape());
    }

    [TestMethod]
    public void Impossible_shapes_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new Shape(2, -2));
        Assert.ThrowsExactly<ArgumentException>(() => new Shape(Shape.Free, Shape.Free));
        StringAssert.Contains(
            Assert.ThrowsExactly<OverflowException>(() => new Shape(1 << 20, 1 << 20).Count(1)).Message, "1099511627776 values");
        var graph = new Graph();
        graph.Parameter("large", new Shape(40_000, 50_000));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => graph.Parameter("more", new Shape(40_000, 50_000))).Message, "'more'");
    }
}
