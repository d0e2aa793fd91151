using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Offline;

/// <summary>What a normalizer does to one column: (value - offset) * scale, slot by slot.</summary>
internal abstract class Scaling(DataViewType type)
{
    public DataViewType Type { get; } = type;

    public static Scaling[] Train(IHostEnvironment env, IDataView data, NormalizingEstimator.ColumnOptionsBase[] columns)
    {
        DataViewSchema.Column[] sources = [.. columns.Select(c => data.Schema.GetColumnOrNull(c.InputColumnName)
            ?? throw env.ExceptSchemaMismatch(nameof(data), "input", c.InputColumnName))];
        foreach (DataViewSchema.Column source in sources)
        {
            Type raw = source.Type.GetItemType().RawType;
            bool fits = (raw == typeof(float) || raw == typeof(double)) && source.Type.GetValueCount() > 0;
            Contracts.CheckParam(
                fits,
                "srcType",
                $"Wrong column type for input column. Expected: Single, Double, Vector of Single or Vector of Double. Got: {source.Type}.");
        }
        using IProgressChannel progress = env.StartProgressChannel("Normalize");
        using DataViewRowCursor rows = data.GetRowCursor(sources);
        Trainer[] trainers =
            [.. sources.Select((source, i) => Generic.Call(MakeTrainer<float>, source.Type.GetItemType().RawType, rows, source, columns[i]))];
        while (rows.MoveNext())
        {
            env.CheckAlive();
            foreach (Trainer trainer in trainers)
                trainer.Add();
        }
        return [.. trainers.Select(t => t.Finish())];
    }

    public static Scaling Read(BinaryReader reader)
    {
        DataViewType type = SchemaFile.ReadType(reader);
        object[] scale = SchemaFile.ReadValues(reader, type), offset = SchemaFile.ReadValues(reader, type);
        return Generic.Call(Restored<float>, type.GetItemType().RawType, type, scale, offset);
    }

    public abstract void Write(BinaryWriter writer);

    public abstract Delegate MakeGetter(DataViewRow row, DataViewSchema.Column column);

    private static Scaling Restored<T>(DataViewType type, object[] scale, object[] offset)
        where T : struct, IFloatingPointIeee754<T>
        => new Of<T>(type, [.. scale.Cast<T>()], [.. offset.Cast<T>()]);

    private static Trainer MakeTrainer<T>(DataViewRow row, DataViewSchema.Column column, NormalizingEstimator.ColumnOptionsBase options)
        where T : struct, IFloatingPointIeee754<T>
        => new Trainer<T>(row, column, options);

    private static ValueGetter<VBuffer<T>> VectorGetter<T>(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
            return row.GetGetter<VBuffer<T>>(column);
        ValueGetter<T> get = row.GetGetter<T>(column);
        T[] one = new T[1];
        return (ref VBuffer<T> value) =>
        {
            get(ref one[0]);
            value = new VBuffer<T>(1, one);
        };
    }

    private abstract class Trainer
    {
        public abstract void Add();

        public abstract Scaling Finish();
    }

    private sealed class Trainer<T> : Trainer
        where T : struct, IFloatingPointIeee754<T>
    {
        private readonly ValueGetter<VBuffer<T>> _get;
        private readonly DataViewType _type;
        private readonly bool _fixZero;
        private readonly bool _isMinMax;
        private readonly T[] _min, _max;
        private readonly double[] _mean, _m2;
        private readonly long[] _count, _bad;
        private VBuffer<T> _value;
        private long _rows;
        private long _rowsLeft;

        public Trainer(DataViewRow row, DataViewSchema.Column column, NormalizingEstimator.ColumnOptionsBase options)
        {
            int size = column.Type.GetValueCount();
            _type = column.Type;
            _get = VectorGetter<T>(row, column);
            _fixZero = ((NormalizingEstimator.ControlZeroColumnOptionsBase)options).EnsureZeroUntouched;
            _isMinMax = options is NormalizingEstimator.MinMaxColumnOptions;
            _rowsLeft = options.MaximumExampleCount;
            _min = [.. Enumerable.Repeat(T.PositiveInfinity, size)];
            _max = [.. Enumerable.Repeat(T.NegativeInfinity, size)];
            (_mean, _m2, _count, _bad) = (new double[size], new double[size], new long[size], new long[size]);
        }

        public override void Add()
        {
            if (_rowsLeft-- <= 0)
                return;
            _rows++;
            _get(ref _value);
            Contracts.Check(_value.Length == _mean.Length, $"Normalizer expected {_mean.Length} slots but got {_value.Length}");
            ReadOnlySpan<T> values = _value.GetValues();
            ReadOnlySpan<int> indices = _value.GetIndices();
            for (int i = 0; i < values.Length; i++)
                Update(_value.IsDense ? i : indices[i], values[i]);
        }

        public override Scaling Finish()
        {
            T[] scale = new T[_mean.Length], offset = new T[_mean.Length];
            for (int i = 0; i < scale.Length; i++)
                (scale[i], offset[i]) = _isMinMax ? OfRange(i) : OfVariance(i);
            return new Of<T>(_type, scale, offset);
        }

        // Comparisons with NaN are false: it moves neither bound.
        private void Update(int slot, T value)
        {
            if (_isMinMax)
            {
                _count[slot]++;
                UpdateRange(slot, value);
            }
            else if (!T.IsFinite(value))
                _bad[slot]++;
            else if (value != T.Zero)
                UpdateMean(slot, double.CreateChecked(value), 1);
        }

        private void UpdateRange(int slot, T value)
        {
            if (_max[slot] < value)
                _max[slot] = value;
            if (_min[slot] > value)
                _min[slot] = value;
        }

        private void UpdateMean(int slot, double value, long times)
        {
            _count[slot] += times;
            double delta = value - _mean[slot];
            _mean[slot] += delta * times / _count[slot];
            _m2[slot] += delta * (value - _mean[slot]) * times;
        }

        private (T Scale, T Offset) OfRange(int slot)
        {
            if (_count[slot] < _rows)
                UpdateRange(slot, T.Zero);
            T min = _min[slot], max = _max[slot];
            if (!(max > min))
                return default;
            return _fixZero ? (T.One / T.Max(T.Abs(max), T.Abs(min)), T.Zero) : WithOffset(T.One / (max - min), min);
        }

        private (T Scale, T Offset) OfVariance(int slot)
        {
            long zeros = _rows - _bad[slot] - _count[slot];
            if (zeros > 0)
                UpdateMean(slot, 0, zeros);
            if (_m2[slot] == 0)
                return default;
            double variance = _m2[slot] / _count[slot];
            return _fixZero
                ? (T.One / T.CreateChecked(Math.Sqrt(variance + (_mean[slot] * _mean[slot]))), T.Zero)
                : WithOffset(T.One / T.CreateChecked(Math.Sqrt(variance)), T.CreateChecked(_mean[slot]));
        }

        private static (T Scale, T Offset) WithOffset(T scale, T offset) => (scale, scale == T.Zero ? T.Zero : offset);
    }

    private sealed class Of<T>(DataViewType type, T[] scale, T[] offset) : Scaling(type)
        where T : struct, IFloatingPointIeee754<T>
    {
        private readonly bool _keepsZero = offset.All(o => o == T.Zero);

        public override void Write(BinaryWriter writer)
        {
            SchemaFile.WriteType(writer, Type);
            SchemaFile.WriteValues(writer, Type, [.. scale.Cast<object>()]);
            SchemaFile.WriteValues(writer, Type, [.. offset.Cast<object>()]);
        }

        public override Delegate MakeGetter(DataViewRow row, DataViewSchema.Column column)
        {
            ValueGetter<VBuffer<T>> get = VectorGetter<T>(row, column);
            VBuffer<T> source = default;
            if (column.Type is VectorDataViewType)
                return (ValueGetter<VBuffer<T>>)Vector;
            return (ValueGetter<T>)((ref T target) =>
            {
                get(ref source);
                target = (source.GetValues()[0] - offset[0]) * scale[0];
            });

            void Vector(ref VBuffer<T> target)
            {
                get(ref source);
                if (_keepsZero)
                    source.CopyTo(ref target);
                else
                    source.CopyToDense(ref target);
                var editor = VBufferEditor.CreateFromBuffer(ref target);
                for (int i = 0; i < editor.Values.Length; i++)
                {
                    int slot = target.IsDense ? i : editor.Indices[i];
                    editor.Values[i] = (editor.Values[i] - offset[slot]) * scale[slot];
                }
                target = editor.Commit();
            }
        }
    }
}
