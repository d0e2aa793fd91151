using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Backprop.Kernels;

/// <summary>Transposes small blocks in registers; the elements move, so every width gives the same bits.</summary>
internal static unsafe class Transposition
{
    /// <summary>The columns that are transposed at a time.</summary>
    public const int Columns = 8;

    /// <summary>Whether <see cref="Rows"/> moves elements of this type.</summary>
    public static bool Moves<T>()
        where T : unmanaged => sizeof(T) == sizeof(float) && (Sse.IsSupported || AdvSimd.Arm64.IsSupported);

    /// <summary>
    /// <c>to[i * toStep + j] = from[j * fromStep + i]</c> for j below <see cref="Columns"/> and i below what is returned: as many rows as
    /// whole blocks have, all but 3 at most.
    /// </summary>
    [MethodImpl(Compiled.AtOnce)]
    public static int Rows<T>(int rows, T* from, nint fromStep, T* to, nint toStep)
        where T : unmanaged
    {
        float* x = (float*)from, y = (float*)to;
        var row = 0;
        for (; Avx.IsSupported && row <= rows - 8; row += 8)
        {
            BlockOfEight(x + row, fromStep, y + (row * toStep), toStep);
        }

        for (; row <= rows - 4; row += 4)
        {
            BlockOfFour(x + row, fromStep, y + (row * toStep), toStep);
            BlockOfFour(x + row + (4 * fromStep), fromStep, y + (row * toStep) + 4, toStep);
        }

        return row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BlockOfFour(float* x, nint fromStep, float* y, nint toStep)
    {
        var (r0, r1, r2, r3) = (
            Vector128.Load(x), Vector128.Load(x + fromStep), Vector128.Load(x + (2 * fromStep)), Vector128.Load(x + (3 * fromStep)));

        // Rows 0 and 2 alternating, and 1 and 3; those two alternating again are columns.
        var (low02, high02, low13, high13) = (ZipLow(r0, r2), ZipHigh(r0, r2), ZipLow(r1, r3), ZipHigh(r1, r3));
        ZipLow(low02, low13).Store(y);
        ZipHigh(low02, low13).Store(y + toStep);
        ZipLow(high02, high13).Store(y + (2 * toStep));
        ZipHigh(high02, high13).Store(y + (3 * toStep));
    }

    /// <summary>Pairs of rows, then fours, then the two halves of all eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void BlockOfEight(float* x, nint fromStep, float* y, nint toStep)
    {
        var (a, b, c, d) = Fours(x, fromStep);
        var (e, f, g, h) = Fours(x + (4 * fromStep), fromStep);
        Avx.Permute2x128(a, e, 0x20).Store(y);
        Avx.Permute2x128(b, f, 0x20).Store(y + toStep);
        Avx.Permute2x128(c, g, 0x20).Store(y + (2 * toStep));
        Avx.Permute2x128(d, h, 0x20).Store(y + (3 * toStep));
        y += 4 * toStep;
        Avx.Permute2x128(a, e, 0x31).Store(y);
        Avx.Permute2x128(b, f, 0x31).Store(y + toStep);
        Avx.Permute2x128(c, g, 0x31).Store(y + (2 * toStep));
        Avx.Permute2x128(d, h, 0x31).Store(y + (3 * toStep));
    }

    /// <summary>Four rows of eight: columns 0 and 4, 1 and 5, 2 and 6, 3 and 7, four elements of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> A, Vector256<float> B, Vector256<float> C, Vector256<float> D) Fours(float* x, nint fromStep)
    {
        var (r0, r1, r2, r3) = (
            Vector256.Load(x), Vector256.Load(x + fromStep), Vector256.Load(x + (2 * fromStep)), Vector256.Load(x + (3 * fromStep)));
        var (low02, high02, low13, high13) = (
            Avx.UnpackLow(r0, r2), Avx.UnpackHigh(r0, r2), Avx.UnpackLow(r1, r3), Avx.UnpackHigh(r1, r3));
        return (
            Avx.UnpackLow(low02, low13), Avx.UnpackHigh(low02, low13), Avx.UnpackLow(high02, high13), Avx.UnpackHigh(high02, high13));
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
