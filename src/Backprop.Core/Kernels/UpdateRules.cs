using System.Numerics;
using System.Runtime.CompilerServices;

namespace Backprop.Kernels;

/// <summary>The arithmetic of one step of an optimizer that keeps one number a parameter.</summary>
internal interface IUpdateRule<T>
{
    void Apply(ref Vector<T> w, Vector<T> g, ref Vector<T> state);
}

/// <summary>The arithmetic of one step of an optimizer that keeps two numbers a parameter.</summary>
internal interface IUpdateRuleOfTwo<T>
{
    void Apply(ref Vector<T> w, Vector<T> g, ref Vector<T> first, ref Vector<T> second);
}

/// <summary>v = momentum v + g; w = w - rate v.</summary>
internal readonly struct MomentumRule<T>(T rate, T momentum) : IUpdateRule<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector<T> _rate = new(rate), _momentum = new(momentum), _tiny = Lanes.TinyTerm<T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(ref Vector<T> w, Vector<T> g, ref Vector<T> v)
    {
        v = Lanes.WithoutTiny((_momentum * v) + g, _tiny);
        w -= _rate * v;
    }
}

/// <summary>v = momentum v + g; w = w - rate (g + momentum v).</summary>
internal readonly struct NesterovRule<T>(T rate, T momentum) : IUpdateRule<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector<T> _rate = new(rate), _momentum = new(momentum), _tiny = Lanes.TinyTerm<T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(ref Vector<T> w, Vector<T> g, ref Vector<T> v)
    {
        v = Lanes.WithoutTiny((_momentum * v) + g, _tiny);
        w -= _rate * (g + (_momentum * v));
    }
}

/// <summary>
/// w = w + (change w + wv v + wg g) and v = vw w + vv v + vg g, of the values before: steps that are linear, in one.
/// </summary>
internal readonly struct LinearRule<T>(T change, T wv, T wg, T vw, T vv, T vg) : IUpdateRule<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector<T> _change = new(change), _wv = new(wv), _wg = new(wg), _vw = new(vw), _vv = new(vv), _vg = new(vg);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(ref Vector<T> w, Vector<T> g, ref Vector<T> v) =>
        (w, v) = (w + ((_change * w) + (_wv * v) + (_wg * g)), (_vw * w) + (_vv * v) + (_vg * g));
}

/// <summary>v = alpha v + (1 - alpha) g^2; w = w - rate g / (sqrt(v) + epsilon).</summary>
internal readonly struct RmsPropRule<T>(double rate, double alpha, double epsilon) : IUpdateRule<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector<T> _rate = Lanes.Of<T>(rate), _epsilon = Lanes.Of<T>(epsilon);
    private readonly Vector<T> _alpha = Lanes.Of<T>(alpha), _fresh = Lanes.Of<T>(1 - alpha);
    private readonly Vector<T> _tinyGradient = Lanes.TinyGradient<T>(), _tinySquare = Lanes.TinySquare<T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(ref Vector<T> w, Vector<T> g, ref Vector<T> v) => w -= _rate * Scaled(g, ref v);

    /// <summary>g / (sqrt(v) + epsilon), of the new v.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector<T> Scaled(Vector<T> g, ref Vector<T> v)
    {
        g = Lanes.WithoutTiny(g, _tinyGradient);
        v = Lanes.WithoutTiny((_alpha * v) + (_fresh * g * g), _tinySquare);
        return g / (Vector.SquareRoot(v) + _epsilon);
    }
}

/// <summary>v = alpha v + (1 - alpha) g^2; u = momentum u + g / (sqrt(v) + epsilon); w = w - rate u.</summary>
internal readonly struct RmsPropMomentumRule<T>(double rate, double alpha, double epsilon, double momentum) : IUpdateRuleOfTwo<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly RmsPropRule<T> _scaling = new(rate, alpha, epsilon);
    private readonly MomentumRule<T> _momentum = new(T.CreateChecked(rate), T.CreateChecked(momentum));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(ref Vector<T> w, Vector<T> g, ref Vector<T> v, ref Vector<T> u) =>
        _momentum.Apply(ref w, _scaling.Scaled(g, ref v), ref u);
}

/// <summary>
/// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w = keep w - rate m / (scale sqrt(v) + epsilon).
/// </summary>
internal readonly struct AdamRule<T>(double beta1, double beta2, double keep, double rate, double scale, double epsilon) : IUpdateRuleOfTwo<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // 1 - beta is taken in double: in float, 1 - 0.999 is off by 5e-5 of itself.
    private readonly Vector<T> _beta1 = Lanes.Of<T>(beta1), _fresh1 = Lanes.Of<T>(1 - beta1);
    private readonly Vector<T> _beta2 = Lanes.Of<T>(beta2), _fresh2 = Lanes.Of<T>(1 - beta2);
    private readonly Vector<T> _keep = Lanes.Of<T>(keep), _rate = Lanes.Of<T>(rate);
    private readonly Vector<T> _scale = Lanes.Of<T>(scale), _epsilon = Lanes.Of<T>(epsilon);
    private readonly Vector<T> _tinyGradient = Lanes.TinyGradient<T>(), _tinyTerm = Lanes.TinyTerm<T>(), _tinySquare = Lanes.TinySquare<T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply(ref Vector<T> w, Vector<T> g, ref Vector<T> m, ref Vector<T> v)
    {
        g = Lanes.WithoutTiny(g, _tinyGradient);
        m = Lanes.WithoutTiny((_beta1 * m) + (_fresh1 * g), _tinyTerm);
        v = Lanes.WithoutTiny((_beta2 * v) + (_fresh2 * g * g), _tinySquare);
        w = (_keep * w) - (_rate * m / ((_scale * Vector.SquareRoot(v)) + _epsilon));
    }
}

/// <summary>
/// Numbers in all lanes, and what keeps others from becoming too small. The gradients and the state of a unit that is never active decay
/// for ever, and arithmetic whose result is below the smallest normal number takes the processor ten times as long as any other: so what
/// is that small counts as 0.
/// </summary>
file static class Lanes
{
    /// <summary>One number in all lanes.</summary>
    public static Vector<T> Of<T>(double value)
        where T : unmanaged, IFloatingPointIeee754<T> => new(T.CreateChecked(value));

    /// <summary>x, or 0 where it is no larger than a limit in absolute value; a NaN stays one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> WithoutTiny<T>(Vector<T> x, Vector<T> limit) =>
        Vector.ConditionalSelect(Vector.LessThanOrEqual(Vector.Abs(x), limit), Vector<T>.Zero, x);

    /// <summary>Below this the square of a gradient, times a part of 1, would be too small.</summary>
    public static Vector<T> TinyGradient<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => Of<T>(typeof(T) == typeof(double) ? 1e-150 : 1e-16);

    /// <summary>Below this a term of a step, times a learning rate, would be.</summary>
    public static Vector<T> TinyTerm<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => Of<T>(typeof(T) == typeof(double) ? 1e-300 : 1e-30);

    /// <summary>Below this what is left of a mean square after a step would be.</summary>
    public static Vector<T> TinySquare<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => Of<T>(typeof(T) == typeof(double) ? 1e-306 : 1e-37);
}
