using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Backprop.Kernels;

/// <summary>Asks for memory that will be needed soon, where .NET can tell the processor; elsewhere it does nothing.</summary>
internal static unsafe class CacheHint
{
    /// <summary>The bytes that one hint brings.</summary>
    public const int Line = 64;

    /// <summary>The bytes of a page of memory: what the processor fetches ahead by itself ends with it.</summary>
    public const int Page = 4096;

    /// <summary>How many bytes to ask for ahead: long enough before they are used, and no more than a part of the first cache.</summary>
    private const int BytesAhead = 12 << 10;

    /// <summary>
    /// How many rows to ask for ahead that lie anywhere, so that the processor cannot see them coming. With too few, each waits for memory;
    /// with too many, the first are gone when they are used.
    /// </summary>
    /// <param name="bytes">The bytes of a row.</param>
    public static int RowsAhead(nint bytes) => (int)Math.Clamp(BytesAhead / bytes, 1, 64);

    /// <summary>Asks for a line. A hint only: no address is wrong.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }

    /// <summary>Asks for all lines of a stretch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* start, nint bytes)
    {
        for (nint offset = 0; offset < bytes; offset += Line)
        {
            Prefetch((byte*)start + offset);
        }
    }

    /// <summary>Asks for all lines of a span.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch<T>(ReadOnlySpan<T> span)
        where T : unmanaged
    {
        // It may move meanwhile: it is a hint.
        Prefetch(Unsafe.AsPointer(ref MemoryMarshal.GetReference(span)), (nint)span.Length * sizeof(T));
    }
}
