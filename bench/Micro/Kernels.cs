using Backprop.Kernels;
using BenchmarkDotNet.Attributes;

namespace Micro;

/// <summary>Matrix products; the rate is 2 m n k over the time.</summary>
public class GemmBenchmarks
{
    private static readonly WorkerTeam s_two = new(2);

    private ArraySegment<float> _a, _b, _c;
    private bool _transposeA, _transposeB;

    /// <summary>m, n, k: layers of the yardstick, a cube, a small minibatch, a narrow output layer.</summary>
    [ParamsSource(nameof(Sizes))]
    public (int M, int N, int K) Size { get; set; }

    public static IEnumerable<(int M, int N, int K)> Sizes =>
        [(128, 256, 784), (256, 1024, 1024), (512, 512, 512), (120, 64, 64), (8, 256, 784), (128, 10, 128)];

    [Params("AB", "A'B", "AB'")]
    public string Product { get; set; } = "";

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _a = AlignedBuffer.Copy<float>(Numbers.Draw(Size.M * Size.K));
        _b = AlignedBuffer.Copy<float>(Numbers.Draw(Size.K * Size.N));
        _c = AlignedBuffer.Allocate<float>(Size.M * Size.N);
        (_transposeA, _transposeB) = (Product == "A'B", Product == "AB'");
    }

    [Benchmark]
    public void Multiply() =>
        Gemm.Multiply<float>(_transposeA, _transposeB, Size.M, Size.N, Size.K, _a, _b, _c, team: Threads == 2 ? s_two : null);
}

/// <summary>A minibatch of 256 rows with 100 of so many columns present, and a first layer of 64 units.</summary>
public class SparseBenchmarks
{
    private const int Rows = 256, Present = 100, Units = 64;

    private SparseMatrix<float> _matrix = new(1);
    private ArraySegment<float> _weights, _hidden, _gradient;
    private int[][] _rows = [];
    private float[] _values = [];

    /// <summary>With 2,000 the weights fit the second-level cache, with 100,000 none.</summary>
    [Params(2_000, 100_000)]
    public int Columns { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new RandomSource(4);
        int gap = Columns / Present;
        _rows = [.. Enumerable.Range(0, Rows).Select(_ => Enumerable.Range(0, Present).Select(i => (i * gap) + random.NextInt32(gap)).ToArray())];
        _values = Numbers.Draw(Present);
        _matrix = new SparseMatrix<float>(Columns);
        _weights = AlignedBuffer.Copy<float>(Numbers.Draw(Columns * Units));
        _hidden = AlignedBuffer.Copy<float>(Numbers.Draw(Rows * Units));
        _gradient = AlignedBuffer.Allocate<float>(Rows * Present * Units);
        FillAndGroup();
    }

    [Benchmark]
    public void FillAndGroup()
    {
        _matrix.Clear();
        foreach (int[] row in _rows)
            _matrix.AddRow(row, _values);
        _matrix.GroupByColumn();
    }

    [Benchmark]
    public void Product() => SparseGemm.Multiply<float>(_matrix.ByRow, Columns, Units, _weights, _hidden);

    [Benchmark]
    public void GradientOfPresentRows()
    {
        SparseLists<float> columns = _matrix.ByColumn;
        SparseGemm.Multiply<float>(columns, Rows, Units, _hidden, _gradient.AsSpan(0, columns.Count * Units));
    }
}

/// <summary>Element by element, and the sum of the rows that is a bias's gradient.</summary>
public class ElementwiseBenchmarks
{
    private const int Columns = 256;

    private float[] _x = [], _y = [], _result = [], _sum = [];

    /// <summary>128 rows fit the second-level cache, 8,192 none.</summary>
    [Params(128, 8192)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        (_x, _y) = (Numbers.Draw(Rows * Columns), Numbers.Draw((Rows * Columns) + 1)[1..]);
        (_result, _sum) = (new float[Rows * Columns], new float[Columns]);
    }

    [Benchmark]
    public void Gate() => Selection.WherePositive<float>(_x, _y, _result);

    [Benchmark]
    public void Tanh() => Activation.Tanh<float>(_x, _result);

    [Benchmark]
    public void Elu() => Activation.Elu<float>(_x, 1, _result);

    [Benchmark]
    public void Softplus() => Activation.Softplus<float>(_x, _result);

    [Benchmark]
    public void SumOfRows() => Reduction.SumTo<float>(_x, [Rows, Columns], _sum, [Columns]);
}

/// <summary>Softmax and the cross-entropy over 256 rows.</summary>
public class SoftmaxBenchmarks
{
    private const int Rows = 256;

    private readonly float[] _labels = new float[Rows], _losses = new float[Rows];
    private float[] _logits = [], _probabilities = [];

    [Params(3, 10, 1000)]
    public int Classes { get; set; }

    [GlobalSetup]
    public void Setup() => (_logits, _probabilities) = (Numbers.Draw(Rows * Classes), new float[Rows * Classes]);

    [Benchmark]
    public void Normalize() => Softmax.Normalize<float>(_logits, Classes, _probabilities);

    [Benchmark]
    public void CrossEntropy() => Softmax.CrossEntropy<float>(_logits, Classes, _labels, _losses);
}

/// <summary>The optimizers' updates.</summary>
public class UpdateBenchmarks
{
    private float[] _parameters = [], _gradients = [], _mean = [], _square = [];

    /// <summary>784-128-10 has about 100,000 parameters, 784-1024-1024-10 has 1,900,000.</summary>
    [Params(100_000, 1_900_000)]
    public int Parameters { get; set; }

    [GlobalSetup]
    public void Setup() =>
        (_parameters, _gradients, _mean, _square) =
            (Numbers.Draw(Parameters), Numbers.Draw(Parameters), new float[Parameters], new float[Parameters]);

    [Benchmark]
    public void Momentum() => Update.Momentum(_parameters, _gradients, _mean, 1e-9f, 0.9f);

    [Benchmark]
    public void Adam() => Update.Adam(_parameters, _gradients, _mean, _square, new AdamRule<float>(0.9, 0.999, 1, 1e-9, 1, 1e-8));
}

/// <summary>Random operands.</summary>
internal static class Numbers
{
    /// <summary>Values even in [-1, 1).</summary>
    public static float[] Draw(int count)
    {
        var random = new RandomSource(count);
        var numbers = new float[count];
        foreach (ref float number in numbers.AsSpan())
            number = (float)((2 * random.NextDouble()) - 1);
        return numbers;
    }
}
