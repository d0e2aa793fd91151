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
    public void More_than_there_are_places_are_kept()
    {
        int created = 0;
        var pool = new Pool<object>(() => $"{++created}");
        for (int round = 0; round < 3; round++)
        {
            object[] lent = [.. Enumerable.Range(0, 20).Select(_ => pool.Take())];
            Assert.AreEqual(20, lent.Distinct().Count());
            foreach (object item in lent)
                pool.Give(item);
        }

        Assert.AreEqual(20, created);
    }

    [TestMethod]
    public void Nothing_that_is_lent_is_lent_to_another()
    {
        const int users = 20; // More than there are places.
        int created = 0, shared = 0;
        var pool = new Pool<int[]>(() =>
        {
            Interlocked.Increment(ref created);
            return new int[1];
        });
        using var start = new Barrier(users);
        Thread[] threads = [.. Enumerable.Range(0, users).Select(_ => new Thread(Use))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.AreEqual(0, shared);
        Assert.IsGreaterThan(1, created);
        Assert.IsLessThanOrEqualTo(users + 16, created);

        void Use()
        {
            start.SignalAndWait();
            for (int i = 0; i < 3000; i++)
            {
                int[] item = pool.Take();
                if (Interlocked.Increment(ref item[0]) != 1)
                    Interlocked.Increment(ref shared);
                if (i % 8 == 0)
                    Thread.Yield(); // To others while it is lent.
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
