using System.Numerics.Tensors;
using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Data;

/// <summary>Reads the label of the row that a cursor is at.</summary>
/// <param name="targets">Takes the class, or the numbers.</param>
/// <returns>Whether it is there.</returns>
internal delegate bool LabelGetter(Span<float> targets);

/// <summary>What is learned: how a label column is read.</summary>
internal abstract class LabelFormat
{
    /// <summary>The number of classes; 0 where numbers are learned.</summary>
    public virtual int Classes => 0;

    /// <summary>How many numbers are learned; 1 of classes.</summary>
    public virtual int Targets => 1;

    /// <summary>What the classes, or the numbers, are called: a name each, null where there are none.</summary>
    public virtual IReadOnlyList<string>? Names => null;

    /// <summary>What reads the labels of a cursor's rows.</summary>
    public abstract LabelGetter GetGetter(DataViewRow row, DataViewSchema.Column column);
}

/// <summary>A key: the classes are its values, in their order.</summary>
internal sealed class KeyLabel(DataViewSchema.Column label, int classes) : LabelFormat
{
    public override IReadOnlyList<string>? Names { get; } = AnnotationTexts.Of(label, AnnotationUtils.Kinds.KeyValues, classes);

    public override int Classes => classes;

    public override LabelGetter GetGetter(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<uint> get = row.GetGetter<uint>(column);
        return targets =>
        {
            uint key = 0; // 1 is the first class, 0 a missing label.
            get(ref key);
            targets[0] = key - 1f;
            return key > 0 && key <= (uint)classes;
        };
    }
}

/// <summary>True or false.</summary>
internal sealed class BooleanLabel : LabelFormat
{
    public override int Classes => 2;

    public override LabelGetter GetGetter(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<bool> get = row.GetGetter<bool>(column);
        return targets =>
        {
            bool label = false;
            get(ref label);
            targets[0] = label ? 1 : 0;
            return true;
        };
    }
}

/// <summary>A number.</summary>
internal sealed class SingleLabel : LabelFormat
{
    public override LabelGetter GetGetter(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<float> get = row.GetGetter<float>(column);
        return targets =>
        {
            get(ref targets[0]);
            return float.IsFinite(targets[0]);
        };
    }
}

/// <summary>Several numbers.</summary>
internal sealed class VectorLabel(DataViewSchema.Column label, int targets) : LabelFormat
{
    public override IReadOnlyList<string>? Names { get; } = AnnotationTexts.Of(label, AnnotationUtils.Kinds.SlotNames, targets);

    public override int Targets => targets;

    public override LabelGetter GetGetter(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<float>> get = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> label = default;
        return numbers =>
        {
            get(ref label);
            label.CopyTo(numbers);
            return TensorPrimitives.IsFiniteAll<float>(numbers);
        };
    }
}
