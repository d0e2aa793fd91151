using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>What the evaluators read of scored data.</summary>
internal static class ScoredData
{
    public static DataViewSchema.Column Find(IDataView data, string role, string name)
        => data.Schema.GetColumnOrNull(name) ?? throw Contracts.ExceptParam("schema", $"{name} column '{role}' not found");

    public static void CheckSingle(IHost host, string role, DataViewSchema.Column column)
    {
        if (column.Type != NumberDataViewType.Single)
            throw host.ExceptSchemaMismatch("schema", role, column.Name, "Single", column.Type.ToString());
    }

    /// <summary>The label of a row as a number; keys count from 0; NaN where it is missing.</summary>
    public static Func<float> LabelReader(DataViewRow row, DataViewSchema.Column label)
    {
        if (label.Type is KeyDataViewType)
            return Generic.Call(KeyReader<int>, label.Type.RawType, row, label);
        if (label.Type is BooleanDataViewType)
        {
            Func<bool> flag = UserType.Reader<bool>(row, label);
            return () => flag() ? 1 : 0;
        }
        if (label.Type == NumberDataViewType.Single)
            return UserType.Reader<float>(row, label);
        Func<double> number = UserType.Reader<double>(row, label);
        return () => (float)number();
    }

    private static Func<float> KeyReader<T>(DataViewRow row, DataViewSchema.Column label)
    {
        Func<T> key = UserType.Reader<T>(row, label);
        return () => Convert.ToUInt64(key()) is > 0 and ulong number ? number - 1 : float.NaN;
    }
}
