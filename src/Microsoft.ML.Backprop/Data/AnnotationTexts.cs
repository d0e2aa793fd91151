using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Data;

/// <summary>Annotations that name a column's slots or keys, whatever type the names have.</summary>
internal static class AnnotationTexts
{
    private delegate string[] Reader(DataViewSchema.Annotations annotations, string kind);

    private static readonly Dictionary<Type, Reader> s_readers = new()
    {
        [typeof(ReadOnlyMemory<char>)] = Read<ReadOnlyMemory<char>>,
        [typeof(bool)] = Read<bool>,
        [typeof(sbyte)] = Read<sbyte>,
        [typeof(byte)] = Read<byte>,
        [typeof(short)] = Read<short>,
        [typeof(ushort)] = Read<ushort>,
        [typeof(int)] = Read<int>,
        [typeof(uint)] = Read<uint>,
        [typeof(long)] = Read<long>,
        [typeof(ulong)] = Read<ulong>,
        [typeof(float)] = Read<float>,
        [typeof(double)] = Read<double>,
        [typeof(DateTime)] = Read<DateTime>,
        [typeof(DateTimeOffset)] = Read<DateTimeOffset>,
        [typeof(TimeSpan)] = Read<TimeSpan>,
    };

    /// <summary>The names; null where there is no such annotation, or it is not of this many values.</summary>
    /// <param name="column">The column.</param>
    /// <param name="kind">The annotation's name.</param>
    /// <param name="count">How many names there must be.</param>
    public static string[]? Of(DataViewSchema.Column column, string kind, int count) =>
        column.Annotations.Schema.GetColumnOrNull(kind)?.Type is VectorDataViewType type && type.Size == count &&
        s_readers.TryGetValue(type.ItemType.RawType, out Reader? read)
            ? read(column.Annotations, kind)
            : null;

    private static string[] Read<T>(DataViewSchema.Annotations annotations, string kind)
    {
        VBuffer<T> values = default;
        annotations.GetValue(kind, ref values);
        return [.. values.DenseValues().Select(value => string.Create(CultureInfo.InvariantCulture, $"{value}"))];
    }
}
