using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Backprop.Kernels;

/// <summary>
/// The optimizers' updates: one pass over parameter w, gradient g and state, all of one length. Nothing is allocated. Every
/// element is changed by the same arithmetic, wherever it lies.
/// </summary>
internal static class Update
{
    /// <summary>How loops are compiled: at once, and not into callers, where the same loop ran at a third of its speed.</summary>
    private const MethodImplOptions Alone = Compiled.AtOnce | MethodImplOptions.NoInlining;

    /// <inheritdoc cref="MomentumRule{T}"/>
    public static void Momentum<T>(Span<T> w, ReadOnlySpan<T> g, Span<T> v, T rate, T momentum)
        where T : unmanaged, IFloatingPointIeee754<T> => Step(w, g, v, new MomentumRule<T>(rate, momentum));

    /// <inheritdoc cref="NesterovRule{T}"/>
    public static void Nesterov<T>(Span<T> w, ReadOnlySpan<T> g, Span<T> v, T rate, T momentum)
        where T : unmanaged, IFloatingPointIeee754<T> => Step(w, g, v, new NesterovRule<T>(rate, momentum));

    /// <inheritdoc cref="RmsPropRule{T}"/>
    public static void RmsProp<T>(Span<T> w, ReadOnlySpan<T> g, Span<T> v, in RmsPropRule<T> rule)
        where T : unmanaged, IFloatingPointIeee754<T> => Step(w, g, v, rule);

    /// <inheritdoc cref="RmsPropMomentumRule{T}"/>
    public static void RmsProp<T>(Span<T> w, ReadOnlySpan<T> g, Span<T> v, Span<T> u, in RmsPropMomentumRule<T> rule)
        where T : unmanaged, IFloatingPointIeee754<T> => Step(w, g, v, u, rule);

    /// <inheritdoc cref="AdamRule{T}"/>
    public static void Adam<T>(Span<T> w, ReadOnlySpan<T> g, Span<T> m, Span<T> v, in AdamRule<T> rule)
        where T : unmanaged, IFloatingPointIeee754<T> => Step(w, g, m, v, rule);

    /// <summary>x = x + multiple y.</summary>
    [MethodImpl(Alone)]
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

    /// <inheritdoc cref="LinearRule{T}"/>
    public static void Linear<T>(Span<T> w, ReadOnlySpan<T> g, Span<T> v, LinearRule<T> rule)
        where T : unmanaged, IFloatingPointIeee754<T> => Step(w, g, v, rule);

    // The rules come by value: by reference, the compiler would copy one for each vector, not knowing that TRule is readonly.
    [MethodImpl(Alone)]
    private static void Step<T, TRule>(Span<T> w, ReadOnlySpan<T> g, Span<T> state, TRule rule)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TRule : struct, IUpdateRule<T>
    {
        Span<Vector<T>> ws = MemoryMarshal.Cast<T, Vector<T>>(w);
        ReadOnlySpan<Vector<T>> gs = MemoryMarshal.Cast<T, Vector<T>>(g)[..ws.Length];
        Span<Vector<T>> states = MemoryMarshal.Cast<T, Vector<T>>(state)[..ws.Length];
        for (int i = 0; i < ws.Length; i++)
            rule.Apply(ref ws[i], gs[i], ref states[i]);

        for (int i = ws.Length * Vector<T>.Count; i < w.Length; i++)
        {
            Vector<T> wi = new(w[i]), si = new(state[i]);
            rule.Apply(ref wi, new(g[i]), ref si);
            (w[i], state[i]) = (wi[0], si[0]);
        }
    }

    [MethodImpl(Alone)]
    private static void Step<T, TRule>(Span<T> w, ReadOnlySpan<T> g, Span<T> first, Span<T> second, TRule rule)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TRule : struct, IUpdateRuleOfTwo<T>
    {
        Span<Vector<T>> ws = MemoryMarshal.Cast<T, Vector<T>>(w);
        ReadOnlySpan<Vector<T>> gs = MemoryMarshal.Cast<T, Vector<T>>(g)[..ws.Length];
        Span<Vector<T>> firsts = MemoryMarshal.Cast<T, Vector<T>>(first)[..ws.Length];
        Span<Vector<T>> seconds = MemoryMarshal.Cast<T, Vector<T>>(second)[..ws.Length];
        for (int i = 0; i < ws.Length; i++)
            rule.Apply(ref ws[i], gs[i], ref firsts[i], ref seconds[i]);

        for (int i = ws.Length * Vector<T>.Count; i < w.Length; i++)
        {
            Vector<T> wi = new(w[i]), fi = new(first[i]), si = new(second[i]);
            rule.Apply(ref wi, new(g[i]), ref fi, ref si);
            (w[i], first[i], second[i]) = (wi[0], fi[0], si[0]);
        }
    }
}
