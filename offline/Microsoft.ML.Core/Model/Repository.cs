using System.IO.Compression;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

internal abstract class Repository : IDisposable
{
    internal Repository(bool needDir, IExceptionContext ectx)
    {
        Contracts.Assert(!needDir);
        ExceptionContext = ectx;
    }

    public IExceptionContext ExceptionContext { get; }

    // Everything is in memory.
    public void Dispose()
    {
    }

    protected static string NormalizeForArchiveEntry(string path) => path?.Replace('\\', '/');

    public sealed class Entry : IDisposable
    {
        internal Entry(Repository rep, string path, Stream stream)
        {
            rep.ExceptionContext.Assert(path is not null);
            Path = path;
            Stream = stream;
        }

        public string Path { get; }

        public Stream Stream { get; }

        // What was written stays in memory until the repository is committed.
        public void Dispose()
        {
        }
    }
}

internal sealed class RepositoryWriter : Repository
{
    private readonly Stream _output;
    private readonly List<Entry> _entries = [];

    private RepositoryWriter(Stream output, IExceptionContext ectx)
        : base(needDir: false, ectx)
        => _output = output;

    public static RepositoryWriter CreateNew(Stream stream, IExceptionContext ectx = null, bool useFileSystem = true)
    {
        Contracts.CheckValue(stream, nameof(stream));
        var writer = new RepositoryWriter(stream, ectx);
        using var version = new StreamWriter(writer.CreateEntry("TrainingInfo", "Version.txt").Stream, leaveOpen: true);
        version.WriteLine($"{typeof(RepositoryWriter).Assembly.GetName().Version} (stand-in)");
        return writer;
    }

    public Entry CreateEntry(string name) => CreateEntry(null, name);

    public Entry CreateEntry(string dir, string name)
    {
        string path = NormalizeForArchiveEntry(Path.Combine(dir ?? "", name));
        if (_entries.Exists(e => e.Path == path))
            throw ExceptionContext.ExceptParam(nameof(name), "Duplicate entry: '{0}'", path);
        var entry = new Entry(this, path, new MemoryStream());
        _entries.Add(entry);
        return entry;
    }

    public void Commit()
    {
        using var archive = new ZipArchive(_output, ZipArchiveMode.Create, leaveOpen: true);
        foreach (Entry entry in _entries)
        {
            using Stream target = archive.CreateEntry(entry.Path).Open();
            ((MemoryStream)entry.Stream).WriteTo(target);
        }
    }
}

internal sealed class RepositoryReader : Repository
{
    private readonly Dictionary<string, byte[]> _contents = [];

    private RepositoryReader(ZipArchive archive, IExceptionContext ectx)
        : base(needDir: false, ectx)
    {
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using Stream source = entry.Open();
            var content = new MemoryStream();
            source.CopyTo(content);
            _contents[NormalizeForArchiveEntry(entry.FullName)] = content.ToArray();
        }
    }

    public static RepositoryReader Open(Stream stream, IExceptionContext ectx = null, bool useFileSystem = true)
    {
        Contracts.CheckValue(stream, nameof(stream));
        using ZipArchive archive = OpenArchive(stream, ectx);
        return new RepositoryReader(archive, ectx);
    }

    public Entry OpenEntryOrNull(string name) => OpenEntryOrNull(null, name);

    public Entry OpenEntryOrNull(string dir, string name)
    {
        string path = NormalizeForArchiveEntry(Path.Combine(dir ?? "", name));
        return _contents.TryGetValue(path, out byte[] content) ? new Entry(this, path, new MemoryStream(content)) : null;
    }

    private static ZipArchive OpenArchive(Stream stream, IExceptionContext ectx)
    {
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (Exception ex)
        {
            throw ectx.ExceptDecode(ex, "Failed to open a zip archive");
        }
    }
}
