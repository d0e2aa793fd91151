using System.Runtime.Intrinsics;

namespace Backprop.Kernels;

/// <summary>The vectors that a kernel works with; each is a strategy of its own, chosen once for the process.</summary>
internal enum KernelSet
{
    /// <summary>One element at a time; every machine has it, and every element type.</summary>
    Scalar,

    /// <summary>Vectors of 128 bits: ARM64, and x64 before AVX2.</summary>
    Vector128,

    /// <summary>Vectors of 256 bits: AVX2 with FMA.</summary>
    Vector256,

    /// <summary>Vectors of 512 bits: AVX-512.</summary>
    Vector512,
}

/// <summary>Which <see cref="KernelSet"/>s this machine has, and which one is used.</summary>
internal static class KernelSets
{
    /// <summary>The environment variable that overrides the choice; its values are the names of the sets in lower case.</summary>
    public const string EnvironmentVariable = "BACKPROP_KERNELS";

    private static KernelSet? s_chosen;

    /// <summary>The sets that this machine has, the narrowest first.</summary>
    public static IEnumerable<KernelSet> Supported => Enum.GetValues<KernelSet>().Where(IsSupported);

    /// <summary>The set that kernels use: the widest supported, or the one that the environment asks for.</summary>
    /// <exception cref="InvalidOperationException">The environment asks for a set that is unknown or not supported.</exception>
    public static KernelSet Chosen => s_chosen ??= Choose(Environment.GetEnvironmentVariable(EnvironmentVariable));

    /// <summary>Whether this machine computes with <paramref name="set"/> in hardware.</summary>
    public static bool IsSupported(KernelSet set) => set switch
    {
        KernelSet.Vector512 => Vector512.IsHardwareAccelerated,
        KernelSet.Vector256 => Vector256.IsHardwareAccelerated,
        KernelSet.Vector128 => Vector128.IsHardwareAccelerated,
        _ => true,
    };

    /// <summary>The set that is <paramref name="requested"/> by name, or the widest supported where that is empty.</summary>
    /// <exception cref="InvalidOperationException">The name is unknown, or this machine does not support its set.</exception>
    public static KernelSet Choose(string? requested)
    {
        if (string.IsNullOrEmpty(requested))
        {
            return Supported.Max();
        }

        foreach (var set in Supported)
        {
            if (NameOf(set) == requested)
            {
                return set;
            }
        }

        throw new InvalidOperationException(
            $"{EnvironmentVariable} is '{requested}'; on this machine it can be {string.Join(", ", Supported.Select(NameOf))}.");
    }

    private static string NameOf(KernelSet set) => set.ToString().ToLowerInvariant();
}
