using System.Numerics;

namespace Backprop.Kernels;

/// <summary>
/// How far the rows of a parameter lag behind: rows that were absent from minibatches have missed steps, which may all be different,
/// as where the learning rate changes. Together they are one linear map of a row w and its state v. A table has for each of the last
/// steps the product of all maps from it on; each step multiplies the whole table by its own: some four microseconds where it is
/// full. A sparse product reads rows through the table (<see cref="SparseGemm"/>), and they are written only when they step.
/// </summary>
/// <param name="rows">The number of rows.</param>
/// <param name="width">The elements of a row.</param>
/// <param name="state">v of all rows; empty where there is none, or it stays as it is.</param>
internal sealed class AbsentRows<T>(int rows, int width, ArraySegment<T> state)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The most steps that a row may miss: after that all rows are brought up to date, so that the table stays short.</summary>
    public const int MostSteps = 2048;

    // In double: the products are not rounded to T. Two columns of the maps, each of a part that makes w and one that makes v; behind
    // the last step the map of a row that has missed nothing.
    private readonly double[] _ww = Table(1), _vw = Table(0), _wv = Table(0), _vv = Table(1);

    private readonly RowMap<T>[] _maps = [RowMap<T>.Of(1, 0, 0, 1), .. new RowMap<T>[MostSteps]]; // The same in T.
    private readonly int[] _taken = new int[rows]; // Of the steps in the table, as many as each row has taken.

    /// <summary>How many steps there are in the table.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them each row has taken.</summary>
    public ReadOnlySpan<int> Taken => _taken;

    /// <summary>The map of a row that has taken so many.</summary>
    public ReadOnlySpan<RowMap<T>> Maps => _maps;

    /// <summary>v of all rows; empty where there is none.</summary>
    public Span<T> State => state;

    /// <summary>Adds a step; there is room for <see cref="MostSteps"/>.</summary>
    public void Add(in AbsentRowStep step)
    {
        int steps = Count + 1;
        var map = new LinearRule<double>(step.W - 1, step.V, 0, step.StateW, step.StateV, 0);
        Update.Linear(_ww.AsSpan(0, steps), _ww.AsSpan(0, steps), _vw.AsSpan(0, steps), map);
        Update.Linear(_wv.AsSpan(0, steps), _wv.AsSpan(0, steps), _vv.AsSpan(0, steps), map);
        Count = steps;
        EndTable();
        for (int i = 0; i <= steps; i++)
            _maps[i] = RowMap<T>.Of(_ww[i], _wv[i], _vw[i], _vv[i]);
    }

    /// <summary>Forgets all steps, which all rows have taken.</summary>
    public void Clear()
    {
        Count = 0;
        Array.Clear(_taken);
        EndTable();
        _maps[0] = RowMap<T>.Of(1, 0, 0, 1);
    }

    /// <summary>Asks for a row that will be brought up to date soon.</summary>
    public void Expect(int row, ReadOnlySpan<T> w)
    {
        CacheHint.Prefetch<int>(_taken.AsSpan(row, 1));
        CacheHint.Prefetch(w);
        if (state.Count > 0)
            CacheHint.Prefetch<T>(state.AsSpan(row * width, width));
    }

    /// <summary>Lets a row take the steps that it has missed.</summary>
    /// <param name="row">Which row.</param>
    /// <param name="w">It; changed in place.</param>
    public void CatchUp(int row, Span<T> w)
    {
        if (_taken[row] == Count)
            return;
        RowMap<T> map = _maps[_taken[row]];
        _taken[row] = Count;
        if (state.Count == 0)
            Update.AddMultiple(w, w, map.Change);
        else
        {
            Update.Linear(
                w, w, state.AsSpan(row * width, width), new LinearRule<T>(map.Change, map.StateToW, T.Zero, map.ToState, map.StateToState, T.Zero));
        }
    }

    /// <summary>Notes that rows have taken all steps.</summary>
    public void HaveCaughtUp(ReadOnlySpan<int> rows)
    {
        foreach (int row in rows)
            _taken[row] = Count;
    }

    /// <summary>Notes that a row, which has caught up, is taking a step in another way, which will be added.</summary>
    public void Takes(int row) => _taken[row] = Count + 1;

    private static double[] Table(double first) => [first, .. new double[MostSteps]];

    private void EndTable() => (_ww[Count], _vw[Count], _wv[Count], _vv[Count]) = (1, 0, 0, 1);
}

/// <summary>What steps make of a row w and its state v: w + (Change w + StateToW v), and ToState w + StateToState v.</summary>
/// <param name="ToW">What of w there is in the new w.</param>
/// <param name="Change">That less 1, which is most often far below 1: so many steps of one row lose nothing by rounding.</param>
/// <param name="StateToW">What of v there is in the new w.</param>
/// <param name="ToState">What of w there is in the new v.</param>
/// <param name="StateToState">What of v there is in the new v.</param>
internal readonly record struct RowMap<T>(T ToW, T Change, T StateToW, T ToState, T StateToState)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static RowMap<T> Of(double ww, double wv, double vw, double vv) =>
        new(T.CreateTruncating(ww), T.CreateTruncating(ww - 1), T.CreateTruncating(wv), T.CreateTruncating(vw), T.CreateTruncating(vv));
}
