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
