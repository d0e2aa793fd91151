using System.Text;

namespace Backprop.Onnx;

/// <summary>
/// A message in the wire format of Protocol Buffers: fields one after the other, each with its number. ONNX files need no more of it.
/// </summary>
internal sealed class ProtobufMessage
{
    private readonly List<ReadOnlyMemory<byte>> _parts = [];

    private enum WireType
    {
        Varint = 0,
        LengthDelimited = 2,
        Fixed32 = 5,
    }

    /// <summary>The number of bytes.</summary>
    public long Length { get; private set; }

    /// <summary>Adds a whole number.</summary>
    public void Add(int field, long value)
    {
        AddTag(field, WireType.Varint);
        AddVarint((ulong)value);
    }

    /// <summary>Adds a float.</summary>
    public void Add(int field, float value)
    {
        AddTag(field, WireType.Fixed32);
        var bytes = new byte[sizeof(float)];
        System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        AddPart(bytes);
    }

    /// <summary>Adds a text.</summary>
    public void Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Adds bytes, which are not copied.</summary>
    public void Add(int field, ReadOnlyMemory<byte> value)
    {
        AddTag(field, WireType.LengthDelimited);
        AddVarint((ulong)value.Length);
        AddPart(value);
    }

    /// <summary>Adds a message, which is not changed any more from then on.</summary>
    public void Add(int field, ProtobufMessage value)
    {
        AddTag(field, WireType.LengthDelimited);
        AddVarint((ulong)value.Length);
        _parts.AddRange(value._parts);
        Length += value.Length;
    }

    /// <summary>Writes the fields.</summary>
    public void WriteTo(Stream stream)
    {
        foreach (ReadOnlyMemory<byte> part in _parts)
            stream.Write(part.Span);
    }

    private void AddTag(int field, WireType type) => AddVarint(((ulong)field << 3) | (ulong)type);

    // Seven bits a byte, the lowest first; all bytes but the last have the highest bit set.
    private void AddVarint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        AddPart(bytes.ToArray());
    }

    private void AddPart(ReadOnlyMemory<byte> part)
    {
        _parts.Add(part);
        Length += part.Length;
    }
}
