using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Offline;

/// <summary>
/// Gives each row a number in [0, 1), always the same for the same seed: by the row's place, or by its value in a column
/// whose equal values must stay together. ML.NET gives other numbers.
/// </summary>
internal sealed class RowSampling
{
    private readonly IDataView _data;
    private readonly DataViewSchema.Column? _key;
    private readonly ulong _seed;

    public RowSampling(IHostEnvironment env, IDataView data, string samplingKeyColumnName, int? seed)
    {
        _data = data;
        _key = samplingKeyColumnName is null
            ? null
            : data.Schema.GetColumnOrNull(samplingKeyColumnName)
                ?? throw env.ExceptSchemaMismatch("samplingKeyColumn", "SamplingKeyColumn", samplingKeyColumnName);
        _seed = (ulong)(seed ?? ((IHostEnvironmentInternal)env).Seed ?? ((IHost)env).Rand.Next());
    }

    public DataOperationsCatalog.TrainTestData Split(double from, double to)
        => new(Rows(number => number < from || number >= to), Rows(number => number >= from && number < to));

    public DataOperationsCatalog.TrainTestData[] Folds(int count)
        => [.. Enumerable.Range(0, count).Select(fold => Split((double)fold / count, (double)(fold + 1) / count))];

    private FilterView Rows(Func<double, bool> accepts) => new(_data, _key is { } key ? [key.Index] : [], row =>
    {
        Func<ulong> hash = _key is { } column ? ValueHash(row, column) : RowHash(row);
        return () => accepts((Mix(hash() + _seed) >> 11) * (1.0 / (1UL << 53)));
    });

    private static Func<ulong> RowHash(DataViewRow row)
    {
        ValueGetter<DataViewRowId> get = row.GetIdGetter();
        DataViewRowId id = default;
        return () =>
        {
            get(ref id);
            return Mix(id.Low);
        };
    }

    private static Func<ulong> ValueHash(DataViewRow row, DataViewSchema.Column column)
        => Generic.Call(ValueHash<int>, column.Type.RawType, row, column);

    private static Func<ulong> ValueHash<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> get = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            get(ref value);
            return Encoding.UTF8.GetBytes(value.ToString()).Aggregate(0UL, (hash, b) => Mix(hash ^ b));
        };
    }

    // The finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
