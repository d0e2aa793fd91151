using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>A column of a text file: which fields it takes, and their type.</summary>
internal sealed class TextColumn
{
    private const int SampledLines = 100;

    private TextColumn(IHost host, TextLoader.Column column, string[][] sample, TextLoader.Options options)
    {
        Name = column.Name;
        ItemType = Conversions.TypeOf(column.DataKind, column.KeyCount);
        Fields = [.. column.Source.SelectMany(range => FieldsOf(host, range, sample, options))];
        bool isVector = Fields.Length > 1 || column.Source.Length > 1 || column.Source[0].ForceVector || column.Source[0].AutoEnd;
        Type = isVector ? new VectorDataViewType(ItemType, Fields.Length) : ItemType;
        if (isVector && options.HasHeader && sample.Length > 0)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            ReadOnlyMemory<char>[] names = [.. Fields.Select(f => f < sample[0].Length ? sample[0][f].AsMemory() : default)];
            annotations.AddSlotNames(
                names.Length,
                (ref VBuffer<ReadOnlyMemory<char>> value) => new VBuffer<ReadOnlyMemory<char>>(names.Length, names).CopyTo(ref value));
            Annotations = annotations.ToAnnotations();
        }
    }

    public string Name { get; }

    public int[] Fields { get; }

    public PrimitiveDataViewType ItemType { get; }

    public DataViewType Type { get; }

    public DataViewSchema.Annotations Annotations { get; }

    public static TextColumn[] Bind(IHost host, TextLoader.Options options, IMultiStreamSource dataSample)
    {
        string[][] sample = dataSample is null
            ? []
            : [.. TextView.Lines(dataSample, options, skipHeader: false).Take(SampledLines).Select(line => line.Fields)];
        TextLoader.Column[] columns = options.Columns is { Length: > 0 } given
            ? given
            : [new(DefaultColumnNames.Label, DataKind.Single, 0), new(DefaultColumnNames.Features, DataKind.Single, [new(1, null)])];
        return [.. columns.Select(column => new TextColumn(host, column, sample, options))];
    }

    private static IEnumerable<int> FieldsOf(IHost host, TextLoader.Range range, string[][] sample, TextLoader.Options options)
    {
        int last = range.Max ?? range.Min;
        if (range.AutoEnd)
        {
            string[][] rows = options.HasHeader ? [.. sample.Skip(1)] : sample;
            int size = options.InputSize ?? 0;
            if (size == 0)
            {
                host.CheckUserArg(
                    rows.Length > 0,
                    nameof(TextLoader.Column.Source),
                    "Can't determine the number of source columns without valid data");
                size = rows[0].Length;
                host.CheckUserArg(
                    rows.All(row => row.Length == size),
                    nameof(TextLoader.Column.Source),
                    "The size of input lines is not consistent");
            }
            host.CheckUserArg(
                range.Min < size,
                nameof(range.Min),
                $"Column #{range.Min} not found in the dataset (it only has {size} columns)");
            last = size - 1;
        }
        return Enumerable.Range(range.Min, last - range.Min + 1);
    }
}
