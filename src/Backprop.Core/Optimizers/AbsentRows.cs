using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Optimizers;

/// <summary>
/// What a step does to a parameter w and its state v where the gradient is a multiple of w: a linear map of both, whose powers are
/// the steps that a row has missed.
/// </summary>
/// <param name="w">What of w there is in the next w.</param>
/// <param name="v">What of v there is in the next w.</param>
/// <param name="stateW">What of w there is in the next v.</param>
/// <param name="stateV">What of v there is in the next v.</param>
/// <param name="state">v of all parameters; empty where there is none, or it stays as it is.</param>
internal sealed class AbsentRows<T>(double w, double v, double stateW, double stateV, ArraySegment<T> state)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The most steps that a row may miss: after that all rows are brought up to date, so that the table stays short.</summary>
    public const int MostSteps = 4096;

    // By the number of steps, in double: the powers themselves are not rounded to T.
    private readonly List<(double W, double V, double StateW, double StateV)> _powers = [(1, 0, 0, 1)];

    /// <summary>The same with no state.</summary>
    public AbsentRows(double w)
        : this(w, 0, 0, 1, default)
    {
    }

    /// <summary>Whether absent rows stay as they are.</summary>
    public bool ChangesNothing => w == 1 && v == 0 && (state.Count == 0 || (stateW == 0 && stateV == 1));

    /// <summary>Makes ready for rows that have missed so many steps.</summary>
    public void Prepare(int steps)
    {
        while (_powers.Count <= steps)
        {
            (double lastW, double lastV, double lastStateW, double lastStateV) = _powers[^1];
            _powers.Add((
                (w * lastW) + (v * lastStateW), (w * lastV) + (v * lastStateV),
                (stateW * lastW) + (stateV * lastStateW), (stateW * lastV) + (stateV * lastStateV)));
        }
    }

    /// <summary>Asks for the state of a row that will be needed soon.</summary>
    public void Prefetch(int offset, int length)
    {
        if (state.Count > 0)
            CacheHint.Prefetch<T>(state.AsSpan(offset, length));
    }

    /// <summary>Takes the steps that a row has missed; prepared for at least as many.</summary>
    /// <param name="row">The row of the parameter.</param>
    /// <param name="offset">Where it lies in the flat buffer.</param>
    /// <param name="steps">How many.</param>
    public void Take(Span<T> row, int offset, int steps)
    {
        (double ww, double wv, double vw, double vv) = _powers[steps];
        if (state.Count == 0)
            Update.Scale(row, T.CreateChecked(ww));
        else
        {
            Update.Map(
                row, state.AsSpan(offset, row.Length),
                T.CreateChecked(ww), T.CreateChecked(wv), T.CreateChecked(vw), T.CreateChecked(vv));
        }
    }
}
