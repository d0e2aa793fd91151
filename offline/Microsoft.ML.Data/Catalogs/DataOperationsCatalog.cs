using Microsoft.ML.Data;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class DataOperationsCatalog : IInternalCatalog
{
    private readonly IHostEnvironment _env;

    internal DataOperationsCatalog(IHostEnvironment env)
        => _env = Contracts.CheckRef(env, nameof(env)).Register(nameof(DataOperationsCatalog));

    IHostEnvironment IInternalCatalog.Environment => _env;

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition schemaDefinition = null)
        where TRow : class
        => new TypedView<TRow>(
            _env.CheckRef(data, nameof(data)), new TypedColumns<TRow>(schemaDefinition, SchemaDefinition.Direction.Read));

    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema)
        where TRow : class
        => LoadFromEnumerable(data, TypedColumns<TRow>.DefinitionOf(_env, _env.CheckRef(schema, nameof(schema))));

    public IEnumerable<TRow> CreateEnumerable<TRow>(
        IDataView data, bool reuseRowObject, bool ignoreMissingColumns = false, SchemaDefinition schemaDefinition = null)
        where TRow : class, new()
    {
        _env.CheckValue(data, nameof(data));
        var columns = new TypedColumns<TRow>(schemaDefinition, SchemaDefinition.Direction.Write);
        var makeFiller = columns.Filler(_env, data.Schema, ignoreMissingColumns, out DataViewSchema.Column[] needed);
        return Rows();

        IEnumerable<TRow> Rows()
        {
            using DataViewRowCursor cursor = data.GetRowCursor(needed);
            Action<TRow> fill = makeFiller(cursor);
            TRow row = null;
            while (cursor.MoveNext())
            {
                row = reuseRowObject && row is not null ? row : new TRow();
                fill(row);
                yield return row;
            }
        }
    }

    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        _env.CheckValue(input, nameof(input));
        foreach (string name in columnsToPrefetch ?? [])
        {
            if (input.Schema.GetColumnOrNull(name) is null)
                throw _env.ExceptSchemaMismatch(nameof(columnsToPrefetch), "prefetch", name);
        }
        return new CacheView(input);
    }

    public IDataView FilterRowsByColumn(
        IDataView input, string columnName, double lowerBound = double.NegativeInfinity, double upperBound = double.PositiveInfinity)
    {
        _env.CheckValue(input, nameof(input));
        _env.CheckNonEmpty(columnName, nameof(columnName));
        _env.CheckParam(lowerBound < upperBound, nameof(upperBound), "Must be less than lowerBound");
        DataViewSchema.Column column = input.Schema[columnName];
        if (column.Type is not NumberDataViewType)
            throw _env.ExceptSchemaMismatch(nameof(columnName), "filter", columnName, "number", column.Type.ToString());
        bool isReal = column.Type == NumberDataViewType.Single || column.Type == NumberDataViewType.Double;
        _env.CheckUserArg(isReal, "Column", $"Column '{columnName}' does not have compatible type");
        return new FilterView(input, [column.Index], row =>
        {
            Func<float> single = column.Type == NumberDataViewType.Single ? UserType.Reader<float>(row, column) : null;
            Func<double> value = single is null ? UserType.Reader<double>(row, column) : () => single();
            return () => value() is double v && v >= lowerBound && (v < upperBound || upperBound == double.PositiveInfinity);
        });
    }

    public IDataView FilterRowsByMissingValues(IDataView input, params string[] columns)
    {
        _env.CheckValue(input, nameof(input));
        _env.CheckUserArg(columns is { Length: > 0 }, nameof(columns), null);
        var tested = new List<DataViewSchema.Column>();
        foreach (string name in columns)
        {
            DataViewSchema.Column column = input.Schema.GetColumnOrNull(name)
                ?? throw _env.ExceptUserArg("Columns", "Source column '{0}' not found", name);
            DataViewType item = column.Type.GetItemType();
            bool canMiss = item is KeyDataViewType || item == NumberDataViewType.Single || item == NumberDataViewType.Double;
            if (!canMiss)
                throw _env.ExceptUserArg(
                    "Columns",
                    $"Column '{name}' has type {column.Type} which does not support missing values, so we cannot filter on them");
            tested.Add(column);
        }
        return new FilterView(input, tested.Select(c => c.Index), row =>
        {
            Func<bool>[] tests = [.. tested.Select(c => Missing.Test(row, c))];
            return () => !tests.Any(isMissing => isMissing());
        });
    }

    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        _env.CheckValue(input, nameof(input));
        _env.CheckUserArg(shufflePoolSize > 0, nameof(shufflePoolSize), "Must be positive");
        return new CacheView(input, new Random(seed ?? ((IHost)_env).Rand.Next()));
    }

    public IDataView SkipRows(IDataView input, long count)
    {
        _env.CheckValue(input, nameof(input));
        _env.CheckUserArg(count > 0, nameof(count), "Must be greater than zero.");
        return new SkipTakeView(input, count, long.MaxValue);
    }

    public IDataView TakeRows(IDataView input, long count)
    {
        _env.CheckValue(input, nameof(input));
        _env.CheckUserArg(count > 0, nameof(count), "Must be greater than zero.");
        return new SkipTakeView(input, 0, count);
    }

    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        _env.CheckValue(data, nameof(data));
        _env.CheckParam(0 < testFraction && testFraction < 1, nameof(testFraction), "Must be between 0 and 1 exclusive");
        return new RowSampling(_env, data, samplingKeyColumnName, seed).Split(0, testFraction);
    }

    public IReadOnlyList<TrainTestData> CrossValidationSplit(
        IDataView data, int numberOfFolds = 5, string samplingKeyColumnName = null, int? seed = null)
    {
        _env.CheckValue(data, nameof(data));
        _env.CheckParam(numberOfFolds > 1, nameof(numberOfFolds), "Must be more than 1");
        return new RowSampling(_env, data, samplingKeyColumnName, seed).Folds(numberOfFolds);
    }

    public struct TrainTestData
    {
        public readonly IDataView TrainSet;
        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet) => (TrainSet, TestSet) = (trainSet, testSet);
    }
}
