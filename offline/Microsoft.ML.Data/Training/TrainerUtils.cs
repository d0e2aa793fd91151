using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

internal static class TrainerUtils
{
    public static SchemaShape.Column MakeBoolScalarLabel(string labelColumn) => Scalar(labelColumn, BooleanDataViewType.Instance);

    public static SchemaShape.Column MakeR4ScalarColumn(string columnName) => Scalar(columnName, NumberDataViewType.Single);

    public static SchemaShape.Column MakeU4ScalarColumn(string columnName)
        => columnName is null ? default : Scalar(columnName, NumberDataViewType.UInt32, isKey: true);

    public static SchemaShape.Column MakeR4VecFeature(string featureColumn)
        => new(featureColumn, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, false);

    public static SchemaShape.Column MakeR4ScalarWeightColumn(string weightColumn)
        => weightColumn is null ? default : Scalar(weightColumn, NumberDataViewType.Single);

    public static void CheckFeatureFloatVector(this RoleMappedData data, out int length)
    {
        Contracts.CheckValue(data, nameof(data));
        DataViewSchema.Column feature = data.Schema.Feature
            ?? throw Contracts.ExceptParam(nameof(data), "Training data must specify a feature column.");
        if (feature.Type is not VectorDataViewType { IsKnownSize: true } vector || vector.ItemType != NumberDataViewType.Single)
            throw Contracts.ExceptParam(
                nameof(data),
                $"Training feature column '{feature.Name}' must be a known-size vector of R4, but has type: {feature.Type}.");
        length = vector.Size;
    }

    public static void CheckBinaryLabel(this RoleMappedData data)
    {
        DataViewSchema.Column label = LabelOf(data);
        bool isKey = label.Type is KeyDataViewType;
        bool fits = isKey ? label.Type.GetKeyCount() == 2 : label.Type is BooleanDataViewType || IsReal(label.Type);
        if (fits)
            return;
        string fault = (isKey, label.Type.GetKeyCount()) switch
        {
            (true, 1) => "has only one class. Two classes are required for binary classification.",
            (true, > 2) => "has more than two classes. Only two classes are allowed for binary classification.",
            _ => $"has a data type not suitable for binary classification: {label.Type}. "
                + "Type must be Boolean, Single, Double or Key with two classes.",
        };
        throw Contracts.ExceptParam(nameof(data), $"The label column '{label.Name}' of the training data {fault}");
    }

    public static void CheckRegressionLabel(this RoleMappedData data)
    {
        DataViewSchema.Column label = LabelOf(data);
        if (!IsReal(label.Type))
            throw Contracts.ExceptParam(
                nameof(data),
                $"Training label column '{label.Name}' type isn't suitable for regression: {label.Type}. Type must be Single or Double.");
    }

    public static void CheckMultiOutputRegressionLabel(this RoleMappedData data)
    {
        DataViewSchema.Column label = LabelOf(data);
        if (label.Type is not VectorDataViewType { IsKnownSize: true } vector || vector.ItemType != NumberDataViewType.Single)
            throw Contracts.ExceptParam(
                nameof(data), $"Training label column '{label.Name}' must be a known-size vector of Single, but has type: {label.Type}.");
    }

    public static void CheckMulticlassLabel(this RoleMappedData data, out int count)
    {
        DataViewSchema.Column label = LabelOf(data);
        if (label.Type is not KeyDataViewType key)
            throw Contracts.ExceptParam(
                nameof(data),
                $"Training label column '{label.Name}' type is not valid for multi-class: {label.Type}. Type must be Single or Double.");
        if (key.Count >= (ulong)Array.MaxLength)
            throw Contracts.ExceptParam(nameof(data), $"Maximum label is too large for multi-class: {key.Count}.");
        count = (int)key.Count;
    }

    private static DataViewSchema.Column LabelOf(RoleMappedData data)
    {
        Contracts.CheckValue(data, nameof(data));
        return data.Schema.Label ?? throw Contracts.ExceptParam(nameof(data), "Training data must specify a label column.");
    }

    private static bool IsReal(DataViewType type) => type == NumberDataViewType.Single || type == NumberDataViewType.Double;

    private static SchemaShape.Column Scalar(string name, PrimitiveDataViewType type, bool isKey = false)
        => new(name, SchemaShape.Column.VectorKind.Scalar, type, isKey);
}
