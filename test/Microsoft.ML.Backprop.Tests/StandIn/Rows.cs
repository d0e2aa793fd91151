using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Tests.StandIn;

/// <summary>What the tests of this folder share: they run against ML.NET and against the stand-in, and expect the same of both.</summary>
internal static class Rows
{
    /// <summary>The values of a column, each vector dense.</summary>
    public static T[][] Vectors<T>(IDataView data, string column) => [.. data.GetColumn<T[]>(column)];

    /// <summary>A vector-valued annotation, dense.</summary>
    public static T[] Annotation<T>(IDataView data, string column, string kind)
    {
        VBuffer<T> values = default;
        data.Schema[column].Annotations.GetValue(kind, ref values);
        return [.. values.DenseValues()];
    }

    /// <summary>A vector-valued annotation of texts.</summary>
    public static string[] Texts(IDataView data, string column, string kind)
        => [.. Annotation<ReadOnlyMemory<char>>(data, column, kind).Select(text => text.ToString())];

    /// <summary>A column's name, type and annotations with their values, in order.</summary>
    public static string Described(DataViewSchema.Column column)
    {
        var annotations = column.Annotations.Schema.Select(a => $"{a.Name}: {a.Type} = {ValueOf(column.Annotations, a)}");
        return $"{column.Name}: {column.Type} {{{string.Join(", ", annotations)}}}";
    }

    private static string ValueOf(DataViewSchema.Annotations annotations, DataViewSchema.Column annotation)
    {
        Type type = annotation.Type.RawType;
        if (type == typeof(ReadOnlyMemory<char>))
            return Value<ReadOnlyMemory<char>>().ToString();
        if (type == typeof(uint))
            return $"{Value<uint>()}";
        return type == typeof(bool) ? $"{Value<bool>()}" : string.Join(" ", Value<VBuffer<ReadOnlyMemory<char>>>().DenseValues());

        T Value<T>()
        {
            T value = default!;
            annotations.GetValue(annotation.Name, ref value);
            return value;
        }
    }

    /// <summary>A model as it comes out of a file.</summary>
    public static ITransformer Reloaded(MLContext ml, ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        ml.Model.Save(model, schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    /// <summary>Runs something on a text file that exists as long.</summary>
    public static void WithFile(string content, Action<string> action)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, content);
            action(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
