using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>The standard conversions between item types: which there are, and what they give.</summary>
internal static class Conversions
{
    private static readonly Dictionary<Type, string> s_signed
        = new() { [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(int)] = "int", [typeof(long)] = "long" };

    private static readonly HashSet<Type> s_unsigned = [typeof(byte), typeof(ushort), typeof(uint), typeof(ulong)];
    private const NumberStyles Real = NumberStyles.Float & ~NumberStyles.AllowTrailingWhite & ~NumberStyles.AllowLeadingWhite;

    private static readonly HashSet<Type> s_real = [typeof(float), typeof(double)];

    public static bool Exists(DataViewType from, DataViewType to)
    {
        Type source = from.RawType, target = to.RawType;
        if (from is KeyDataViewType)
            return s_unsigned.Contains(target);
        if (from is TextDataViewType || to is TextDataViewType || source == target || s_real.Contains(target))
            return true;
        if (target == typeof(bool) || s_real.Contains(source))
            return target == typeof(bool);
        return s_unsigned.Contains(source) ? s_unsigned.Contains(target) : s_signed.ContainsKey(target);
    }

    public static PrimitiveDataViewType TypeOf(DataKind kind, KeyCount keys = null)
    {
        PrimitiveDataViewType type = kind switch
        {
            DataKind.String => TextDataViewType.Instance,
            DataKind.Boolean => BooleanDataViewType.Instance,
            DataKind.SByte => NumberDataViewType.SByte,
            DataKind.Byte => NumberDataViewType.Byte,
            DataKind.Int16 => NumberDataViewType.Int16,
            DataKind.UInt16 => NumberDataViewType.UInt16,
            DataKind.Int32 => NumberDataViewType.Int32,
            DataKind.UInt32 => NumberDataViewType.UInt32,
            DataKind.Int64 => NumberDataViewType.Int64,
            DataKind.UInt64 => NumberDataViewType.UInt64,
            DataKind.Single => NumberDataViewType.Single,
            DataKind.Double => NumberDataViewType.Double,
            _ => throw Contracts.ExceptNotSupp(null, $"The stand-in for Microsoft.ML has no columns of kind {kind}."),
        };
        return keys is null ? type : KeyType(type, keys);
    }

    /// <summary>Keys of an unsigned type: as many as asked for, or all that it has.</summary>
    public static KeyDataViewType KeyType(PrimitiveDataViewType type, KeyCount keys)
    {
        ulong all = Type.GetTypeCode(type.RawType) switch
        {
            TypeCode.Byte => byte.MaxValue,
            TypeCode.UInt16 => ushort.MaxValue,
            TypeCode.UInt32 => uint.MaxValue,
            _ => ulong.MaxValue,
        };
        return new KeyDataViewType(type.RawType, keys?.Count ?? all);
    }

    /// <summary>A getter of a column as another item type, to which there must be a conversion.</summary>
    public static Delegate MakeGetter(DataViewRow row, DataViewSchema.Column column, Type target)
        => Generic.Call(MakeGetter<int>, column.Type.GetItemType().RawType, row, column, target);

    private static Delegate MakeGetter<TSource>(DataViewRow row, DataViewSchema.Column column, Type target)
        => Generic.Call(new From<TSource>(row, column).To<int>, target);

    private static TTarget Convert<TSource, TTarget>(TSource value)
    {
        if (value is TTarget same)
            return same;
        if (value is ReadOnlyMemory<char> text)
        {
            bool isReadable = TryParse(text.Span, out TTarget parsed) || !s_signed.ContainsKey(typeof(TTarget));
            return isReadable ? parsed : throw Contracts.Except($"Value could not be parsed from text to {s_signed[typeof(TTarget)]}.");
        }
        if (typeof(TTarget) == typeof(ReadOnlyMemory<char>))
            return (TTarget)(object)ToText(value).AsMemory();
        return (TTarget)System.Convert.ChangeType(value, typeof(TTarget), CultureInfo.InvariantCulture);
    }

    public static string ToText<T>(T value) => System.Convert.ToString(value, CultureInfo.InvariantCulture);

    /// <summary>A getter of a scalar or vector column whose every item goes through a function.</summary>
    public static Delegate MapGetter<TSource, TTarget>(DataViewRow row, DataViewSchema.Column column, Func<TSource, TTarget> map)
    {
        if (column.Type is not VectorDataViewType)
        {
            ValueGetter<TSource> get = row.GetGetter<TSource>(column);
            TSource source = default;
            return (ValueGetter<TTarget>)((ref TTarget target) =>
            {
                get(ref source);
                target = map(source);
            });
        }
        ValueGetter<VBuffer<TSource>> getVector = row.GetGetter<VBuffer<TSource>>(column);
        VBuffer<TSource> vector = default;
        return (ValueGetter<VBuffer<TTarget>>)((ref VBuffer<TTarget> target) =>
        {
            getVector(ref vector);
            var editor = VBufferEditor.Create(ref target, vector.Length);
            int i = 0;
            foreach (TSource item in vector.DenseValues())
                editor.Values[i++] = map(item);
            target = editor.Commit();
        });
    }

    /// <summary>What text means as a value; a missing or unreadable number is 0 or NaN as the type has it.</summary>
    public static bool TryParse<T>(ReadOnlySpan<char> text, out T value)
    {
        value = default;
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            value = (T)System.Convert.ChangeType(ParseReal(text), typeof(T), CultureInfo.InvariantCulture);
        else if (typeof(T) == typeof(bool) && IsBoolean(text, out bool flag))
            value = (T)(object)flag;
        else if (text.IsEmpty)
            return true;
        else
            return TryParseInteger(text, out value);
        return true;
    }

    private static bool TryParseInteger<T>(ReadOnlySpan<char> text, out T value)
    {
        value = default;
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (s_unsigned.Contains(typeof(T)))
            return ulong.TryParse(text, NumberStyles.None, culture, out ulong unsigned) && TryNarrow(unsigned, out value);
        bool mayBeSigned = s_signed.ContainsKey(typeof(T)) && text[0] != '+';
        return mayBeSigned && long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out long signed) && TryNarrow(signed, out value);
    }

    private static bool TryNarrow<T>(object wide, out T value)
    {
        value = default;
        try
        {
            value = (T)System.Convert.ChangeType(wide, typeof(T), CultureInfo.InvariantCulture);
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private static double ParseReal(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return 0;
        return double.TryParse(text, Real, CultureInfo.InvariantCulture, out double value)
            ? value
            : text is "∞" ? double.PositiveInfinity : double.NaN;
    }

    private static bool IsBoolean(ReadOnlySpan<char> text, out bool value)
    {
        string lower = text.ToString().ToLowerInvariant();
        value = lower is "true" or "t" or "yes" or "y" or "1" or "+1" or "+";
        return value || lower is "" or "false" or "f" or "no" or "n" or "0" or "-1" or "-";
    }

    private sealed class From<TSource>(DataViewRow row, DataViewSchema.Column column)
    {
        public Delegate To<TTarget>() => MapGetter<TSource, TTarget>(row, column, Convert<TSource, TTarget>);
    }
}
