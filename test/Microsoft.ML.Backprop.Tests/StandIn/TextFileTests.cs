using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Tests.StandIn;

[TestClass]
public class TextFileTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void Fields_are_read_by_index_and_what_is_missing_is_0_and_what_is_unreadable_NaN() => Rows.WithFile(
        "a,b,c\n1,2,x\n,?,\n//comment\n3,bad, y \n\n4\n5,6,7,8\n",
        path =>
        {
            IDataView data = Load(path, hasHeader: true, new("A", DataKind.Single, 0), new("B", DataKind.Single, 1), new("C", DataKind.String, 2));
            CollectionAssert.AreEqual(new float[] { 1, 0, 3, 4, 5 }, data.GetColumn<float>("A").ToArray());
            CollectionAssert.AreEqual(new float[] { 2, float.NaN, float.NaN, 0, 6 }, data.GetColumn<float>("B").ToArray());
            CollectionAssert.AreEqual(new[] { "x", "", "y ", "", "7" }, data.GetColumn<string>("C").ToArray());
        });

    [TestMethod]
    public void A_range_is_a_vector_even_of_one_and_zeros_make_it_sparse() => Rows.WithFile(
        "0,1,2,3\n1,4,5,6\n2,7\n",
        path =>
        {
            IDataView data = Load(
                path, false,
                new("Key", DataKind.UInt32, [new(0)], new KeyCount(2)),
                new("Range", DataKind.Single, 1, 3),
                new("Two", DataKind.Single, [new(1), new(3)]),
                new("One", DataKind.Single, 1, 1));
            Assert.AreEqual("Range: Vector<Single, 3>", data.Schema["Range"].ToString());
            Assert.AreEqual("One: Vector<Single, 1>", data.Schema["One"].ToString());
            CollectionAssert.AreEqual(new uint[] { 1, 2, 0 }, data.GetColumn<uint>("Key").ToArray());
            CollectionAssert.AreEqual(new float[] { 4, 6 }, Rows.Vectors<float>(data, "Two")[1]);
            VBuffer<float> last = data.GetColumn<VBuffer<float>>("Range").Last();
            Assert.IsFalse(last.IsDense);
            CollectionAssert.AreEqual(new float[] { 7, 0, 0 }, last.DenseValues().ToArray());
        });

    [TestMethod]
    public void Quoted_fields_hold_separators_and_doubled_quotes() => Rows.WithFile(
        "1,\" x \"\"y\"\" \",z\n2,\"a,b\",\"\"\n",
        path =>
        {
            TextLoader.Column[] columns = [new("B", DataKind.String, 1), new("C", DataKind.String, 2)];
            IDataView data = _ml.Data.LoadFromTextFile(path, columns, ',', allowQuoting: true);
            CollectionAssert.AreEqual(new[] { " x \"y\" ", "a,b" }, data.GetColumn<string>("B").ToArray());
            CollectionAssert.AreEqual(new[] { "z", "" }, data.GetColumn<string>("C").ToArray());
            Assert.AreEqual("\" x \"\"y\"\" \"", Load(path, false, columns).GetColumn<string>("B").First());
        });

    [TestMethod]
    public void Trimming_cuts_the_end_of_the_line() => Rows.WithFile(
        "1, x ,z  \n",
        path =>
        {
            TextLoader.Column[] columns = [new("B", DataKind.String, 1), new("C", DataKind.String, 2)];
            Assert.AreEqual(
                "z", _ml.Data.LoadFromTextFile(path, columns, ',', trimWhitespace: true).GetColumn<string>("C").Single());
            Assert.AreEqual("z  ", Load(path, false, columns).GetColumn<string>("C").Single());
            Assert.AreEqual("x ", Load(path, false, columns).GetColumn<string>("B").Single());
        });

    [TestMethod]
    public void Sparse_fields_are_a_size_and_pairs() => Rows.WithFile(
        "1 5 0:1 3:2\n0 5 1:7\n0 1 2 3 4 5\n",
        path =>
        {
            IDataView data = _ml.Data.LoadFromTextFile(path, [new("F", DataKind.Single, 1, 5)], ' ', allowSparse: true);
            float[][] rows = Rows.Vectors<float>(data, "F");
            CollectionAssert.AreEqual(new float[] { 1, 0, 0, 2, 0 }, rows[0]);
            CollectionAssert.AreEqual(new float[] { 0, 7, 0, 0, 0 }, rows[1]);
            CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4, 5 }, rows[2]);
        });

    [TestMethod]
    public void With_a_sample_an_open_range_ends_with_the_line_and_the_header_names_the_slots() => Rows.WithFile(
        "Label,A,B\n1,2,3\n4,5,6\n",
        path =>
        {
            var options = new TextLoader.Options
            {
                Separators = [','],
                HasHeader = true,
                Columns = [new("Rest", DataKind.Single, [new(1, null)])],
            };
            IDataView data = _ml.Data.LoadFromTextFile(path, options);
            CollectionAssert.AreEqual(new float[] { 5, 6 }, Rows.Vectors<float>(data, "Rest")[1]);
            CollectionAssert.AreEqual(new[] { "A", "B" }, Rows.Texts(data, "Rest", "SlotNames"));
            var fault = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Load(path, true, options.Columns));
            Assert.AreEqual(
                "Can't determine the number of source columns without valid data (Parameter 'Source')", fault.Message);
        });

    [TestMethod]
    public void A_class_with_LoadColumn_attributes_is_a_schema() => Rows.WithFile(
        "Label,A,B,Name\n1,2,3,n\n2,3\n",
        path =>
        {
            IDataView data = _ml.Data.LoadFromTextFile<Line>(path, ',', hasHeader: true);
            Line[] lines = [.. _ml.Data.CreateEnumerable<Line>(data, reuseRowObject: false)];
            Assert.HasCount(2, lines);
            Assert.AreEqual("n", lines[0].Name);
            CollectionAssert.AreEqual(new float[] { 3, 0 }, lines[1].Features);
            var fault = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Data.LoadFromTextFile<NoLine>(path, ','));
            Assert.AreEqual("Field 'Extra' is missing the LoadColumnAttribute attribute", fault.Message);
        });

    [TestMethod]
    public void A_loader_made_once_reads_many_files() => Rows.WithFile(
        "1\t2\n",
        path =>
        {
            TextLoader loader = _ml.Data.CreateTextLoader([new TextLoader.Column("A", DataKind.Single, 1)]);
            Assert.AreEqual("A: Single", loader.GetOutputSchema().Single().ToString());
            CollectionAssert.AreEqual(
                new float[] { 2, 2 }, loader.Load(new MultiFileSource(path, path)).GetColumn<float>("A").ToArray());
        });

    [TestMethod]
    public void An_unreadable_integer_or_boolean_is_a_fault_with_its_place()
    {
        ExpectFault("1\nx\n", DataKind.UInt32, "Could not parse value x in line 2, column L");
        ExpectFault("1\n300\n", DataKind.Byte, "Could not parse value 300 in line 2, column L");
        ExpectFault("2\n", DataKind.Boolean, "Could not parse value 2 in line 1, column L");
        Rows.WithFile("-1\n+\n-\nN\nyes\n\t\n", path =>
        {
            bool[] values = [.. _ml.Data.LoadFromTextFile(path, [new("L", DataKind.Boolean, 0)]).GetColumn<bool>("L")];
            CollectionAssert.AreEqual(new[] { false, true, false, false, true, false }, values);
        });

        void ExpectFault(string content, DataKind kind, string message) => Rows.WithFile(content, path =>
        {
            IDataView data = _ml.Data.LoadFromTextFile(path, [new("L", kind, 0)]);
            using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
            var fault = Assert.ThrowsExactly<FormatException>(() => ReadAll(cursor));
            Assert.AreEqual("Parsing failed with an exception: " + message, fault.Message);
        });

        static void ReadAll(DataViewRowCursor cursor)
        {
            Type type = cursor.Schema[0].Type.RawType;
            Action read = type == typeof(uint) ? Reader<uint>() : type == typeof(byte) ? Reader<byte>() : Reader<bool>();
            while (cursor.MoveNext())
                read();

            Action Reader<T>()
            {
                ValueGetter<T> get = cursor.GetGetter<T>(cursor.Schema[0]);
                T value = default!;
                return () => get(ref value);
            }
        }
    }

    [TestMethod]
    public void A_file_that_is_not_there_is_a_fault()
    {
        var fault = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromTextFile<Line>("/nowhere/lines.csv"));
        Assert.AreEqual("File or directory does not exist at path: /nowhere/lines.csv (Parameter 'path')", fault.Message);
    }

    private IDataView Load(string path, bool hasHeader, params TextLoader.Column[] columns)
        => _ml.Data.LoadFromTextFile(path, columns, ',', hasHeader);

    private sealed class Line
    {
        [LoadColumn(0)]
        public float Label { get; set; }

        [LoadColumn(1, 2)]
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        [LoadColumn(3)]
        public string Name { get; set; } = "";
    }

    private sealed class NoLine
    {
        public float Extra = 1;
    }
}
