using System.Reflection;

namespace Microsoft.ML.Offline;

/// <summary>Calls of generic methods with a type argument that is known only at run time.</summary>
internal static class Generic
{
    /// <summary>Calls the method behind <paramref name="method"/> with <paramref name="type"/> in place of its (last) type argument.</summary>
    public static TResult Call<TResult>(Func<TResult> method, Type type) => (TResult)Invoke(method, type);

    public static TResult Call<T1, TResult>(Func<T1, TResult> method, Type type, T1 a) => (TResult)Invoke(method, type, a);

    public static TResult Call<T1, T2, TResult>(Func<T1, T2, TResult> method, Type type, T1 a, T2 b)
        => (TResult)Invoke(method, type, a, b);

    public static TResult Call<T1, T2, T3, TResult>(Func<T1, T2, T3, TResult> method, Type type, T1 a, T2 b, T3 c)
        => (TResult)Invoke(method, type, a, b, c);

    /// <summary>The getter of a column as it is, whatever its type.</summary>
    public static Delegate GetterOf(DataViewRow row, int column)
        => Call(Getter<int>, row.Schema[column].Type.RawType, row, row.Schema[column]);

    private static Delegate Getter<T>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<T>(column);

    private static object Invoke(Delegate method, Type type, params object[] arguments)
    {
        MethodInfo bound = method.Method.GetGenericMethodDefinition().MakeGenericMethod([.. method.Method.GetGenericArguments()[..^1], type]);
        return bound.Invoke(method.Target, BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }
}
