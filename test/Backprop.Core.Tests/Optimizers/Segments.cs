using Backprop.Kernels;

namespace Backprop.Tests.Optimizers;

internal static class Segments
{
    /// <summary>Parameters of some lengths, one after the other.</summary>
    public static ParameterSegment[] Of(params int[] lengths) =>
        [.. lengths.Select((length, i) => new ParameterSegment($"w{i}", lengths.Take(i).Sum(), length, length))];
}
