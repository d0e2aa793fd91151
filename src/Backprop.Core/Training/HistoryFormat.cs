namespace Backprop.Training;

/// <summary>How histories and arrays are written, and read back within the bytes that are there.</summary>
internal static class HistoryFormat
{
    /// <summary>Writes epochs.</summary>
    public static void WriteEpochs(this BinaryWriter writer, IReadOnlyList<EpochRecord> epochs)
    {
        writer.Write(epochs.Count);
        foreach (EpochRecord epoch in epochs)
        {
            writer.Write(epoch.Epoch);
            writer.Write(epoch.Loss);
            writer.Write(epoch.Seconds);
            writer.Write(epoch.RowsPerSecond);
            writer.Write(epoch.LearningRate);
            writer.Write(epoch.GradientNorm);
            writer.WriteValidation(epoch.ValidationLoss is { } loss ? new(loss, epoch.ValidationMetric ?? double.NaN) : null);
        }
    }

    /// <summary>Writes what validation rows showed; null for nothing.</summary>
    public static void WriteValidation(this BinaryWriter writer, ValidationResult? result)
    {
        writer.Write(result is not null);
        writer.Write(result?.Loss ?? 0);
        writer.Write(result?.Metric ?? 0);
    }

    /// <summary>Reads it.</summary>
    public static ValidationResult? ReadValidation(this BinaryReader reader)
    {
        bool isThere = reader.ReadBoolean();
        var result = new ValidationResult(reader.ReadDouble(), reader.ReadDouble());
        return isThere ? result : null;
    }

    /// <summary>Reads epochs.</summary>
    /// <exception cref="InvalidDataException">There are not as many as announced.</exception>
    public static EpochRecord[] ReadEpochs(this BinaryReader reader)
    {
        var epochs = new EpochRecord[ReadCount(reader, sizeof(int) + (7 * sizeof(double)) + 1, "epochs")];
        foreach (ref EpochRecord epoch in epochs.AsSpan())
        {
            epoch = new EpochRecord(reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble())
            {
                LearningRate = reader.ReadDouble(),
                GradientNorm = reader.ReadDouble(),
            };
            if (reader.ReadValidation() is { } shown)
                epoch = epoch with { ValidationLoss = shown.Loss, ValidationMetric = shown.Metric };
        }

        return epochs;
    }

    /// <summary>Writes numbers, their count first.</summary>
    public static void WriteFloats(this BinaryWriter writer, ReadOnlySpan<float> values)
    {
        writer.Write(values.Length);
        foreach (float value in values)
            writer.Write(value);
    }

    /// <summary>Reads numbers, as many as they must be.</summary>
    /// <exception cref="InvalidDataException">It is another count, or there are not as many.</exception>
    public static float[] ReadFloats(this BinaryReader reader, int count, string what)
    {
        if (ReadCount(reader, sizeof(float), what) is var found && found != count)
            throw new InvalidDataException($"It has {found} {what}; it should have {count}.");
        var values = new float[count];
        foreach (ref float value in values.AsSpan())
            value = reader.ReadSingle();
        return values;
    }

    /// <summary>Reads how many items follow.</summary>
    /// <exception cref="InvalidDataException">As many do not fit in what is left.</exception>
    public static int ReadCount(this BinaryReader reader, int itemSize, string what)
    {
        int count = reader.ReadInt32();
        long left = reader.BaseStream.Length - reader.BaseStream.Position;
        if (count < 0 || (long)count * itemSize > left)
            throw new InvalidDataException($"{count} {what} do not fit in {left} bytes.");
        return count;
    }
}
