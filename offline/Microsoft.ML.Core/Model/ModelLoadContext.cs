using System.Reflection;
using System.Text;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

internal sealed class ModelLoadContext : IDisposable
{
    public const string ModelStreamName = "Model.key";

    private readonly StandInHeader _header;

    public readonly RepositoryReader Repository;
    public readonly string Directory;
    public readonly BinaryReader Reader;
    public readonly string LoaderAssemblyName;

    internal ModelLoadContext(RepositoryReader rep, Repository.Entry ent, string dir)
    {
        Repository = rep;
        Directory = dir;
        using var reader = new BinaryReader(ent.Stream, Encoding.UTF8);
        _header = StandInHeader.Read(reader, out byte[] body);
        LoaderAssemblyName = _header.LoaderAssemblyName;
        Reader = new BinaryReader(new MemoryStream(body, writable: false), Encoding.UTF8);
    }

    public void Dispose() => Reader.Dispose();

    public static bool LoadModelOrNull<TRes, TSig>(
        IHostEnvironment env, out TRes result, RepositoryReader rep, string dir, params object[] extra)
        where TRes : class
    {
        using Repository.Entry entry = rep.OpenEntryOrNull(dir, ModelStreamName);
        result = null;
        if (entry is null)
            return false;
        using var context = new ModelLoadContext(rep, entry, dir);
        if (context.LoaderAssemblyName.Length > 0)
            env.ComponentCatalog.RegisterAssembly(Assembly.Load(context.LoaderAssemblyName));
        if (ComponentCatalog.TryCreateInstance<object, TSig>(env, out object created, context._header.LoaderSignature, "", [context, .. extra]))
            result = created as TRes;
        if (result is null)
            throw env.ExceptDecode("Couldn't load model: '{0}'", dir);
        context.Done();
        return true;
    }

    public static void LoadModel<TRes, TSig>(
        IHostEnvironment env, out TRes result, RepositoryReader rep, string dir, params object[] extra)
        where TRes : class
    {
        if (!LoadModelOrNull<TRes, TSig>(env, out result, rep, dir, extra))
            throw env.ExceptDecode("Corrupt model file");
    }

    public void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, string name, params object[] extra)
        where TRes : class
        => LoadModel<TRes, TSig>(env, out result, Repository, Path.Combine(Directory ?? "", name), extra);

    public bool TryLoadBinaryStream(string name, Action<BinaryReader> action)
    {
        using Repository.Entry entry = Repository.OpenEntryOrNull(Directory, name);
        if (entry is null)
            return false;
        using var reader = new BinaryReader(entry.Stream, Encoding.UTF8);
        action(reader);
        return true;
    }

    public void CheckAtModel() => Contracts.Check(Reader.BaseStream.Position == 0);

    public void CheckAtModel(VersionInfo ver)
    {
        CheckAtModel();
        CheckVersionInfo(ver);
    }

    public void CheckVersionInfo(VersionInfo ver) => _header.Check(ver);

    public string LoadStringOrNull() => Reader.ReadBoolean() ? Reader.ReadString() : null;

    public string LoadString()
    {
        string text = LoadStringOrNull();
        Contracts.CheckDecode(text is not null);
        return text;
    }

    public string LoadNonEmptyString()
    {
        string text = LoadString();
        Contracts.CheckDecode(text.Length > 0);
        return text;
    }

    public void Done()
    {
        Contracts.CheckDecode(Reader.BaseStream.Position == Reader.BaseStream.Length);
        Dispose();
    }
}
