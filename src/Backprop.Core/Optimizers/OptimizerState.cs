using System.Numerics;

namespace Backprop.Optimizers;

/// <summary>
/// How an optimizer's state is written: its kind (a string), the number of its parameters (int32), and then what it keeps. Numbers are
/// little-endian, those of T in as many bytes as T has, counted before (int32).
/// </summary>
internal static class OptimizerState
{
    /// <summary>Writes whose state follows.</summary>
    public static void WriteHeader(BinaryWriter writer, string kind, int parameterCount)
    {
        writer.Write(kind);
        writer.Write(parameterCount);
    }

    /// <summary>Reads that, and then the rest.</summary>
    /// <exception cref="InvalidDataException">The state is of another kind or size, cut off, or no state.</exception>
    public static void Read(BinaryReader reader, string kind, int parameterCount, Action<BinaryReader> readRest)
    {
        ArgumentNullException.ThrowIfNull(reader);
        try
        {
            string found = reader.ReadString();
            if (found != kind)
                throw new InvalidDataException($"The state is that of {found}; this optimizer is {kind}.");
            int count = reader.ReadInt32();
            if (count != parameterCount)
                throw new InvalidDataException($"The state is that of {count} parameters; this optimizer has {parameterCount}.");
            readRest(reader);
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException($"The state of {kind} is cut off or damaged: {e.Message}", e);
        }
    }

    /// <summary>Writes values and how many they are.</summary>
    public static void Write<T>(BinaryWriter writer, ReadOnlySpan<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        writer.Write(values.Length);
        foreach (T value in values)
        {
            if (typeof(T) == typeof(float))
                writer.Write(float.CreateTruncating(value));
            else
                writer.Write(double.CreateTruncating(value));
        }
    }

    /// <summary>Reads as many values as there is room for.</summary>
    /// <exception cref="InvalidDataException">There are more or fewer.</exception>
    public static void Read<T>(BinaryReader reader, Span<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int count = reader.ReadInt32();
        if (count != values.Length)
            throw new InvalidDataException($"The state has {count} values where an optimizer with these settings keeps {values.Length}.");
        foreach (ref T value in values)
            value = typeof(T) == typeof(float) ? T.CreateTruncating(reader.ReadSingle()) : T.CreateTruncating(reader.ReadDouble());
    }
}
