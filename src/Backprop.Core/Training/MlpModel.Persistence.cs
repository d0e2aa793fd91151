using Backprop.Networks;

namespace Backprop.Training;

public abstract partial class MlpModel
{
    private const int FormatVersion = 3;

    /// <summary>Writes the model, parameters and history, in a versioned binary form with a checksum.</summary>
    /// <param name="stream">Takes it, from its present position on.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var body = new MemoryStream();
        using var writer = new BinaryWriter(body);
        (LossKind kind, double number) = LossFormat.Describe(Loss);
        writer.Write((int)kind);
        writer.Write(number);
        writer.Write((int)Architecture.Activation);
        writer.Write(Architecture.Sizes.Count);
        foreach (int size in Architecture.Sizes)
            writer.Write(size);
        writer.WriteFloats(Parameters);
        writer.Write(Names?.Count ?? -1);
        foreach (string name in Names ?? [])
            writer.Write(name);
        writer.Write((int)History.StopReason);
        writer.Write(History.BestEpoch);
        writer.Write(History.SkippedRows);
        writer.WriteValidation(History.StartingValidation);
        writer.WriteEpochs(History.Epochs);
        writer.Write(State is not null);
        if (State is not null)
        {
            writer.Write(State.Memory);
            writer.Write(State.Bytes.Length);
            writer.Write(State.Bytes);
        }

        writer.Flush();
        Envelope.Write(stream, FormatVersion, body.GetBuffer().AsSpan(0, (int)body.Length));
    }

    /// <summary>Writes the model to a file, whole or not at all: one that is there already is replaced in the end.</summary>
    /// <param name="path">The file.</param>
    public void Save(string path) => WholeFile.Write(path, Save);

    /// <summary>Reads what <see cref="Save(Stream)"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is something else, of another version, cut off or damaged.</exception>
    private protected static TrainedMlp Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] body = Envelope.Read(stream, FormatVersion);
        try
        {
            using var reader = new BinaryReader(new MemoryStream(body));
            return Read(reader);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ArgumentException or OverflowException)
        {
            // The checksum holds, so nobody damaged it by accident; what wrote it did not follow the format.
            throw new InvalidDataException($"The model does not follow its format: {e.Message}", e);
        }
    }

    /// <summary>Checks that a model is of the kind that somebody asks for.</summary>
    private protected static TrainedMlp Require(TrainedMlp trained, bool holds, string kind) => holds
        ? trained
        : throw new InvalidDataException($"This is a model with {trained.Network.Loss.GetType().Name}, which is no {kind}.");

    private static string[]? ReadNames(BinaryReader reader, int outputs)
    {
        int count = reader.ReadInt32();
        if (count == -1)
            return null;
        if (count != outputs)
            throw new InvalidDataException($"It has {count} names of {outputs} outputs.");
        var names = new string[count];
        foreach (ref string name in names.AsSpan())
            name = reader.ReadString();
        return names;
    }

    private static TrainedMlp Read(BinaryReader reader)
    {
        MlpLoss loss = LossFormat.Make((LossKind)reader.ReadInt32(), reader.ReadDouble());
        var activation = (ActivationKind)reader.ReadInt32();
        int layers = reader.ReadCount(sizeof(int), "layer sizes");
        if (layers < 2)
            throw new InvalidDataException($"It has {layers} layer sizes.");
        var sizes = new int[layers];
        foreach (ref int size in sizes.AsSpan())
            size = reader.ReadInt32();
        var network = new Mlp(new MlpArchitecture(sizes[0], sizes[1..^1], sizes[^1], activation), loss);
        float[] parameters = reader.ReadFloats(network.Graph.ParameterCount, "parameters");
        string[]? names = ReadNames(reader, sizes[^1]);

        var reason = (StopReason)reader.ReadInt32();
        if (!Enum.IsDefined(reason))
            throw new InvalidDataException($"There is no reason {(int)reason} to stop.");
        int best = reader.ReadInt32();
        long skipped = reader.ReadInt64();
        ValidationResult? start = reader.ReadValidation();
        var history = new TrainingHistory(reader.ReadEpochs(), reason) { BestEpoch = best, SkippedRows = skipped, StartingValidation = start };
        TrainingState? state = null;
        if (reader.ReadBoolean())
            state = new TrainingState(reader.ReadString(), reader.ReadBytes(reader.ReadCount(1, "bytes of state")));

        if (reader.BaseStream.Position != reader.BaseStream.Length)
            throw new InvalidDataException($"{reader.BaseStream.Length - reader.BaseStream.Position} bytes are left over.");
        return new TrainedMlp(network, parameters, history, state) { Names = names };
    }
}
