using System.Linq.Expressions;
using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>Fields and properties of a user's row class as columns.</summary>
internal static class UserType
{
    public static IEnumerable<MemberInfo> ColumnMembers(Type type, SchemaDefinition.Direction direction)
    {
        IEnumerable<MemberInfo> fields = type.GetFields(BindingFlags.Public | BindingFlags.Instance);
        IEnumerable<MemberInfo> properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p =>
            p.GetIndexParameters().Length == 0
            && ((direction.HasFlag(SchemaDefinition.Direction.Read) && p.GetGetMethod() is not null)
                || (direction.HasFlag(SchemaDefinition.Direction.Write) && p.GetSetMethod() is not null)));
        return fields.Concat(properties).Where(m => m.GetCustomAttribute<NoColumnAttribute>() is null && TypeOf(m) != typeof(IChannel));
    }

    public static string ColumnName(MemberInfo member) => member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;

    public static Type TypeOf(MemberInfo member)
        => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    public static DataViewType ColumnType(MemberInfo member)
    {
        Type item = ItemType(TypeOf(member), out bool isVector);
        PrimitiveDataViewType itemType = TypeOrNull(item)
            ?? throw Contracts.ExceptParam(
                "rawType", "Could not determine an IDataView type and registered custom types for member {0}", member.Name);
        if (member.GetCustomAttribute<KeyTypeAttribute>() is { } key)
        {
            if (!KeyDataViewType.IsValidDataType(item))
                throw Contracts.ExceptParam(
                    "userType",
                    "Member {0} marked with KeyType attribute, but does not appear to be a valid kind of data for a key type",
                    member.Name);
            itemType = Conversions.KeyType(itemType, key.KeyCount);
        }
        var vector = member.GetCustomAttribute<VectorTypeAttribute>();
        if (vector is not null && !isVector)
            throw Contracts.ExceptParam(
                "userType", $"Member {member.Name} marked with VectorTypeAttribute, but does not appear to be a vector type");
        return isVector ? new VectorDataViewType(itemType, vector?.Dims is { Length: > 0 } sizes ? sizes : [0]) : itemType;
    }

    /// <summary>The column of a text file that a member with a LoadColumn attribute is.</summary>
    public static TextLoader.Column TextColumn(IExceptionContext env, MemberInfo member)
    {
        LoadColumnAttribute attribute = member.GetCustomAttribute<LoadColumnAttribute>()
            ?? throw env.Except($"{(member is FieldInfo ? "Field" : "Property")} '{member.Name}' is missing the LoadColumnAttribute attribute");
        PrimitiveDataViewType type = TypeOrNull(ItemType(TypeOf(member), out _))
            ?? throw Contracts.Except($"{(member is FieldInfo ? "Field" : "Property")} {member.Name} is of unsupported type.");
        DataKind kind = Enum.GetValues<DataKind>().First(k => Conversions.TypeOf(k) == type);
        return new(ColumnName(member), kind, [.. attribute.Sources], member.GetCustomAttribute<KeyTypeAttribute>()?.KeyCount);
    }

    /// <summary>Whether a column of a type can be a member of a user's type.</summary>
    public static bool Fits(DataViewType column, Type member)
    {
        Type item = ItemType(member, out bool isVector);
        return isVector == column is VectorDataViewType && TypeOrNull(item)?.RawType == column.GetItemType().RawType;
    }

    /// <summary>A getter of the column that a member of the current object is.</summary>
    public static Delegate Getter<TRow>(MemberInfo member, DataViewType type, Func<TRow> current)
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        Delegate read = Expression.Lambda(Expression.MakeMemberAccess(row, member), row).Compile();
        return Generic.Call(GetterOf<TRow, int>, TypeOf(member), read, type, current);
    }

    /// <summary>What sets a member of an object to the value that a row has in a column.</summary>
    public static Action<TRow> Setter<TRow>(MemberInfo member, DataViewRow source, DataViewSchema.Column column)
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow)), value = Expression.Parameter(TypeOf(member));
        Delegate write = Expression.Lambda(Expression.Assign(Expression.MakeMemberAccess(row, member), value), row, value).Compile();
        return Generic.Call(SetterOf<TRow, int>, TypeOf(member), write, source, column);
    }

    /// <summary>A function of the value of a column as a user's type has it: string, array, VBuffer or scalar.</summary>
    public static Func<T> Reader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        if (typeof(T) == typeof(string))
        {
            ValueGetter<ReadOnlyMemory<char>> text = row.GetGetter<ReadOnlyMemory<char>>(column);
            return () => (T)(object)Current(text).ToString();
        }
        if (typeof(T).IsArray)
            return Generic.Call(ArrayReader<T, int>, typeof(T).GetElementType(), row, column);
        if (column.Type is VectorDataViewType)
            return Generic.Call(VectorReader<T, int>, column.Type.GetItemType().RawType, row, column);
        ValueGetter<T> get = row.GetGetter<T>(column);
        return () => Current(get);
    }

    /// <summary>A getter of one value given as a user's type.</summary>
    public static Delegate Constant<T>(T value, DataViewType type) => type is KeyDataViewType
        ? (ValueGetter<T>)((ref T target) => target = value)
        : GetterOf<T, T>((Func<T, T>)(v => v), type, () => value);

    private static Delegate GetterOf<TRow, TMember>(Delegate read, DataViewType type, Func<TRow> current)
    {
        var value = (Func<TRow, TMember>)read;
        if (value is Func<TRow, string> text)
            return (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> target) => target = text(current()).AsMemory());
        if (value is Func<TRow, string[]> texts)
            return ArrayGetter(() => texts(current()), item => item.AsMemory());
        if (typeof(TMember).IsArray)
            return Generic.Call(PlainArrayGetter<int>, typeof(TMember).GetElementType(), (Func<object>)(() => value(current())));
        if (type is VectorDataViewType)
            return Generic.Call(VectorGetter<int>, type.GetItemType().RawType, (Func<object>)(() => value(current())));
        if (type is KeyDataViewType key)
            return (ValueGetter<TMember>)((ref TMember target) => target = KeyOf(value(current()), key.Count));
        return (ValueGetter<TMember>)((ref TMember target) => target = value(current()));
    }

    // A key member counts from 0, the column from 1; 0 is the missing key.
    private static T KeyOf<T>(T value, ulong count)
    {
        ulong number = Convert.ToUInt64(value);
        return (T)Convert.ChangeType(number < count ? number + 1 : 0, typeof(T));
    }

    private static Delegate PlainArrayGetter<T>(Func<object> read) => ArrayGetter<T, T>(() => (T[])read(), item => item);

    private static Delegate ArrayGetter<T, TItem>(Func<T[]> read, Func<T, TItem> convert)
        => (ValueGetter<VBuffer<TItem>>)((ref VBuffer<TItem> target) =>
        {
            T[] items = read() ?? [];
            var editor = VBufferEditor.Create(ref target, items.Length);
            for (int i = 0; i < items.Length; i++)
                editor.Values[i] = convert(items[i]);
            target = editor.Commit();
        });

    private static Delegate VectorGetter<T>(Func<object> read)
        => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> target) => ((VBuffer<T>)read()).CopyTo(ref target));

    private static Action<TRow> SetterOf<TRow, TMember>(Delegate write, DataViewRow source, DataViewSchema.Column column)
    {
        var set = (Func<TRow, TMember, TMember>)write;
        Func<TMember> read = Reader<TMember>(source, column);
        return row => set(row, read());
    }

    private static Func<TArray> ArrayReader<TArray, T>(DataViewRow row, DataViewSchema.Column column)
    {
        if (typeof(T) == typeof(string))
        {
            ValueGetter<VBuffer<ReadOnlyMemory<char>>> texts = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
            return () => (TArray)(object)Current(texts).DenseValues().Select(text => text.ToString()).ToArray();
        }
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(column);
        return () => (TArray)(object)Current(get).DenseValues().ToArray();
    }

    private static Func<TVector> VectorReader<TVector, T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(column);
        return () => (TVector)(object)Current(get);
    }

    private static T Current<T>(ValueGetter<T> get)
    {
        T value = default;
        get(ref value);
        return value;
    }

    /// <summary>The type of one item of an array or vector, or the type itself.</summary>
    public static Type ItemType(Type type, out bool isVector)
    {
        isVector = type.IsArray || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>));
        return type.IsArray ? type.GetElementType() : isVector ? type.GetGenericArguments()[0] : type;
    }

    private static PrimitiveDataViewType TypeOrNull(Type item)
    {
        try
        {
            return ColumnTypeExtensions.PrimitiveTypeFromType(item);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
