using System.Collections.Concurrent;

namespace Backprop.Training;

/// <summary>
/// Lends things to threads that use them one at a time: as many as there are threads at it at once, or up to 16 more where what is given
/// back is just overlooked. A thread mostly gets what it gave back last, from a place that it seldom shares with another: then no line of
/// memory goes from one processor to another.
/// </summary>
/// <param name="create">Makes another one.</param>
internal sealed class Pool<T>(Func<T> create)
    where T : class
{
    private const int Places = 16, Step = 16; // So far apart that two are not in one line, nor in the next.

    private readonly T?[] _places = new T?[(Places + 1) * Step]; // The first line has what all threads read of an array: its length.
    private readonly ConcurrentBag<T> _others = [];

    private ref T? OwnPlace => ref Place(Environment.CurrentManagedThreadId % Places);

    /// <summary>Takes one.</summary>
    public T Take() => Interlocked.Exchange(ref OwnPlace, null) ?? TakeAny();

    /// <summary>Gives one back.</summary>
    public void Give(T item)
    {
        if (Interlocked.CompareExchange(ref OwnPlace, item, null) is not null)
            _others.Add(item);
    }

    private ref T? Place(int place) => ref _places[(place + 1) * Step];

    private T TakeAny()
    {
        if (_others.TryTake(out T? item))
            return item;
        for (int place = 0; place < Places; place++)
        {
            if (Interlocked.Exchange(ref Place(place), null) is { } found)
                return found;
        }

        return create();
    }
}
