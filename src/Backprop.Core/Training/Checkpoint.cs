using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;

namespace Backprop.Training;

/// <summary>
/// The state of a training at the end of an epoch, and the file it is kept in: magic "BACKPTCP", version (int32), what training it is of,
/// what the start was worth, epochs, whether it has converged, parameters, the best ones, the runner's state then, its state now, and the
/// SHA-256 of all before it. Little-endian.
/// </summary>
internal sealed class Checkpoint
{
    private const int FormatVersion = 2;

    /// <summary>
    /// Options that may be others when a training goes on: they change no bit, or only when it ends. Epochs are so where the schedule does
    /// not depend on them.
    /// </summary>
    private static readonly string[] s_free =
    [
        nameof(TrainingOptions.Epochs), nameof(TrainingOptions.Threads), nameof(TrainingOptions.Progress), nameof(TrainingOptions.ProgressInterval),
        nameof(TrainingOptions.Cancellation), nameof(TrainingOptions.MiniBatchStarting), nameof(TrainingOptions.ValidationBatchStarting),
        nameof(TrainingOptions.CheckpointPath), nameof(TrainingOptions.CheckpointInterval),
    ];

    private readonly string? _path;
    private readonly string _identity;
    private readonly float[] _parameters;
    private readonly IEpochRunner _runner;
    private byte[]? _bestState; // The runner's.
    private int _savedEpochs;

    private Checkpoint(string? path, string identity, float[] parameters, IEpochRunner runner) =>
        (_path, _identity, _parameters, _runner) = (path, identity, parameters, runner);

    private static ReadOnlySpan<byte> Magic => "BACKPTCP"u8;

    /// <summary>The epochs that have ended.</summary>
    public List<EpochRecord> Epochs { get; } = [];

    /// <summary>Whether nothing is left to be learned, as the runner says.</summary>
    public bool IsConverged { get; set; }

    /// <summary>What validation showed of the model that training started from; null where it started from none.</summary>
    public ValidationResult? StartingValidation { get; set; }

    /// <summary>What validation showed last; null for nothing.</summary>
    public ValidationResult? LastValidation => Epochs.Count == 0 ? StartingValidation : Stopping.Validation(Epochs[^1]);

    /// <summary>The parameters after the best epoch; null where there is no validation.</summary>
    public float[]? Best { get; private set; }

    /// <summary>The state that a training starts from: that of its file if there is one, else a new one without epochs.</summary>
    /// <param name="path">The file; null for none.</param>
    /// <param name="identity">What training it is, in lines of names and values.</param>
    /// <param name="parameters">The initial parameters; become those of the file.</param>
    /// <param name="runner">Takes its state from the file.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or of another training.</exception>
    /// <exception cref="IOException">The file cannot be written, or its folder does not exist.</exception>
    public static Checkpoint LoadOrCreate(string? path, string identity, float[] parameters, IEpochRunner runner)
    {
        var checkpoint = new Checkpoint(path, identity, parameters, runner);
        if (path is null)
            return checkpoint;
        if (Directory.Exists(path) || Path.GetDirectoryName(Path.GetFullPath(path)) is not { } folder || !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"CheckpointPath is '{path}'; it must be a file in a folder that exists.");
        try
        {
            WholeFile.Try(path); // Better now than after the first epoch.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"CheckpointPath is '{path}'; it must be a file that can be written: {e.Message}", e);
        }

        if (File.Exists(path))
            checkpoint.Load(path);
        return checkpoint;
    }

    /// <summary>What there is to say of options that must stay the same, a line each.</summary>
    public static string Describe(TrainingOptions options) => string.Join('\n', PropertiesOf(options)
        .Where(property => !s_free.Contains(property.Name) || (property.Name == nameof(options.Epochs) && options.Schedule.DependsOnEpochs))
        .OrderBy(property => property.Name, StringComparer.Ordinal)
        .Select(property => $"{property.Name} {Describe(property.GetValue(options))}"));

    /// <summary>A value in words that are the same in every culture; what records themselves say is not.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "null",
        IConvertible simple => simple.ToString(CultureInfo.InvariantCulture),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object>().Select(Describe))}]",
        _ => $"{value.GetType().Name} {{ " +
            $"{string.Join(", ", PropertiesOf(value).Select(property => $"{property.Name} = {Describe(property.GetValue(value))}"))} }}",
    };

    /// <summary>Makes the parameters the best.</summary>
    /// <param name="withState">Whether the runner's state is taken with them: with an optimizer that remembers much, that costs.</param>
    public void TakeBest(bool withState)
    {
        _parameters.CopyTo(Best ??= new float[_parameters.Length], 0);
        if (withState)
            _bestState = RunnerState();
    }

    /// <summary>The runner's state when the parameters were the best; where there is no best, as it is.</summary>
    public byte[] RunnerStateOfBest() => Best is null ? RunnerState() : _bestState!;

    /// <summary>Writes the file, in place of the one before, unless it is up to date.</summary>
    public void Save()
    {
        if (_path is null || _savedEpochs == Epochs.Count)
            return;
        WholeFile.Write(_path, Write);
        _savedEpochs = Epochs.Count;
    }

    private static PropertyInfo[] PropertiesOf(object value) => value.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public);

    private byte[] RunnerState()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        _runner.SaveState(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private void Write(Stream stream)
    {
        using var hash = SHA256.Create();
        using (var hashed = new CryptoStream(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
        using (var writer = new BinaryWriter(new BufferedStream(hashed)))
        {
            writer.Write(Magic);
            writer.Write(FormatVersion);
            writer.Write(_identity);
            writer.WriteValidation(StartingValidation);
            writer.WriteEpochs(Epochs);
            writer.Write(IsConverged);
            writer.WriteFloats(_parameters);
            writer.Write(Best is not null);
            if (Best is not null)
                writer.WriteFloats(Best);
            writer.Write(_bestState is not null);
            if (_bestState is not null)
            {
                writer.Write(_bestState.Length);
                writer.Write(_bestState);
            }

            _runner.SaveState(writer);
        }

        stream.Write(hash.Hash);
    }

    private void Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        try
        {
            CheckHash(stream);
            using var reader = new BinaryReader(new BufferedStream(stream));
            if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic) || reader.ReadInt32() is var version && version != FormatVersion)
                throw new InvalidDataException("it is no checkpoint that this version can read.");
            CheckIdentity(reader.ReadString());
            StartingValidation = reader.ReadValidation();
            Epochs.AddRange(reader.ReadEpochs());
            _savedEpochs = Epochs.Count;
            IsConverged = reader.ReadBoolean();
            reader.ReadFloats(_parameters.Length, "parameters").CopyTo(_parameters, 0);
            if (reader.ReadBoolean())
                Best = reader.ReadFloats(_parameters.Length, "best parameters");
            if (reader.ReadBoolean())
                _bestState = reader.ReadBytes(reader.ReadCount(1, "bytes of state"));
            _runner.LoadState(reader);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException(
                $"Training cannot go on from '{path}': {e.Message} Delete the file, or give another CheckpointPath, to start anew.", e);
        }
    }

    private static void CheckHash(FileStream stream)
    {
        long left = stream.Length - SHA256.HashSizeInBytes;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[1 << 16];
        while (left > 0)
        {
            int count = (int)Math.Min(left, chunk.Length);
            stream.ReadExactly(chunk, 0, count);
            hash.AppendData(chunk, 0, count);
            left -= count;
        }

        if (left < 0 || !new BinaryReader(stream).ReadBytes(SHA256.HashSizeInBytes).AsSpan().SequenceEqual(hash.GetHashAndReset()))
            throw new InvalidDataException("it is damaged or cut off.");
        stream.Position = 0;
    }

    private void CheckIdentity(string found)
    {
        if (found == _identity)
            return;
        string[] was = found.Split('\n'), now = _identity.Split('\n');
        int line = was.AsSpan().CommonPrefixLength(now);
        throw new InvalidDataException(
            $"it is of another training: there '{was.ElementAtOrDefault(line)}', now '{now.ElementAtOrDefault(line)}'.");
    }
}
