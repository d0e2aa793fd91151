using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Backprop.Kernels;

/// <summary>
/// Arithmetic on vectors of one width. A kernel is written once over this interface; the JIT compiles it anew for each
/// implementing struct and folds the constants and the calls.
/// </summary>
/// <typeparam name="T">The element: <see cref="float"/> or <see cref="double"/>; any in <see cref="ScalarLanes{T}"/>.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
internal unsafe interface IVectorLanes<T, TVector>
    where T : unmanaged
    where TVector : unmanaged
{
    /// <summary>The number of elements in a vector.</summary>
    static abstract int Width { get; }

    /// <summary>How many vectors the processor's registers hold.</summary>
    static abstract int Registers { get; }

    /// <summary>The vector at an address of any alignment.</summary>
    static abstract TVector Load(T* from);

    /// <summary>Writes a vector to an address of any alignment.</summary>
    static abstract void Store(TVector vector, T* to);

    /// <summary>The vector whose every lane is <paramref name="value"/>.</summary>
    static abstract TVector Broadcast(T value);

    /// <summary>The sum, lane by lane.</summary>
    static abstract TVector Add(TVector left, TVector right);

    /// <summary>The product, lane by lane.</summary>
    static abstract TVector Multiply(TVector left, TVector right);

    /// <summary>max(x, 0), lane by lane; a NaN stays one.</summary>
    static abstract TVector Rectify(TVector vector);

    /// <summary>The lanes whose <paramref name="condition"/> is above 0, else 0.</summary>
    static abstract TVector WherePositive(TVector condition, TVector vector);

    /// <summary>
    /// <c>left * right + addend</c>, lane by lane: rounded once where the machine has a fused multiply-add
    /// (<see cref="FusedMultiplyAdd.IsHardwareAccelerated"/>), else the product is rounded too. Either way all widths agree.
    /// </summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);
}

/// <summary>Whether the processor rounds <c>a * b + c</c> once.</summary>
internal static class FusedMultiplyAdd
{
    /// <summary>Without it a fused multiply-add is emulated, a hundred times slower than a product and a sum.</summary>
    public static bool IsHardwareAccelerated
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Fma.IsSupported || AdvSimd.IsSupported;
    }
}

/// <summary>The registers for vectors of up to 256 bits, which hold single numbers, too.</summary>
internal static class VectorRegisters
{
    /// <summary>AVX-512 doubles the registers of x64, also for narrower vectors.</summary>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx512F.VL.IsSupported || AdvSimd.Arm64.IsSupported ? 32 : 16;
    }
}

/// <summary>Vectors of 512 bits; a machine that has them has a fused multiply-add.</summary>
internal readonly unsafe struct Vector512Lanes<T> : IVectorLanes<T, Vector512<T>>
    where T : unmanaged
{
    public static int Width => Vector512<T>.Count;

    public static int Registers => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(T* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<T> vector, T* to) => vector.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Broadcast(T value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Add(Vector512<T> left, Vector512<T> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Multiply(Vector512<T> left, Vector512<T> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Rectify(Vector512<T> vector) => Vector512.Max(vector, Vector512<T>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> WherePositive(Vector512<T> condition, Vector512<T> vector) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(condition, Vector512<T>.Zero), vector, Vector512<T>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> left, Vector512<T> right, Vector512<T> addend) =>
        typeof(T) == typeof(float)
            ? Vector512.FusedMultiplyAdd(left.AsSingle(), right.AsSingle(), addend.AsSingle()).As<float, T>()
            : Vector512.FusedMultiplyAdd(left.AsDouble(), right.AsDouble(), addend.AsDouble()).As<double, T>();
}

/// <summary>Vectors of 256 bits; a machine that has them has a fused multiply-add.</summary>
internal readonly unsafe struct Vector256Lanes<T> : IVectorLanes<T, Vector256<T>>
    where T : unmanaged
{
    public static int Width => Vector256<T>.Count;

    public static int Registers => VectorRegisters.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load(T* from) => Vector256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<T> vector, T* to) => vector.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Broadcast(T value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Add(Vector256<T> left, Vector256<T> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Multiply(Vector256<T> left, Vector256<T> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Rectify(Vector256<T> vector) => Vector256.Max(vector, Vector256<T>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> WherePositive(Vector256<T> condition, Vector256<T> vector) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(condition, Vector256<T>.Zero), vector, Vector256<T>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> left, Vector256<T> right, Vector256<T> addend) =>
        typeof(T) == typeof(float)
            ? Vector256.FusedMultiplyAdd(left.AsSingle(), right.AsSingle(), addend.AsSingle()).As<float, T>()
            : Vector256.FusedMultiplyAdd(left.AsDouble(), right.AsDouble(), addend.AsDouble()).As<double, T>();
}

/// <summary>Vectors of 128 bits, with or without a fused multiply-add.</summary>
internal readonly unsafe struct Vector128Lanes<T> : IVectorLanes<T, Vector128<T>>
    where T : unmanaged
{
    public static int Width => Vector128<T>.Count;

    public static int Registers => VectorRegisters.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load(T* from) => Vector128.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<T> vector, T* to) => vector.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Broadcast(T value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Add(Vector128<T> left, Vector128<T> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Multiply(Vector128<T> left, Vector128<T> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Rectify(Vector128<T> vector) => Vector128.Max(vector, Vector128<T>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> WherePositive(Vector128<T> condition, Vector128<T> vector) =>
        Vector128.ConditionalSelect(Vector128.GreaterThan(condition, Vector128<T>.Zero), vector, Vector128<T>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd(Vector128<T> left, Vector128<T> right, Vector128<T> addend)
    {
        if (!FusedMultiplyAdd.IsHardwareAccelerated)
        {
            return (left * right) + addend;
        }

        return typeof(T) == typeof(float)
            ? Vector128.FusedMultiplyAdd(left.AsSingle(), right.AsSingle(), addend.AsSingle()).As<float, T>()
            : Vector128.FusedMultiplyAdd(left.AsDouble(), right.AsDouble(), addend.AsDouble()).As<double, T>();
    }
}

/// <summary>Single elements as vectors of width 1.</summary>
internal readonly unsafe struct ScalarLanes<T> : IVectorLanes<T, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static int Width => 1;

    public static int Registers => VectorRegisters.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load(T* from) => *from;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T vector, T* to) => *to = vector;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Broadcast(T value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Add(T left, T right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Multiply(T left, T right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Rectify(T vector) => T.Max(vector, T.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T WherePositive(T condition, T vector) => condition > T.Zero ? vector : T.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MultiplyAdd(T left, T right, T addend) =>
        FusedMultiplyAdd.IsHardwareAccelerated ? T.FusedMultiplyAdd(left, right, addend) : (left * right) + addend;
}
