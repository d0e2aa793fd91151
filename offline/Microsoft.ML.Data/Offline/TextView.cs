using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>The lines of text files as rows, read anew by each cursor.</summary>
internal sealed class TextView(DataViewSchema schema, TextLoader.Options options, TextColumn[] columns, IMultiStreamSource source) : View(schema)
{
    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        IEnumerator<Line> lines = Lines(source, options, options.HasHeader).GetEnumerator();
        long left = options.MaxRows ?? long.MaxValue;
        return new Cursor(
            Schema, columnsNeeded, () => left-- > 0 && lines.MoveNext(),
            column => Generic.Call(MakeGetter<int>, columns[column].ItemType.RawType, columns[column], (Func<Line>)(() => lines.Current)));
    }

    /// <summary>The fields of each line that is neither empty nor a comment.</summary>
    public static IEnumerable<Line> Lines(IMultiStreamSource source, TextLoader.Options options, bool skipHeader)
    {
        for (int file = 0; file < source.Count; file++)
        {
            using TextReader reader = source.OpenTextReader(file);
            bool isHeader = skipHeader;
            long number = 0;
            while (reader.ReadLine() is string text)
            {
                number++;
                if (text.Length == 0 || text.StartsWith("//", StringComparison.Ordinal))
                    continue;
                if (!isHeader)
                    yield return Expand(new Line(number, [.. Split(text, options)]), options);
                isHeader = false;
            }
        }
    }

    private static IEnumerable<string> Split(string text, TextLoader.Options options)
    {
        if (options.TrimWhitespace)
            text = text.TrimEnd();
        bool spaceSeparates = options.Separators.Contains(' ');
        for (int at = 0; at <= text.Length; at++)
        {
            while (!spaceSeparates && at < text.Length && text[at] == ' ')
                at++;
            if (options.AllowQuoting && at < text.Length && text[at] == '"')
            {
                yield return Quoted(text, ref at, options.Separators);
                continue;
            }
            int end = text.IndexOfAny(options.Separators, at);
            if (end < 0)
                end = text.Length;
            yield return text[at..end];
            at = end;
        }
    }

    // A quote inside is doubled; a field that is not closed, or goes on after its end, is missing.
    private static string Quoted(string text, ref int at, char[] separators)
    {
        var field = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"')
                field.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '"')
                field.Append(text[at++]);
            else
                break;
        }
        bool isClosed = at < text.Length && (at + 1 == text.Length || separators.Contains(text[at + 1]));
        int next = at < text.Length ? text.IndexOfAny(separators, at) : -1;
        at = next < 0 ? text.Length : next;
        return isClosed ? field.ToString() : "";
    }

    // "... size index:value index:value ...": what follows the size is a vector of which only some slots are written.
    private static Line Expand(Line line, TextLoader.Options options)
    {
        int first = options.AllowSparse ? Array.FindIndex(line.Fields, f => f.Contains(':')) : -1;
        if (first < 1 || !int.TryParse(line.Fields[first - 1], out int size) || size < 0)
            return line;
        string[] fields = new string[first - 1 + size];
        Array.Fill(fields, "");
        Array.Copy(line.Fields, fields, first - 1);
        foreach (string field in line.Fields[first..].Where(f => f.Length > 0))
        {
            int colon = field.IndexOf(':');
            if (colon > 0 && int.TryParse(field.AsSpan(0, colon), out int slot) && slot >= 0 && slot < size)
                fields[first - 1 + slot] = field[(colon + 1)..];
        }
        return line with { Fields = fields };
    }

    private Delegate MakeGetter<T>(TextColumn column, Func<Line> current)
    {
        if (column.Type is not VectorDataViewType vector)
            return (ValueGetter<T>)((ref T value) => value = Parse<T>(column, current(), column.Fields[0]));
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
        {
            Line line = current();
            var editor = VBufferEditor.Create(ref value, vector.Size, vector.Size, requireIndicesOnDense: true);
            int count = 0;
            for (int i = 0; i < vector.Size; i++)
            {
                T item = Parse<T>(column, line, column.Fields[i]);
                if (EqualityComparer<T>.Default.Equals(item, default))
                    continue;
                (editor.Values[count], editor.Indices[count++]) = (item, i);
            }
            value = editor.CommitTruncated(count);
            if (count > vector.Size / 2)
            {
                VBuffer<T> dense = default;
                value.CopyToDense(ref dense);
                value = dense;
            }
        });
    }

    private T Parse<T>(TextColumn column, Line line, int field)
    {
        string text = field < line.Fields.Length ? line.Fields[field] : "";
        if (typeof(T) == typeof(ReadOnlyMemory<char>))
            return (T)(object)text.AsMemory();
        if (column.ItemType is KeyDataViewType key)
            return (T)Convert.ChangeType(ulong.TryParse(text, out ulong number) && number < key.Count ? number + 1 : 0, typeof(T));
        if (text.Length == 0 && options.MissingRealsAsNaNs && typeof(T) == typeof(float))
            return (T)(object)float.NaN;
        if (text.Length == 0 && options.MissingRealsAsNaNs && typeof(T) == typeof(double))
            return (T)(object)double.NaN;
        return Conversions.TryParse(text, out T value)
            ? value
            : throw Contracts.ExceptDecode(
                $"Parsing failed with an exception: Could not parse value {text} in line {line.Number}, column {column.Name}");
    }

    public sealed record Line(long Number, string[] Fields);
}
