using System.Runtime.CompilerServices;

namespace Backprop.Kernels;

/// <summary>How kernels are compiled.</summary>
internal static class Compiled
{
    /// <summary>
    /// Fully at once, for what runs many times in a step of training. The runtime compiles a method in tiers and counts its calls in
    /// between; a loop over vectors is up to a hundred times slower at first, and many a training would be over before the last tier.
    /// </summary>
    public const MethodImplOptions AtOnce = MethodImplOptions.AggressiveOptimization;
}
