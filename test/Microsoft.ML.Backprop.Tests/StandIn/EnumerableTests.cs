using Microsoft.ML.Data;

namespace Microsoft.ML.Backprop.Tests.StandIn;

[TestClass]
public class EnumerableTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void Members_become_columns_of_their_types()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Everything()]);
        string[] expected =
        [
            "Renamed: Int32", "Key: Key<Byte, 0-2>", "Texts: Vector<String>", "Sparse: Vector<Single, 4>", "Text: String",
            "Matrix: Vector<Double, 2, 2>", "Property: Boolean", "ReadOnly: Int64",
        ];
        CollectionAssert.AreEqual(expected, data.Schema.Select(c => c.ToString()).ToArray());
        Assert.AreEqual(1L, data.GetRowCount());
        Assert.IsFalse(data.CanShuffle);
    }

    [TestMethod]
    public void A_key_member_counts_from_0_and_what_is_beyond_its_count_is_missing()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(new byte[] { 0, 1, 2, 3 }.Select(key => new Everything { Key = key }));
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 0 }, data.GetColumn<byte>("Key").ToArray());
    }

    [TestMethod]
    public void Rows_come_back_as_objects_with_raw_keys_and_dense_arrays()
    {
        var row = new Everything { Texts = ["a", null!], Sparse = new VBuffer<float>(4, 1, [5f], [2]), Text = null };
        Copy copy = _ml.Data.CreateEnumerable<Copy>(_ml.Data.LoadFromEnumerable([row]), reuseRowObject: false).Single();
        Assert.AreEqual(4, copy.Renamed);
        Assert.AreEqual((byte)3, copy.Key);
        CollectionAssert.AreEqual(new[] { "a", "" }, copy.Texts);
        CollectionAssert.AreEqual(new float[] { 0, 0, 5, 0 }, copy.Sparse);
        Assert.AreEqual("", copy.Text);
        Assert.AreEqual(4, copy.Matrix.Length);
    }

    [TestMethod]
    public void A_sparse_member_stays_sparse()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Everything { Sparse = new VBuffer<float>(4, 1, [5f], [2]) }]);
        VBuffer<float> vector = data.GetColumn<VBuffer<float>>("Sparse").Single();
        Assert.IsFalse(vector.IsDense);
        Assert.AreEqual(5f, vector.GetValues()[0]);
        Assert.AreEqual(2, vector.GetIndices()[0]);
    }

    [TestMethod]
    public void A_schema_definition_renames_sizes_and_drops_columns()
    {
        var definition = SchemaDefinition.Create(typeof(Pair));
        definition["Vector"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 2);
        definition["Vector"].ColumnName = "Features";
        definition.RemoveAll(column => column.MemberName == "Number");
        IDataView data = _ml.Data.LoadFromEnumerable([new Pair()], definition);
        Assert.AreEqual("Features: Vector<Single, 2>", data.Schema.Single().ToString());

        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Double, 2);
        var fault = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable([new Pair()], definition));
        Assert.AreEqual(
            "Column 'Features' is supposed to have item type System.Double, but associated field has type System.Single " +
            "(Parameter 'userSchemaDefinition')",
            fault.Message);
    }

    [TestMethod]
    public void Faults_of_a_row_class_name_the_member()
    {
        ExpectFault<NoType>(
            "Could not determine an IDataView type and registered custom types for member Member (Parameter 'rawType')");
        ExpectFault<NoVector>(
            "Member Member marked with VectorTypeAttribute, but does not appear to be a vector type (Parameter 'userType')");
        ExpectFault<NoKey>(
            "Member Member marked with KeyType attribute, but does not appear to be a valid kind of data for a key type " +
            "(Parameter 'userType')");
        ExpectFault<Twice>("Duplicate column name 'Member' detected, this is disallowed (Parameter 'userType')");
        Assert.ThrowsExactly<ArgumentNullException>(() => _ml.Data.LoadFromEnumerable<Pair>(null!));

        void ExpectFault<TRow>(string message)
            where TRow : class, new()
            => Assert.AreEqual(message, Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable([new TRow()])).Message);
    }

    [TestMethod]
    public void A_null_row_is_a_fault_when_it_is_read()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(new Pair[] { new(), null! });
        var fault = Assert.ThrowsExactly<InvalidOperationException>(() => data.GetColumn<int>("Number").Count());
        Assert.AreEqual("Encountered null when iterating over data, this is not supported.", fault.Message);
    }

    [TestMethod]
    public void Columns_that_the_object_lacks_or_has_otherwise_are_faults_unless_ignored()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new Pair()]);
        var missing = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.CreateEnumerable<Copy>(data, false).Count());
        Assert.AreEqual("Could not find  column 'Renamed' (Parameter 'Schema')", missing.Message);
        Assert.AreEqual(1, _ml.Data.CreateEnumerable<Copy>(data, false, ignoreMissingColumns: true).Count());
        var wrong = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Data.CreateEnumerable<WrongPair>(data, false, true).Count());
        Assert.AreEqual(
            "Can't bind the IDataView column 'Number' of type 'Int32' to field or property 'Number' of type 'System.String'.",
            wrong.Message);
    }

    private sealed class Everything
    {
        [NoColumn]
        public float Skipped = 1;

        [ColumnName("Renamed")]
        public int Other = 4;

        [KeyType(3)]
        public byte Key = 2;
        public string[] Texts = ["x"];

        [VectorType(4)]
        public VBuffer<float> Sparse = new(4, [1, 2, 3, 4]);
        public string? Text = "x";

        [VectorType(2, 2)]
        public double[] Matrix = [1, 2, 3, 4];

        public bool Property { get; set; } = true;

        public long ReadOnly => Other;
    }

    private sealed class Copy
    {
        public int Renamed { get; set; }
        public byte Key { get; set; }
        public string[] Texts { get; set; } = [];
        public float[] Sparse { get; set; } = [];
        public string? Text { get; set; }
        public VBuffer<double> Matrix { get; set; }
    }

    private sealed class Pair
    {
        public int Number { get; set; } = 1;
        public float[] Vector { get; set; } = [1, 2];
    }

    private sealed class WrongPair
    {
        public string Number { get; set; } = "";
    }

    private sealed class NoType
    {
        public DateTimeKind Member { get; set; }
    }

    private sealed class NoVector
    {
        [VectorType(2)]
        public float Member { get; set; }
    }

    private sealed class NoKey
    {
        [KeyType(2)]
        public float Member { get; set; }
    }

    private sealed class Twice
    {
        public float Member { get; set; }

        [ColumnName("Member")]
        public float Second { get; set; }
    }
}
