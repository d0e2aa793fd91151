using Backprop.Networks;

namespace Backprop.Training;

public sealed partial class MlpClassifier
{
    private const int FormatVersion = 1;

    /// <summary>Writes the classifier, parameters and history, in a versioned binary form with a checksum.</summary>
    /// <param name="stream">Takes it, from its present position on.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var body = new MemoryStream();
        using var writer = new BinaryWriter(body);
        writer.Write(Architecture.Sizes.Count);
        foreach (int size in Architecture.Sizes)
            writer.Write(size);
        foreach (float parameter in _parameters)
            writer.Write(parameter);
        writer.Write((int)History.StopReason);
        writer.Write(History.Epochs.Count);
        foreach (EpochRecord epoch in History.Epochs)
        {
            writer.Write(epoch.Epoch);
            writer.Write(epoch.Loss);
            writer.Write(epoch.Seconds);
            writer.Write(epoch.RowsPerSecond);
        }

        writer.Flush();
        Envelope.Write(stream, FormatVersion, body.GetBuffer().AsSpan(0, (int)body.Length));
    }

    /// <summary>Reads a classifier that <see cref="Save"/> wrote.</summary>
    /// <param name="stream">Has it at its present position; is read up to its end.</param>
    /// <exception cref="InvalidDataException">It is something else, of a later version, cut off or damaged.</exception>
    public static MlpClassifier Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] body = Envelope.Read(stream, FormatVersion);
        try
        {
            using var reader = new BinaryReader(new MemoryStream(body));
            return Read(reader);
        }
        catch (Exception e) when (e is EndOfStreamException or ArgumentException or OverflowException)
        {
            // The checksum holds, so nobody damaged it by accident; what wrote it did not follow the format.
            throw new InvalidDataException($"The model does not follow its format: {e.Message}", e);
        }
    }

    private static MlpClassifier Read(BinaryReader reader)
    {
        int layers = ReadCount(reader, sizeof(int), "layer sizes");
        var sizes = new int[layers];
        foreach (ref int size in sizes.AsSpan())
            size = reader.ReadInt32();
        if (layers < 2)
            throw new InvalidDataException($"The model does not follow its format: it has {layers} layer sizes.");
        var network = new Mlp(new MlpArchitecture(sizes[0], sizes[1..^1], sizes[^1]));

        Require(reader, network.Graph.ParameterCount, sizeof(float), "parameters");
        var parameters = new float[network.Graph.ParameterCount];
        foreach (ref float parameter in parameters.AsSpan())
            parameter = reader.ReadSingle();

        var reason = (StopReason)reader.ReadInt32();
        if (!Enum.IsDefined(reason))
            throw new InvalidDataException($"The model does not follow its format: there is no reason {(int)reason} to stop.");
        var epochs = new EpochRecord[ReadCount(reader, sizeof(int) + (3 * sizeof(double)), "epochs")];
        foreach (ref EpochRecord epoch in epochs.AsSpan())
            epoch = new EpochRecord(reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
        if (reader.BaseStream.Position != reader.BaseStream.Length)
            throw new InvalidDataException(
                $"The model does not follow its format: {reader.BaseStream.Length - reader.BaseStream.Position} bytes are left over.");
        return new MlpClassifier(network, parameters, new TrainingHistory(epochs, reason));
    }

    private static int ReadCount(BinaryReader reader, int itemSize, string what)
    {
        int count = reader.ReadInt32();
        Require(reader, count, itemSize, what);
        return count;
    }

    private static void Require(BinaryReader reader, long count, int itemSize, string what)
    {
        long left = reader.BaseStream.Length - reader.BaseStream.Position;
        if (count < 0 || count * itemSize > left)
            throw new InvalidDataException($"The model does not follow its format: {count} {what} do not fit in {left} bytes.");
    }
}
