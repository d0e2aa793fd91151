namespace Microsoft.ML.Backprop.Data;

/// <summary>
/// The rows that are held out of a stream, or those that are left: of each class the same fraction, and the same rows in each pass.
/// </summary>
/// <param name="fraction">The fraction that is held out, above 0 and below 1.</param>
/// <param name="seed">What decides which.</param>
/// <param name="heldOut">Whether it is the rows that are held out, or the others.</param>
internal sealed class RowPart(double fraction, long seed, bool heldOut)
{
    /// <summary>
    /// Whether a row belongs to it. The rows of a class are cut into runs of 1 / fraction rows, and one of each run is held out, at
    /// random; but never the first of a class, so that one of each is trained on.
    /// </summary>
    /// <param name="ofClass">The row's class.</param>
    /// <param name="number">How many rows of this class are before it.</param>
    public bool Has(int ofClass, long number)
    {
        long run = (long)(number * fraction);
        long start = Math.Max(1, (long)Math.Ceiling(run / fraction)), end = (long)Math.Ceiling((run + 1) / fraction);
        bool isHeldOut = end > start && number == start + (long)(Draw(ofClass, run) * (end - start));
        return isHeldOut == heldOut;
    }

    /// <summary>An even number in [0, 1) for a run of a class (the finaliser of MurmurHash3).</summary>
    private double Draw(int ofClass, long run)
    {
        ulong hash = Mixed(Mixed(Mixed((ulong)seed) + (ulong)ofClass) + (ulong)run);
        return (hash >> 11) * (1.0 / (1UL << 53));
    }

    private static ulong Mixed(ulong hash)
    {
        hash += 0x9E3779B97F4A7C15; // Of 0 it would make 0.
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return hash ^ (hash >> 33);
    }
}
