using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Backprop.Training;

/// <summary>
/// What a model lies in: magic "BACKPROP", version (int32), length of the body (int64), the body, and the SHA-256 of all
/// before it. Little-endian. Whatever is cut off, added or flipped is noticed before a byte of the body is used.
/// </summary>
internal static class Envelope
{
    private const int HeaderLength = 8 + sizeof(int) + sizeof(long);

    private static ReadOnlySpan<byte> Magic => "BACKPROP"u8;

    /// <summary>Writes a body in its envelope.</summary>
    public static void Write(Stream stream, int version, ReadOnlySpan<byte> body)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], version);
        BinaryPrimitives.WriteInt64LittleEndian(header[12..], body.Length);
        stream.Write(header);
        stream.Write(body);
        stream.Write(Checksum(header, body));
    }

    /// <summary>Reads what is left of a stream as one envelope. Memory follows the bytes that are there, not the length they claim.</summary>
    /// <returns>The body.</returns>
    /// <exception cref="InvalidDataException">It is no envelope, of another version, cut off, too long, or damaged.</exception>
    public static byte[] Read(Stream stream, int version)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        ReadOnlySpan<byte> all = memory.GetBuffer().AsSpan(0, (int)memory.Length);
        if (all.Length < HeaderLength + SHA256.HashSizeInBytes)
            throw new InvalidDataException($"The model is cut off: it has {all.Length} bytes.");
        if (!all.StartsWith(Magic))
            throw new InvalidDataException("This is no Backprop model: it does not begin with BACKPROP.");

        ReadOnlySpan<byte> header = all[..HeaderLength], rest = all[HeaderLength..];
        int found = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        long length = BinaryPrimitives.ReadInt64LittleEndian(header[12..]);
        if (found != version)
            throw new InvalidDataException($"The model is of format version {found}; this library reads version {version}.");
        if (length != rest.Length - SHA256.HashSizeInBytes)
            throw new InvalidDataException(
                $"The model is damaged or cut off: its body should have {length} bytes and has {rest.Length - SHA256.HashSizeInBytes}.");

        ReadOnlySpan<byte> body = rest[..^SHA256.HashSizeInBytes];
        if (!rest[^SHA256.HashSizeInBytes..].SequenceEqual(Checksum(header, body)))
            throw new InvalidDataException("The model is damaged: its checksum does not match.");
        return body.ToArray();
    }

    private static byte[] Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
