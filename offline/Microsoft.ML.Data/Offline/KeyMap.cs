using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Offline;

/// <summary>The values that get keys, in the order of their keys.</summary>
internal abstract class KeyMap(PrimitiveDataViewType itemType, bool asText)
{
    public PrimitiveDataViewType ItemType { get; } = itemType;

    public abstract int Count { get; }

    protected bool AsText { get; } = asText;

    public static KeyMap Train(IDataView data, DataViewSchema.Column column, ValueToKeyMappingEstimator.ColumnOptionsBase options)
        => Generic.Call(Train<int>, column.Type.GetItemType().RawType, data, column, options);

    public static KeyMap Read(BinaryReader reader)
    {
        var type = (PrimitiveDataViewType)SchemaFile.ReadType(reader);
        bool asText = reader.ReadBoolean();
        return Generic.Call(Restored<int>, type.RawType, type, SchemaFile.ReadValues(reader, type), (object)asText);
    }

    public abstract void Write(BinaryWriter writer);

    public abstract void AddKeyValues(DataViewSchema.Annotations.Builder builder);

    public abstract Delegate MakeGetter(DataViewRow row, DataViewSchema.Column column);

    private static KeyMap Restored<T>(PrimitiveDataViewType type, object[] values, object asText)
        => new Of<T>(type, [.. values.Cast<T>()], (bool)asText);

    private static KeyMap Train<T>(IDataView data, DataViewSchema.Column column, ValueToKeyMappingEstimator.ColumnOptionsBase options)
    {
        var values = new List<T>();
        var seen = new HashSet<T>(Equality<T>());
        foreach (T value in Values<T>(data, column))
        {
            if (seen.Count == options.MaximumNumberOfKeys)
                break;
            if (!IsMissing(value) && seen.Add(value))
                values.Add(value);
        }
        if (options.KeyOrdinality == ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            values.Sort(Compare);
        return new Of<T>((PrimitiveDataViewType)column.Type.GetItemType(), values, options.AddKeyValueAnnotationsAsText);
    }

    private static IEnumerable<T> Values<T>(IDataView data, DataViewSchema.Column column)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        if (column.Type is VectorDataViewType)
        {
            ValueGetter<VBuffer<T>> get = cursor.GetGetter<VBuffer<T>>(column);
            VBuffer<T> vector = default;
            while (cursor.MoveNext())
            {
                get(ref vector);
                foreach (T value in vector.DenseValues())
                    yield return value;
            }
        }
        else
        {
            ValueGetter<T> get = cursor.GetGetter<T>(column);
            T value = default;
            while (cursor.MoveNext())
            {
                get(ref value);
                yield return value;
            }
        }
    }

    private static bool IsMissing<T>(T value)
        => value is float.NaN or double.NaN || (value is ReadOnlyMemory<char> text && text.IsEmpty);

    private static int Compare<T>(T a, T b)
        => a is ReadOnlyMemory<char> x && b is ReadOnlyMemory<char> y ? x.Span.SequenceCompareTo(y.Span) : Comparer<T>.Default.Compare(a, b);

    private static IEqualityComparer<T> Equality<T>()
    {
        if (typeof(T) != typeof(ReadOnlyMemory<char>))
            return EqualityComparer<T>.Default;
        return (IEqualityComparer<T>)EqualityComparer<ReadOnlyMemory<char>>.Create(
            (a, b) => a.Span.SequenceEqual(b.Span), text => string.GetHashCode(text.Span));
    }

    private sealed class Of<T> : KeyMap
    {
        private readonly List<T> _values;
        private readonly Dictionary<T, uint> _keys = new(Equality<T>());

        public Of(PrimitiveDataViewType itemType, List<T> values, bool asText)
            : base(itemType, asText)
        {
            _values = values;
            foreach (T value in values)
                _keys.Add(value, (uint)_keys.Count + 1);
        }

        public override int Count => _values.Count;

        public override void Write(BinaryWriter writer)
        {
            SchemaFile.WriteType(writer, ItemType);
            writer.Write(AsText);
            SchemaFile.WriteValues(writer, ItemType, [.. _values.Cast<object>()]);
        }

        public override void AddKeyValues(DataViewSchema.Annotations.Builder builder)
        {
            if (Count == 0)
                return;
            if (AsText)
                Add(TextDataViewType.Instance, [.. _values.Select(v => TextOf(v).AsMemory())]);
            else
                Add(ItemType, _values.ToArray());

            void Add<TValue>(PrimitiveDataViewType type, TValue[] values)
            {
                var vector = new VBuffer<TValue>(values.Length, values);
                builder.AddKeyValues(Count, type, (ref VBuffer<TValue> target) => vector.CopyTo(ref target));
            }
        }

        // Unlike its conversion to text, a key's value that is a Boolean reads 0 or 1.
        private static string TextOf(T value) => value is bool flag ? (flag ? "1" : "0") : Conversions.ToText(value);

        public override Delegate MakeGetter(DataViewRow row, DataViewSchema.Column column)
            => Conversions.MapGetter<T, uint>(row, column, value => _keys.GetValueOrDefault(value));
    }
}
