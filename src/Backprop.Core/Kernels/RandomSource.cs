using System.Numerics;

namespace Backprop.Kernels;

/// <summary>
/// The project's only source of random numbers: xoshiro256** 1.0 by Blackman and Vigna (ACM TOMS 47, 2021), its state
/// filled by SplitMix64 from one seed. Integer arithmetic alone makes the stream, so it is the same on every platform.
/// Not safe for use by several threads at once; not for secrets.
/// </summary>
public sealed class RandomSource
{
    private ulong _s0, _s1, _s2, _s3;

    /// <summary>Starts the stream of a seed.</summary>
    /// <param name="seed">Any number; equal seeds give equal streams.</param>
    public RandomSource(long seed)
    {
        ulong state = (ulong)seed;
        _s0 = SplitMix64(ref state);
        _s1 = SplitMix64(ref state);
        _s2 = SplitMix64(ref state);
        _s3 = SplitMix64(ref state);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number evenly distributed in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>An integer evenly distributed from 0 to below a bound (Lemire's method, arXiv 1805.10941).</summary>
    /// <param name="bound">The bound, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        uint range = (uint)bound;
        ulong product = (NextUInt64() >> 32) * range;
        if ((uint)product < range)
        {
            uint threshold = (uint)-range % range;
            while ((uint)product < threshold)
                product = (NextUInt64() >> 32) * range;
        }

        return (int)(product >> 32);
    }

    /// <summary>
    /// A number of the standard normal distribution (Box and Muller 1958). It goes through the platform's logarithm and cosine: its
    /// last bits may differ between platforms.
    /// </summary>
    public double NextNormal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble())); // 1 - [0, 1) is never 0.
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>Puts items in a random order, each order equally likely (Fisher and Yates).</summary>
    /// <param name="items">The items.</param>
    public void Shuffle(Span<int> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>Writes where in its stream it is.</summary>
    /// <param name="writer">Takes 32 bytes.</param>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (ulong word in new[] { _s0, _s1, _s2, _s3 })
            writer.Write(word);
    }

    /// <summary>Goes to where in its stream another one was that wrote its state.</summary>
    /// <param name="reader">Has the 32 bytes.</param>
    public void LoadState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (_s0, _s1, _s2, _s3) = (reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64());
    }

    private static ulong SplitMix64(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
