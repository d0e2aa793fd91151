namespace Backprop.Kernels;

/// <summary>
/// Memory that a kernel needs while it runs. Each thread has one block, grown to the largest demand and then reused, so
/// that kernels allocate nothing in steady state.
/// </summary>
internal static unsafe class Scratch
{
    /// <summary>The alignment of the block in bytes: a cache line, and the widest vector.</summary>
    public const int Alignment = 64;

    [ThreadStatic]
    private static byte[]? t_block;

    /// <summary>
    /// The calling thread's block, at least <paramref name="length"/> elements, with whatever was left there. It is valid
    /// until the thread asks again: a kernel asks once and divides what it gets.
    /// </summary>
    public static T* Take<T>(nint length)
        where T : unmanaged
    {
        var bytes = checked((int)(length * sizeof(T)) + Alignment - 1);
        var block = t_block;
        if (block is null || block.Length < bytes)
        {
            // Pinned for good: the address outlives this call, held by the thread's field.
            t_block = block = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
        }

        fixed (byte* start = block)
        {
            return (T*)(((nint)start + Alignment - 1) & -Alignment);
        }
    }

    /// <summary><paramref name="length"/> elements rounded up so that what follows them in a block is aligned too.</summary>
    public static nint Padded<T>(nint length)
        where T : unmanaged => (length + (Alignment / sizeof(T)) - 1) / (Alignment / sizeof(T)) * (Alignment / sizeof(T));
}
