using System.Numerics;
using Backprop.Kernels;
using Backprop.Optimizers;

namespace Backprop.Tests.Optimizers;

/// <summary>An optimizer's state, saved and loaded.</summary>
[TestClass]
public class OptimizerStateTests
{
    [TestMethod]
    public void Steps_after_loading_are_those_that_would_have_followed_to_the_bit()
    {
        AssertGoesOn<float>(
            s => new Sgd<float>(s, 0.1), s => new Sgd<float>(s, 0.1, 0.9), s => new Sgd<float>(s, 0.1, 0.9, nesterov: true),
            s => new RmsProp<float>(s), s => new RmsProp<float>(s, momentum: 0.5), s => new Adam<float>(s), s => new AdamW<float>(s));
        AssertGoesOn<double>(
            s => new Sgd<double>(s, 0.1), s => new Sgd<double>(s, 0.1, 0.9), s => new Sgd<double>(s, 0.1, 0.9, nesterov: true),
            s => new RmsProp<double>(s), s => new RmsProp<double>(s, momentum: 0.5), s => new Adam<double>(s), s => new AdamW<double>(s));

        static void AssertGoesOn<T>(params Func<ParameterSegment[], Optimizer<T>>[] makers)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            foreach (Func<ParameterSegment[], Optimizer<T>> make in makers)
            {
                Optimizer<T> first = make(Segments.Of(5, 2)), second = make(Segments.Of(5, 2));
                T[] w = [.. Enumerable.Range(1, 7).Select(i => T.CreateChecked(1.0 / i))];
                for (int step = 0; step < 7; step++)
                {
                    first.LearningRate *= 0.9;
                    first.Step(w, Gradient(w, step));
                }

                second.LoadState(Reader(Save(first)));
                Assert.AreEqual(7, second.StepCount);
                Assert.AreEqual(first.LearningRate, second.LearningRate);
                T[] copy = [.. w];
                for (int step = 7; step < 12; step++)
                {
                    first.Step(w, Gradient(w, step));
                    second.Step(copy, Gradient(copy, step));
                }

                CollectionAssert.AreEqual(w, copy, $"{first}");
            }
        }

        static T[] Gradient<T>(T[] w, int step)
            where T : unmanaged, IFloatingPointIeee754<T> => [.. w.Select(x => (x * x) - T.Cos(T.CreateChecked(step)))];
    }

    [TestMethod]
    public void A_state_of_something_else_is_refused_and_named()
    {
        byte[] state = Save(new Adam<float>(Segments.Of(3)));
        AssertRefused("that of Adam of Single; this optimizer is AdamW of Single", new AdamW<float>(Segments.Of(3)), state);
        AssertRefused("that of Adam of Single; this optimizer is Adam of Double", new Adam<double>(Segments.Of(3)), state);
        AssertRefused("that of 3 parameters; this optimizer has 4", new Adam<float>(Segments.Of(4)), state);
        AssertRefused("Adam of Single is cut off", new Adam<float>(Segments.Of(3)), state[..^1]);
        AssertRefused("Adam of Single is cut off", new Adam<float>(Segments.Of(3)), []);
        AssertRefused(
            "has 3 values where an optimizer with these settings keeps 0", new Sgd<float>(Segments.Of(3), 0.1),
            Save(new Sgd<float>(Segments.Of(3), 0.1, 0.9)));

        static void AssertRefused<T>(string message, Optimizer<T> optimizer, byte[] state)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => optimizer.LoadState(Reader(state))).Message, message);
    }

    [TestMethod]
    public void Rows_that_missed_steps_must_catch_up_before()
    {
        var segment = new ParameterSegment("w", 0, 4, 2);
        var a = new SparseMatrix<double>(2);
        a.AddRow([1], [1]);
        double[] w = [1, 2, 3, 4];
        var sgd = new Sgd<double>([segment], 0.1, 0.5);
        sgd.UseRowSparse([new RowSparseGradient<double>(segment, 0, a, new double[2], 0)]);
        byte[] before = Save(sgd);
        sgd.CatchUp(w, null);
        sgd.Step(w, new double[4]);
        Assert.ThrowsExactly<InvalidOperationException>(() => Save(sgd));
        Assert.ThrowsExactly<InvalidOperationException>(() => sgd.LoadState(Reader(before)));
        sgd.CatchUpAll(w, null);
        sgd.LoadState(Reader(before));
        Assert.AreEqual(0, sgd.StepCount);
    }

    private static byte[] Save<T>(Optimizer<T> optimizer)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        optimizer.SaveState(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static BinaryReader Reader(byte[] state) => new(new MemoryStream(state));
}
