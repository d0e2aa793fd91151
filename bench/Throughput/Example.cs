using Microsoft.ML;
using Microsoft.ML.Backprop;
using Microsoft.ML.Data;

namespace Throughput;

/// <summary>A row as ML.NET reads it from objects.</summary>
internal sealed class Example
{
    public uint Label { get; set; }

    public float[] Features { get; set; } = [];

    /// <summary>The columns for so many features and classes.</summary>
    public static SchemaDefinition Schema(int inputs, int classes)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Example));
        schema[nameof(Label)].ColumnType = new KeyDataViewType(typeof(uint), classes);
        schema[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, inputs);
        return schema;
    }

    /// <summary>Drawn rows as objects.</summary>
    public static Example[] From(Rows rows)
    {
        int inputs = rows.Shape.Inputs;
        return [.. Enumerable.Range(0, rows.Count).Select(row => new Example
        {
            Label = (uint)rows.Labels[row],
            Features = rows.Features[(row * inputs)..((row + 1) * inputs)],
        })];
    }

    /// <summary>Trains by ML.NET's ways, one pass: for what does not depend on the weights.</summary>
    public static MulticlassPredictionTransformer<BackpropMlpModelParameters> Train(
        MLContext mlContext, IDataView data, int[] hidden, int batchSize) =>
        mlContext.MulticlassClassification.Trainers.BackpropMlp(new BackpropMlpTrainer.Options
        {
            HiddenLayers = hidden,
            NumberOfIterations = 1,
            BatchSize = batchSize,
            NumberOfThreads = 1,
        }).Fit(data);

    /// <summary>Reads columns of all rows with a cursor.</summary>
    /// <returns>The number of rows.</returns>
    public static long Read(IDataView data, string vectorColumn, string? keyColumn = null)
    {
        DataViewSchema.Column vectors = data.Schema[vectorColumn];
        DataViewSchema.Column? keys = keyColumn is null ? null : data.Schema[keyColumn];
        using DataViewRowCursor cursor = data.GetRowCursor(keys is { } read ? [vectors, read] : [vectors]);
        ValueGetter<VBuffer<float>> getVector = cursor.GetGetter<VBuffer<float>>(vectors);
        ValueGetter<uint>? getKey = keys is { } column ? cursor.GetGetter<uint>(column) : null;
        VBuffer<float> vector = default;
        uint key = 0;
        long count = 0;
        for (; cursor.MoveNext(); count++)
        {
            getVector(ref vector);
            getKey?.Invoke(ref key);
        }

        return count;
    }
}

/// <summary>What a prediction engine returns.</summary>
internal sealed class Scored
{
    public float[] Score { get; set; } = [];
}
