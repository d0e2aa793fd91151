using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Backprop.Kernels;

/// <summary>Transposes small blocks in registers; the elements move, so every width gives the same bits.</summary>
internal static unsafe class Transposition
{
    /// <summary>The rows and columns of a block.</summary>
    public const int Size = 4;

    /// <summary>Whether <see cref="Block"/> moves elements of this type.</summary>
    public static bool Moves<T>()
        where T : unmanaged => sizeof(T) == sizeof(float) && (Sse.IsSupported || AdvSimd.Arm64.IsSupported);

    /// <summary><c>to[i * toStep + j] = from[j * fromStep + i]</c> for i and j below <see cref="Size"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Block<T>(T* from, nint fromStep, T* to, nint toStep)
        where T : unmanaged
    {
        float* x = (float*)from, y = (float*)to;
        var (r0, r1, r2, r3) = (
            Vector128.Load(x), Vector128.Load(x + fromStep), Vector128.Load(x + (2 * fromStep)), Vector128.Load(x + (3 * fromStep)));

        // Rows 0 and 2 alternating, and 1 and 3; those two alternating again are columns.
        var (low02, high02, low13, high13) = (ZipLow(r0, r2), ZipHigh(r0, r2), ZipLow(r1, r3), ZipHigh(r1, r3));
        ZipLow(low02, low13).Store(y);
        ZipHigh(low02, low13).Store(y + toStep);
        ZipLow(high02, high13).Store(y + (2 * toStep));
        ZipHigh(high02, high13).Store(y + (3 * toStep));
    }

    /// <summary>x0 y0 x1 y1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? Sse.UnpackLow(x, y) : AdvSimd.Arm64.ZipLow(x, y);

    /// <summary>x2 y2 x3 y3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? Sse.UnpackHigh(x, y) : AdvSimd.Arm64.ZipHigh(x, y);
}
