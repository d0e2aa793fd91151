using System.Collections.Concurrent;

namespace Backprop.Training;

/// <summary>
/// Lends things to threads that use them one at a time, as many as there are threads at it at once. A thread mostly gets what it gave
/// back last, from a place that others leave alone: then no line of memory goes from one processor to another.
/// </summary>
/// <param name="create">Makes another one.</param>
internal sealed class Pool<T>(Func<T> create)
    where T : class
{
    private const int Places = 16, Step = 16; // So far apart that two are not in one line, nor in the next.

    private readonly T?[] _places = new T?[Places * Step];
    private readonly ConcurrentBag<T> _others = [];

    private static int OwnPlace => Environment.CurrentManagedThreadId % Places;

    /// <summary>Takes one.</summary>
    public T Take() => Interlocked.Exchange(ref _places[OwnPlace * Step], null) ?? TakeAny();

    /// <summary>Gives one back.</summary>
    public void Give(T item)
    {
        if (Interlocked.CompareExchange(ref _places[OwnPlace * Step], item, null) is not null)
            _others.Add(item);
    }

    private T TakeAny()
    {
        if (_others.TryTake(out T? item))
            return item;
        for (int place = 0; place < Places; place++)
        {
            if (Interlocked.Exchange(ref _places[place * Step], null) is { } found)
                return found;
        }

        return create();
    }
}
