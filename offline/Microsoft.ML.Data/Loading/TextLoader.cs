using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public interface IMultiStreamSource
{
    int Count { get; }

    string GetPathOrNull(int index);

    Stream Open(int index);

    TextReader OpenTextReader(int index);
}

public sealed class MultiFileSource : IMultiStreamSource
{
    private readonly string[] _paths;

    public MultiFileSource(params string[] paths) => _paths = paths ?? [];

    public int Count => _paths.Length;

    public string GetPathOrNull(int index) => _paths[index];

    public Stream Open(int index) => File.OpenRead(_paths[index]);

    public TextReader OpenTextReader(int index) => new StreamReader(Open(index));
}

public sealed partial class TextLoader : IDataLoader<IMultiStreamSource>
{
    private readonly IHost _host;
    private readonly Options _options;
    private readonly TextColumn[] _columns;

    internal TextLoader(IHostEnvironment env, Options options = null, IMultiStreamSource dataSample = null)
    {
        _host = Contracts.CheckRef(env, nameof(env)).Register("TextLoader");
        _options = options ?? new Options();
        foreach (Column column in _options.Columns ?? [])
            _host.CheckUserArg(
                column.Source is { Length: > 0 }, nameof(Column.Source), "Must specify some source column indices");
        _columns = TextColumn.Bind(_host, _options, dataSample);
        var schema = new DataViewSchema.Builder();
        foreach (TextColumn column in _columns)
            schema.AddColumn(column.Name, column.Type, column.Annotations);
        Schema = schema.ToSchema();
    }

    private DataViewSchema Schema { get; }

    public DataViewSchema GetOutputSchema() => Schema;

    public IDataView Load(IMultiStreamSource source)
        => new TextView(Schema, _options, _columns, _host.CheckRef(source, nameof(source)));

    void ICanSaveModel.Save(ModelSaveContext ctx) => throw _host.ExceptNotSupp("The stand-in for Microsoft.ML saves no loaders.");

    internal static TextLoader CreateTextLoader<TInput>(IHostEnvironment host, Options options = null, IMultiStreamSource dataSample = null)
    {
        options ??= new Options();
        options.Columns = [.. UserType.ColumnMembers(typeof(TInput), SchemaDefinition.Direction.Read).Select(m => UserType.TextColumn(host, m))];
        return new TextLoader(host, options, dataSample);
    }

    public sealed class Column
    {
        public string Name;
        public Range[] Source;
        public KeyCount KeyCount;

        public Column()
        {
        }

        public Column(string name, DataKind dataKind, int index)
            : this(name, dataKind, [new Range(index)])
        {
        }

        public Column(string name, DataKind dataKind, int minIndex, int maxIndex)
            : this(name, dataKind, [new Range(minIndex, maxIndex)])
        {
        }

        public Column(string name, DataKind dataKind, Range[] source, KeyCount keyCount = null)
        {
            Name = Contracts.CheckRef(name, nameof(name));
            Source = Contracts.CheckRef(source, nameof(source));
            DataKind = dataKind;
            KeyCount = keyCount;
        }

        public DataKind DataKind { get; set; } = DataKind.Single;
    }

    public sealed class Range
    {
        public int Min;
        public int? Max;
        public bool AutoEnd;
        public bool ForceVector;

        public Range()
        {
        }

        public Range(int index)
        {
            Contracts.CheckParam(index >= 0, nameof(index), "Must be non-negative");
            Min = index;
            Max = index;
        }

        public Range(int min, int? max)
        {
            Contracts.CheckParam(min >= 0, nameof(min), "Must be non-negative");
            Contracts.CheckParam(!(max < min), nameof(max), "If specified, must be greater than or equal to min");
            Min = min;
            Max = max;
            AutoEnd = max is null;
            ForceVector = true;
        }
    }

    public class Options
    {
        public bool AllowQuoting;
        public bool AllowSparse;
        public int? InputSize;
        public char[] Separators = ['\t'];
        public Column[] Columns;
        public bool TrimWhitespace;
        public bool HasHeader;
        public long? MaxRows;
        public bool MissingRealsAsNaNs;
    }
}
