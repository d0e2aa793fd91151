using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Backprop.Kernels;

/// <summary>
/// The optimizers' updates: one pass over parameter w, gradient g and state, all of one length. Nothing is allocated. Every
/// element is changed by the same arithmetic, wherever it lies.
/// </summary>
internal static class Update
{
    /// <summary>v = momentum v + g; w = w - rate v.</summary>
    public static void Momentum<T>(Span<T> w, ReadOnlySpan<T> g, Span<T> v, T rate, T momentum)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var rule = new MomentumRule<T>(new(rate), new(momentum));
        Span<Vector<T>> ws = MemoryMarshal.Cast<T, Vector<T>>(w);
        ReadOnlySpan<Vector<T>> gs = MemoryMarshal.Cast<T, Vector<T>>(g)[..ws.Length];
        Span<Vector<T>> vs = MemoryMarshal.Cast<T, Vector<T>>(v)[..ws.Length];
        for (int i = 0; i < ws.Length; i++)
            rule.Apply(ref ws[i], gs[i], ref vs[i]);

        for (int i = ws.Length * Vector<T>.Count; i < w.Length; i++)
        {
            Vector<T> wi = new(w[i]), vi = new(v[i]);
            rule.Apply(ref wi, new(g[i]), ref vi);
            (w[i], v[i]) = (wi[0], vi[0]);
        }
    }

    /// <summary>
    /// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w = keep w - rate m / (scale sqrt(v) + epsilon).
    /// </summary>
    public static void Adam<T>(Span<T> w, ReadOnlySpan<T> g, Span<T> m, Span<T> v, in AdamRule<T> rule)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<Vector<T>> ws = MemoryMarshal.Cast<T, Vector<T>>(w);
        ReadOnlySpan<Vector<T>> gs = MemoryMarshal.Cast<T, Vector<T>>(g)[..ws.Length];
        Span<Vector<T>> ms = MemoryMarshal.Cast<T, Vector<T>>(m)[..ws.Length];
        Span<Vector<T>> vs = MemoryMarshal.Cast<T, Vector<T>>(v)[..ws.Length];
        for (int i = 0; i < ws.Length; i++)
            rule.Apply(ref ws[i], gs[i], ref ms[i], ref vs[i]);

        for (int i = ws.Length * Vector<T>.Count; i < w.Length; i++)
        {
            Vector<T> wi = new(w[i]), mi = new(m[i]), vi = new(v[i]);
            rule.Apply(ref wi, new(g[i]), ref mi, ref vi);
            (w[i], m[i], v[i]) = (wi[0], mi[0], vi[0]);
        }
    }

    /// <summary>x = x + multiple y.</summary>
    public static void AddMultiple<T>(Span<T> x, ReadOnlySpan<T> y, T multiple)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var multiples = new Vector<T>(multiple);
        Span<Vector<T>> xs = MemoryMarshal.Cast<T, Vector<T>>(x);
        ReadOnlySpan<Vector<T>> ys = MemoryMarshal.Cast<T, Vector<T>>(y)[..xs.Length];
        for (int i = 0; i < xs.Length; i++)
            xs[i] += ys[i] * multiples;
        for (int i = xs.Length * Vector<T>.Count; i < x.Length; i++)
            x[i] = (new Vector<T>(x[i]) + (new Vector<T>(y[i]) * multiples))[0];
    }

    /// <summary>w = factor w.</summary>
    public static void Scale<T>(Span<T> w, T factor)
        where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Multiply(w, factor, w);

    /// <summary>w = ww w + wv v and v = vw w + vv v, of the values before.</summary>
    public static void Map<T>(Span<T> w, Span<T> v, T ww, T wv, T vw, T vv)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var map = new LinearMap<T>(new(ww), new(wv), new(vw), new(vv));
        Span<Vector<T>> ws = MemoryMarshal.Cast<T, Vector<T>>(w);
        Span<Vector<T>> vs = MemoryMarshal.Cast<T, Vector<T>>(v)[..ws.Length];
        for (int i = 0; i < ws.Length; i++)
            map.Apply(ref ws[i], ref vs[i]);

        for (int i = ws.Length * Vector<T>.Count; i < w.Length; i++)
        {
            Vector<T> wi = new(w[i]), vi = new(v[i]);
            map.Apply(ref wi, ref vi);
            (w[i], v[i]) = (wi[0], vi[0]);
        }
    }

    private readonly struct LinearMap<T>(Vector<T> ww, Vector<T> wv, Vector<T> vw, Vector<T> vv)
    {
        public void Apply(ref Vector<T> w, ref Vector<T> v) => (w, v) = ((ww * w) + (wv * v), (vw * w) + (vv * v));
    }

    private readonly struct MomentumRule<T>(Vector<T> rate, Vector<T> momentum)
    {
        public void Apply(ref Vector<T> w, Vector<T> g, ref Vector<T> v)
        {
            v = (momentum * v) + g;
            w -= rate * v;
        }
    }
}

/// <summary>The arithmetic of one step of <see cref="Update.Adam{T}"/>.</summary>
internal readonly struct AdamRule<T>(double beta1, double beta2, double keep, double rate, double scale, double epsilon)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // 1 - beta is taken in double: in float, 1 - 0.999 is off by 5e-5 of itself.
    private readonly Vector<T> _beta1 = Lanes(beta1), _fresh1 = Lanes(1 - beta1), _beta2 = Lanes(beta2), _fresh2 = Lanes(1 - beta2);
    private readonly Vector<T> _keep = Lanes(keep), _rate = Lanes(rate), _scale = Lanes(scale), _epsilon = Lanes(epsilon);

    public void Apply(ref Vector<T> w, Vector<T> g, ref Vector<T> m, ref Vector<T> v)
    {
        m = (_beta1 * m) + (_fresh1 * g);
        v = (_beta2 * v) + (_fresh2 * g * g);
        w = (_keep * w) - (_rate * m / ((_scale * Vector.SquareRoot(v)) + _epsilon));
    }

    private static Vector<T> Lanes(double value) => new(T.CreateChecked(value));
}
