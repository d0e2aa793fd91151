using System.Runtime.InteropServices;
using Backprop.Kernels;

namespace Backprop.Tests.Kernels;

[TestClass]
public sealed class AlignedBufferTests
{
    [TestMethod]
    public void Buffers_begin_at_a_cache_line_and_are_zero_or_a_copy()
    {
        var held = new List<ArraySegment<float>>();
        foreach (int length in (int[])[0, 1, 5, 16, 1000, 100_000, 3_000_000, 9_000_000])
        {
            ArraySegment<float> zeros = AlignedBuffer.Allocate<float>(length);
            ArraySegment<float> copy = AlignedBuffer.Copy<float>([.. Enumerable.Repeat(2f, length % 999)]);
            held.AddRange([zeros, copy]);
            Assert.HasCount(length, zeros);
            Assert.IsTrue(zeros.AsSpan().IndexOfAnyExcept(0f) < 0);
            Assert.IsTrue(copy.AsSpan().IndexOfAnyExcept(2f) < 0 && copy.Count == length % 999);
            Assert.AreEqual(0, AddressOf(zeros) % 64);
            Assert.AreEqual(0, AddressOf(copy) % 64);
        }

        Assert.ThrowsExactly<OutOfMemoryException>(() => AlignedBuffer.Allocate<double>(int.MaxValue));
    }

    private static nint AddressOf(ArraySegment<float> buffer) => Marshal.UnsafeAddrOfPinnedArrayElement(buffer.Array!, buffer.Offset);
}
