using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>Schemas, types and values in saved models.</summary>
internal static class SchemaFile
{
    private static readonly PrimitiveDataViewType[] s_types =
    [
        .. Enum.GetValues<DataKind>().Where(kind => kind <= DataKind.Boolean).Select(kind => Conversions.TypeOf(kind)),
    ];

    public static void Write(BinaryWriter writer, DataViewSchema schema)
    {
        writer.Write(schema.Count);
        foreach (DataViewSchema.Column column in schema)
        {
            writer.Write(column.Name);
            WriteType(writer, column.Type);
            writer.Write(column.Annotations.Schema.Count);
            foreach (DataViewSchema.Column annotation in column.Annotations.Schema)
            {
                writer.Write(annotation.Name);
                WriteType(writer, annotation.Type);
                WriteValues(
                    writer,
                    annotation.Type,
                    Generic.Call(Values<int>, annotation.Type.GetItemType().RawType, column.Annotations, annotation));
            }
        }
    }

    public static DataViewSchema Read(BinaryReader reader)
    {
        var schema = new DataViewSchema.Builder();
        for (int columns = ReadCount(reader); columns > 0; columns--)
        {
            string name = reader.ReadString();
            DataViewType type = ReadType(reader);
            var annotations = new DataViewSchema.Annotations.Builder();
            for (int count = ReadCount(reader); count > 0; count--)
            {
                string kind = reader.ReadString();
                DataViewType kindType = ReadType(reader);
                object[] values = ReadValues(reader, kindType);
                annotations.Add(kind, kindType, Generic.Call(Getter<int>, kindType.GetItemType().RawType, kindType, values));
            }
            schema.AddColumn(name, type, annotations.ToAnnotations());
        }
        return schema.ToSchema();
    }

    public static void WriteValues(BinaryWriter writer, DataViewType type, IReadOnlyCollection<object> values)
    {
        bool isText = type.GetItemType() is TextDataViewType;
        writer.Write(values.Count);
        foreach (object value in values)
        {
            if (isText)
                writer.Write(value.ToString());
            else if (value is float or double)
                writer.Write(Convert.ToDouble(value));
            else
                writer.Write(Convert.ToDecimal(value));
        }
    }

    public static object[] ReadValues(BinaryReader reader, DataViewType type)
    {
        Type raw = type.GetItemType().RawType;
        object[] values = new object[ReadCount(reader)];
        for (int i = 0; i < values.Length; i++)
        {
            if (raw == typeof(ReadOnlyMemory<char>))
                values[i] = reader.ReadString().AsMemory();
            else if (raw == typeof(float) || raw == typeof(double))
                values[i] = Convert.ChangeType(reader.ReadDouble(), raw);
            else
                values[i] = Convert.ChangeType(reader.ReadDecimal(), raw);
        }
        return values;
    }

    public static void WriteType(BinaryWriter writer, DataViewType type)
    {
        DataViewType item = type.GetItemType();
        writer.Write(item.GetKeyCount());
        writer.Write((byte)Array.FindIndex(s_types, t => t.RawType == item.RawType));
        int[] dimensions = type is VectorDataViewType vector ? [.. vector.Dimensions] : [];
        writer.Write(dimensions.Length);
        foreach (int dimension in dimensions)
            writer.Write(dimension);
    }

    public static DataViewType ReadType(BinaryReader reader)
    {
        ulong keys = reader.ReadUInt64();
        int code = reader.ReadByte();
        Contracts.CheckDecode(code < s_types.Length);
        PrimitiveDataViewType item = keys > 0 ? new KeyDataViewType(s_types[code].RawType, keys) : s_types[code];
        int[] dimensions = new int[ReadCount(reader)];
        for (int i = 0; i < dimensions.Length; i++)
            dimensions[i] = reader.ReadInt32();
        return dimensions.Length > 0 ? new VectorDataViewType(item, dimensions) : item;
    }

    /// <summary>A getter of fixed values: a vector of them, or the only one.</summary>
    public static Delegate Getter<T>(DataViewType type, object[] values)
    {
        T[] items = Array.ConvertAll(values, v => (T)v);
        if (type is not VectorDataViewType)
            return (ValueGetter<T>)((ref T target) => target = items[0]);
        var vector = new VBuffer<T>(items.Length, items);
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> target) => vector.CopyTo(ref target));
    }

    private static object[] Values<T>(DataViewSchema.Annotations annotations, DataViewSchema.Column annotation)
    {
        if (annotation.Type is VectorDataViewType)
        {
            VBuffer<T> vector = default;
            annotations.GetGetter<VBuffer<T>>(annotation)(ref vector);
            return [.. vector.DenseValues().Cast<object>()];
        }
        T value = default;
        annotations.GetGetter<T>(annotation)(ref value);
        return [value];
    }

    private static int ReadCount(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        Contracts.CheckDecode(count >= 0 && count <= reader.BaseStream.Length - reader.BaseStream.Position);
        return count;
    }
}
