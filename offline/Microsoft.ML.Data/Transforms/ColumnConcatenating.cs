using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Offline;
using Microsoft.ML.Runtime;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

[assembly: LoadableClass(
    typeof(ColumnConcatenatingTransformer), null, typeof(SignatureLoadModel), "", ColumnConcatenatingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms
{
    public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
    {
        private readonly IHost _host;
        private readonly string _name;
        private readonly string[] _sources;

        internal ColumnConcatenatingEstimator(IHostEnvironment env, string outputColumnName, params string[] inputColumnNames)
        {
            _host = Contracts.CheckRef(env, nameof(env)).Register("ColumnConcatenatingEstimator ");
            _name = _host.CheckNonEmpty(outputColumnName, nameof(outputColumnName));
            _sources = _host.CheckRef(inputColumnNames, nameof(inputColumnNames));
            _host.CheckParam(_sources.Length > 0, nameof(inputColumnNames), "Input columns not specified");
            _host.CheckParam(!_sources.Any(string.IsNullOrEmpty), nameof(inputColumnNames), "Contained some null or empty items");
        }

        public ColumnConcatenatingTransformer Fit(IDataView input)
        {
            _host.CheckValue(input, nameof(input));
            return new ColumnConcatenatingTransformer(_host, _name, _sources);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            _host.CheckValue(inputSchema, nameof(inputSchema));
            SchemaShape.Column[] columns = [.. _sources.Select(name => Pairs.Find(_host, inputSchema, name))];
            DataViewType itemType = columns[0].ItemType;
            foreach (SchemaShape.Column column in columns)
            {
                if (column.IsKey)
                    throw _host.Except($"Column '{column.Name}' is key. Concatenation of keys is unsupported.");
                if (!column.ItemType.Equals(itemType))
                {
                    throw _host.Except(
                        $"Concatenated columns should have the same type. Column '{column.Name}' has type of {column.ItemType}, "
                        + $"but expected column type is {itemType}.");
                }
            }
            var annotations = new List<SchemaShape.Column>();
            if (columns.All(c => c.IsNormalized()))
                annotations.Add(new(AnnotationUtils.Kinds.IsNormalized, VectorKind.Scalar, BooleanDataViewType.Instance, false));
            if (columns.Any(c => c.Kind == VectorKind.Scalar || c.Annotations.TryFindColumn(AnnotationUtils.Kinds.SlotNames, out _)))
                annotations.Add(
                    new(AnnotationUtils.Kinds.SlotNames, VectorKind.Vector, TextDataViewType.Instance, false));
            if (columns.Any(c => c.Annotations.TryFindColumn(AnnotationUtils.Kinds.CategoricalSlotRanges, out _)))
                annotations.Add(
                    new(AnnotationUtils.Kinds.CategoricalSlotRanges, VectorKind.Vector, NumberDataViewType.Int32, false));
            bool isVariable = columns.Any(c => c.Kind == VectorKind.VariableVector);
            VectorKind kind = isVariable ? VectorKind.VariableVector : VectorKind.Vector;
            return Pairs.With(inputSchema, [new(_name, kind, itemType, false, new SchemaShape(annotations))]);
        }
    }
}

namespace Microsoft.ML.Data
{
    public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase, IMapsColumns
    {
        internal const string LoaderSignature = "ConcatTransform";

        private readonly (string Output, string Input)[] _sources;

        internal ColumnConcatenatingTransformer(IHostEnvironment env, string outputColumnName, params string[] inputColumnNames)
            : base(env.Register(nameof(ColumnConcatenatingTransformer)))
            => _sources = [.. inputColumnNames.Select(name => (outputColumnName, name))];

        private ColumnConcatenatingTransformer(IHostEnvironment env, ModelLoadContext ctx)
            : base(env.Register(nameof(ColumnConcatenatingTransformer)))
            => _sources = Pairs.Read(ctx);

        IReadOnlyList<MappedColumn> IMapsColumns.Map(DataViewSchema input)
        {
            string name = _sources[0].Output;
            DataViewSchema.Column[] columns = [.. _sources.Select(pair => Pairs.Find(Host, input, pair.Input))];
            if (columns.Length == 1 && columns[0].Type is VectorDataViewType)
                return [MappedColumn.Copy(columns[0], name)];
            var itemType = (PrimitiveDataViewType)columns[0].Type.GetItemType();
            foreach (DataViewSchema.Column column in columns)
            {
                if (!column.Type.GetItemType().Equals(itemType))
                    throw Host.ExceptSchemaMismatch(
                        "inputSchema", "input", column.Name, itemType.ToString(), column.Type.ToString());
            }
            bool isKnownSize = columns.All(c => c.Type.GetValueCount() > 0);
            int size = isKnownSize ? columns.Sum(c => c.Type.GetValueCount()) : 0;
            int[] sources = [.. columns.Select(c => c.Index)];
            return
            [
                new(name, new VectorDataViewType(itemType, size), Annotations(columns, size), sources,
                    row => Generic.Call(ConcatenatingGetter<int>, itemType.RawType, row, columns)),
            ];
        }

        private protected override void SaveModel(ModelSaveContext ctx)
        {
            ctx.SetVersionInfo(Pairs.Version("CONCAT F", LoaderSignature));
            Pairs.Write(ctx, _sources);
        }

        private static DataViewSchema.Annotations Annotations(DataViewSchema.Column[] columns, int size)
        {
            var builder = new DataViewSchema.Annotations.Builder();
            bool isNormalized = columns.All(c => c.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.IsNormalized) is not null);
            if (isNormalized && columns[0].Type.GetItemType() is NumberDataViewType)
                builder.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
            if (size > 0 && columns.Any(c => c.Type is not VectorDataViewType || c.HasSlotNames(c.Type.GetVectorSize())))
            {
                ReadOnlyMemory<char>[] names = [.. columns.SelectMany(SlotNames)];
                builder.AddSlotNames(
                    size,
                    (ref VBuffer<ReadOnlyMemory<char>> value) => new VBuffer<ReadOnlyMemory<char>>(size, names).CopyTo(ref value));
            }
            if (size > 0 && columns.Any(c => c.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.CategoricalSlotRanges) is not null))
            {
                int[] ranges = [.. CategoricalSlotRanges(columns)];
                builder.Add(
                    AnnotationUtils.Kinds.CategoricalSlotRanges,
                    AnnotationUtils.GetCategoricalType(ranges.Length / 2),
                    (ref VBuffer<int> value) => new VBuffer<int>(ranges.Length, ranges).CopyTo(ref value));
            }
            return builder.ToAnnotations();
        }

        private static IEnumerable<int> CategoricalSlotRanges(DataViewSchema.Column[] columns)
        {
            int start = 0;
            foreach (DataViewSchema.Column column in columns)
            {
                VBuffer<int> ranges = default;
                if (column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.CategoricalSlotRanges) is not null)
                    column.Annotations.GetValue(AnnotationUtils.Kinds.CategoricalSlotRanges, ref ranges);
                foreach (int slot in ranges.DenseValues())
                    yield return start + slot;
                start += column.Type.GetValueCount();
            }
        }

        private static IEnumerable<ReadOnlyMemory<char>> SlotNames(DataViewSchema.Column column)
        {
            if (column.Type is not VectorDataViewType vector)
                return [column.Name.AsMemory()];
            if (!column.HasSlotNames(vector.Size))
                return new ReadOnlyMemory<char>[vector.Size];
            VBuffer<ReadOnlyMemory<char>> names = default;
            column.Annotations.GetValue(AnnotationUtils.Kinds.SlotNames, ref names);
            return names.DenseValues().Select(n => n.IsEmpty ? n : $"{column.Name}.{n}".AsMemory());
        }

        private static Delegate ConcatenatingGetter<T>(DataViewRow row, DataViewSchema.Column[] columns)
        {
            var vectors = new ValueGetter<VBuffer<T>>[columns.Length];
            for (int i = 0; i < columns.Length; i++)
            {
                vectors[i] = columns[i].Type is VectorDataViewType
                    ? row.GetGetter<VBuffer<T>>(columns[i])
                    : AsVector(row.GetGetter<T>(columns[i]));
            }
            var parts = new VBuffer<T>[columns.Length];
            return (ValueGetter<VBuffer<T>>)Concatenate;

            void Concatenate(ref VBuffer<T> value)
            {
                int length = 0, count = 0;
                for (int i = 0; i < parts.Length; i++)
                {
                    vectors[i](ref parts[i]);
                    int expected = columns[i].Type.GetValueCount();
                    if (expected > 0 && parts[i].Length != expected)
                        throw Contracts.Except(
                            $"Column '{columns[i].Name}': expected {expected} slots, but got {parts[i].Length}");
                    length += parts[i].Length;
                    count += parts[i].GetValues().Length;
                }
                bool sparse = count <= length / 2;
                var editor = VBufferEditor.Create(ref value, length, sparse ? count : length);
                for (int i = 0, start = 0, next = 0; i < parts.Length; start += parts[i].Length, i++)
                {
                    if (!sparse)
                    {
                        parts[i].CopyTo(editor.Values, start);
                        continue;
                    }
                    foreach (var (slot, item) in parts[i].Items())
                    {
                        editor.Values[next] = item;
                        editor.Indices[next++] = start + slot;
                    }
                }
                value = editor.Commit();
            }
        }

        private static ValueGetter<VBuffer<T>> AsVector<T>(ValueGetter<T> scalar) => (ref VBuffer<T> value) =>
        {
            var editor = VBufferEditor.Create(ref value, 1);
            scalar(ref editor.Values[0]);
            value = editor.Commit();
        };
    }
}
