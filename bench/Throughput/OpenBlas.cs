using System.Runtime.InteropServices;

namespace Throughput;

/// <summary>OpenBLAS's matrix product, called in this process: nothing lies between the two that are compared.</summary>
internal static class OpenBlas
{
    private const string Library = "libopenblas.so.0";
    private const int RowMajor = 101, NotTransposed = 111, Transposed = 112;

    /// <summary>How long OpenBLAS's threads go on spinning after a product; who comes next waits for them to sleep.</summary>
    public static readonly TimeSpan SpinTime = TimeSpan.FromMilliseconds(60);

    /// <summary>Whether the library is there; both are reported.</summary>
    public static bool IsPresent(Report report)
    {
        if (!NativeLibrary.TryLoad(Library, typeof(OpenBlas).Assembly, null, out _))
        {
            Report.Missing("No OpenBLAS: apt-get install libopenblas0-pthread");
            return false;
        }

        report.Line($"{Marshal.PtrToStringUTF8(openblas_get_config())}.");
        return true;
    }

    /// <summary>Sets how many threads a product may use.</summary>
    public static void SetThreads(int threads) => openblas_set_num_threads(threads);

    /// <summary>Computes <c>C = op(A) op(B)</c> for compact row-major matrices, as <c>Gemm.Multiply</c> does.</summary>
    public static void Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, Span<float> a, Span<float> b, Span<float> c) =>
        cblas_sgemm(
            RowMajor, transposeA ? Transposed : NotTransposed, transposeB ? Transposed : NotTransposed, m, n, k,
            1, ref a[0], transposeA ? m : k, ref b[0], transposeB ? k : n, 0, ref c[0], n);

    [DllImport(Library)]
    private static extern void cblas_sgemm(
        int order, int transposeA, int transposeB, int m, int n, int k,
        float alpha, ref float a, int aStep, ref float b, int bStep, float beta, ref float c, int cStep);

    [DllImport(Library)]
    private static extern void openblas_set_num_threads(int threads);

    [DllImport(Library)]
    private static extern nint openblas_get_config();
}
