using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Optimizers;

/// <summary>
/// The steps that absent rows have missed, which may all be different, as where the learning rate changes. A table has for each of
/// the last steps the product of all maps from it on, so that a row makes up for what it missed by one map. Each step multiplies the
/// whole table by its own: less than a microsecond where it is full.
/// </summary>
/// <param name="state">v of all parameters; empty where there is none, or it stays as it is.</param>
internal sealed class AbsentRows<T>(ArraySegment<T> state)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The most steps that a row may miss: after that all rows are brought up to date, so that the table stays short.</summary>
    public const int MostSteps = 2048;

    // In double: the products are not rounded to T. Two columns of the maps, each of a part that makes w and one that makes v.
    private readonly double[] _ww = new double[MostSteps], _vw = new double[state.Count > 0 ? MostSteps : 0];
    private readonly double[] _wv = new double[state.Count > 0 ? MostSteps : 0], _vv = new double[state.Count > 0 ? MostSteps : 0];

    /// <summary>How many steps there are in the table.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a step; there is room for <see cref="MostSteps"/>.</summary>
    public void Add(in AbsentRowStep step)
    {
        _ww[Count] = 1;
        if (state.Count > 0)
        {
            (_wv[Count], _vw[Count], _vv[Count]) = (0, 0, 1);
            Update.Map<double>(_ww.AsSpan(0, Count + 1), _vw.AsSpan(0, Count + 1), step.W, step.V, step.StateW, step.StateV);
            Update.Map<double>(_wv.AsSpan(0, Count + 1), _vv.AsSpan(0, Count + 1), step.W, step.V, step.StateW, step.StateV);
        }
        else
        {
            Update.Scale<double>(_ww.AsSpan(0, Count + 1), step.W);
        }

        Count++;
    }

    /// <summary>Forgets all steps.</summary>
    public void Clear() => Count = 0;

    /// <summary>Asks for the state of a row that will be needed soon.</summary>
    public void Prefetch(int offset, int length)
    {
        if (state.Count > 0)
            CacheHint.Prefetch<T>(state.AsSpan(offset, length));
    }

    /// <summary>Takes the steps that a row has missed.</summary>
    /// <param name="row">The row of the parameter.</param>
    /// <param name="offset">Where it lies in the flat buffer.</param>
    /// <param name="first">The first of them in the table; all after it are missing too.</param>
    public void Take(Span<T> row, int offset, int first)
    {
        if (state.Count == 0)
            Update.Scale(row, T.CreateChecked(_ww[first]));
        else
        {
            Update.Map(
                row, state.AsSpan(offset, row.Length), T.CreateChecked(_ww[first]), T.CreateChecked(_wv[first]),
                T.CreateChecked(_vw[first]), T.CreateChecked(_vv[first]));
        }
    }
}
