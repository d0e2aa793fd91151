using Backprop.Training;

namespace Backprop.Tests.Training;

[TestClass]
public sealed class PoolTests
{
    [TestMethod]
    public void What_was_given_back_is_lent_again_to_any_thread()
    {
        int created = 0;
        var pool = new Pool<object>(() => $"{++created}");
        object first = pool.Take();
        pool.Give(first);
        Assert.AreSame(first, pool.Take());
        pool.Give(first);
        Assert.AreSame(first, OnAnotherThread(pool.Take));
        Assert.AreNotSame(first, pool.Take());
        Assert.AreEqual(2, created);
    }

    [TestMethod]
    public void Nothing_that_is_lent_is_lent_to_another()
    {
        int created = 0;
        bool failed = false;
        var pool = new Pool<int[]>(() =>
        {
            Interlocked.Increment(ref created);
            return new int[1];
        });
        Thread[] threads = [.. Enumerable.Range(0, 20).Select(_ => new Thread(Use))]; // More than there are places.
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.IsFalse(failed);
        Assert.IsLessThan(100, created); // 20, and a few where one was given back to a place that had just been looked at.

        void Use()
        {
            for (int i = 0; i < 20_000; i++)
            {
                int[] item = pool.Take();
                failed |= Interlocked.Increment(ref item[0]) != 1;
                Interlocked.Decrement(ref item[0]);
                pool.Give(item);
            }
        }
    }

    private static object OnAnotherThread(Func<object> function)
    {
        object? result = null;
        var thread = new Thread(() => result = function());
        thread.Start();
        thread.Join();
        return result!;
    }
}
