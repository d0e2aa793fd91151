using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>The environment of a context and of everything registered in it.</summary>
internal sealed class Env : IHost, IHostEnvironmentInternal, ICancelable
{
    private readonly Env _parent;
    private readonly Action<string, ChannelMessage> _log;
    private bool _isCanceled;

    public Env(int? seed, Action<string, ChannelMessage> log)
    {
        _log = log;
        Seed = seed;
        Rand = seed is int known ? new Random(known) : new Random();
        ComponentCatalog = new ComponentCatalog();
        TempFilePath = Path.GetTempPath();
    }

    private Env(Env parent, string name, int? seed)
    {
        _parent = parent;
        _log = parent._log;
        Seed = parent.Seed;
        FullName = parent._parent?.FullName is string outer ? $"{outer}; {name}" : name;
        lock (parent.Rand)
            Rand = new Random(seed ?? parent.Rand.Next());
        ComponentCatalog = parent.ComponentCatalog;
        TempFilePath = parent.TempFilePath;
        FallbackToCpu = parent.FallbackToCpu;
        GpuDeviceId = parent.GpuDeviceId;
    }

    public string FullName { get; }

    public int? Seed { get; }

    public Random Rand { get; }

    public ComponentCatalog ComponentCatalog { get; }

    public string TempFilePath { get; set; }

    public bool FallbackToCpu { get; set; }

    public int? GpuDeviceId { get; set; }

    public bool IsCanceled => _isCanceled || _parent?.IsCanceled == true;

    public string ContextDescription => "HostEnvironment";

    public void CancelExecution() => _isCanceled = true;

    public TException Process<TException>(TException ex)
        where TException : Exception
        => Contracts.Mark(ex);

    public IHost Register(string name, int? seed = null, bool? verbose = null)
        => new Env(this, Contracts.CheckNonEmpty(name, nameof(name)), seed);

    public IChannel Start(string name) => new Channel(FullName is null ? name : $"{FullName}; {name}", _log);

    public IPipe<TMessage> StartPipe<TMessage>(string name)
        => throw Contracts.ExceptNotSupp(this, "The stand-in has channels only.");

    public IProgressChannel StartProgressChannel(string name) => new ProgressChannel(Contracts.CheckNonEmpty(name, nameof(name)));
}
