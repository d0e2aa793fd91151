namespace Backprop.Kernels;

/// <summary>Takes the elements of a product C as they are completed, mostly while they are in the first cache.</summary>
internal interface IProductSink
{
    /// <summary>Takes some. Each is given once; several threads may call at a time.</summary>
    /// <param name="first">The first, counted in row-major order.</param>
    /// <param name="count">How many there are, one beside the other in memory.</param>
    void Take(int first, int count);
}
