using System.Numerics;
using System.Runtime.InteropServices;

namespace Backprop.Kernels;

/// <summary>The optimizers' updates: one pass over parameter, gradient and state.</summary>
internal static class Update
{
    /// <summary>v = momentum v + g; w = w - rate v.</summary>
    public static void Momentum<T>(Span<T> w, ReadOnlySpan<T> g, Span<T> v, T rate, T momentum)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<Vector<T>> ws = MemoryMarshal.Cast<T, Vector<T>>(w);
        ReadOnlySpan<Vector<T>> gs = MemoryMarshal.Cast<T, Vector<T>>(g)[..ws.Length];
        Span<Vector<T>> vs = MemoryMarshal.Cast<T, Vector<T>>(v)[..ws.Length];
        var rates = new Vector<T>(rate);
        var momenta = new Vector<T>(momentum);
        for (int i = 0; i < ws.Length; i++)
        {
            Vector<T> velocity = (momenta * vs[i]) + gs[i];
            vs[i] = velocity;
            ws[i] -= rates * velocity;
        }

        for (int i = ws.Length * Vector<T>.Count; i < w.Length; i++)
        {
            v[i] = (momentum * v[i]) + g[i];
            w[i] -= rate * v[i];
        }
    }
}
