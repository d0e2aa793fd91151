using Microsoft.ML.Data;

namespace Microsoft.ML.Offline;

/// <summary>Missing values: NaN and the key 0.</summary>
internal static class Missing
{
    /// <summary>Whether the current value of a column, or any item of it, is missing.</summary>
    public static Func<bool> Test(DataViewRow row, DataViewSchema.Column column)
        => Generic.Call(Test<int>, column.Type.GetItemType().RawType, row, column);

    private static Func<bool> Test<T>(DataViewRow row, DataViewSchema.Column column)
    {
        bool isKey = column.Type.GetItemType() is KeyDataViewType;
        if (column.Type is VectorDataViewType)
        {
            Func<VBuffer<T>> vector = UserType.Reader<VBuffer<T>>(row, column);
            return () => vector().DenseValues().Any(IsMissing);
        }
        Func<T> value = UserType.Reader<T>(row, column);
        return () => IsMissing(value());

        bool IsMissing(T item) => item is float.NaN or double.NaN || (isKey && EqualityComparer<T>.Default.Equals(item, default));
    }
}
