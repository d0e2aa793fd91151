using System.Text;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class ModelSaveContext : IDisposable
{
    private readonly Repository.Entry _entry;
    private readonly MemoryStream _body = new();
    private StandInHeader _header;

    internal readonly RepositoryWriter Repository;
    internal readonly string Directory;
    internal readonly BinaryWriter Writer;

    internal ModelSaveContext(RepositoryWriter rep, string dir, string name)
    {
        Contracts.CheckValue(rep, nameof(rep));
        Repository = rep;
        Directory = dir;
        _entry = rep.CreateEntry(dir, name);
        Writer = new BinaryWriter(_body, Encoding.UTF8);
    }

    public void Dispose() => Writer.Dispose();

    internal static void SaveModel<T>(RepositoryWriter rep, T value, string path)
        where T : class
    {
        if (value is not ICanSaveModel model)
            return;
        using var context = new ModelSaveContext(rep, path, ModelLoadContext.ModelStreamName);
        model.Save(context);
        context.Done();
    }

    internal void SaveModel<T>(T value, string name)
        where T : class
        => SaveModel(Repository, value, Path.Combine(Directory ?? "", name));

    internal void CheckAtModel() => Contracts.Check(Writer.BaseStream.Position == 0);

    internal void SetVersionInfo(VersionInfo ver) => _header = StandInHeader.Of(ver);

    internal void SaveBinaryStream(string name, Action<BinaryWriter> action)
    {
        using var writer = new BinaryWriter(Repository.CreateEntry(Directory, name).Stream, Encoding.UTF8, leaveOpen: true);
        action(writer);
    }

    internal void SaveStringOrNull(string str)
    {
        Writer.Write(str is not null);
        if (str is not null)
            Writer.Write(str);
    }

    internal void SaveNonEmptyString(string str)
    {
        Contracts.CheckParam(!string.IsNullOrEmpty(str), nameof(str));
        SaveStringOrNull(str);
    }

    internal void Done()
    {
        Contracts.Check(_header is not null, "ModelSignature not specified!");
        Writer.Flush();
        using var writer = new BinaryWriter(_entry.Stream, Encoding.UTF8, leaveOpen: true);
        _header.Write(writer, _body.ToArray());
    }
}
