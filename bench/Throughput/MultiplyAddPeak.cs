using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Backprop.Kernels;

namespace Throughput;

/// <summary>
/// The most multiply-adds that the processor can do: chains in registers that do not wait for each other. No memory is
/// touched, so no kernel can do more.
/// </summary>
internal static class MultiplyAddPeak
{
    private const int Chains = 12;
    private const int Steps = 200_000;

    /// <summary>Floating-point operations a second of some threads at once, with the vectors that the kernels use.</summary>
    /// <param name="threads">The number of threads.</param>
    /// <param name="seconds">How long to try.</param>
    public static double Measure(int threads, double seconds)
    {
        (Action run, int width) = KernelSets.Chosen switch
        {
            KernelSet.Vector512 => (Of<Vector512<float>, Vector512Lanes<float>>(), Vector512Lanes<float>.Width),
            KernelSet.Vector256 => (Of<Vector256<float>, Vector256Lanes<float>>(), Vector256Lanes<float>.Width),
            KernelSet.Vector128 => (Of<Vector128<float>, Vector128Lanes<float>>(), Vector128Lanes<float>.Width),
            _ => (Of<float, ScalarLanes<float>>(), 1),
        };
        using var team = new WorkerTeam(threads);
        double best = Timing.Best(seconds, () => team.Run(threads, new Job(run)));
        return 2.0 * Chains * Steps * width * threads / best;
    }

    private static Action Of<TVector, TLanes>()
        where TVector : unmanaged
        where TLanes : struct, IVectorLanes<float, TVector> => () => Keep(Run<TVector, TLanes>());

    /// <summary>What is handed to a call that is not inlined has to be computed.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep<TVector>(TVector _)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TVector Run<TVector, TLanes>()
        where TVector : unmanaged
        where TLanes : struct, IVectorLanes<float, TVector>
    {
        TVector x = TLanes.Broadcast(0.5f), y = TLanes.Broadcast(1e-3f);
        TVector a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (int step = 0; step < Steps; step++)
        {
            a = TLanes.MultiplyAdd(x, y, a);
            b = TLanes.MultiplyAdd(x, y, b);
            c = TLanes.MultiplyAdd(x, y, c);
            d = TLanes.MultiplyAdd(x, y, d);
            e = TLanes.MultiplyAdd(x, y, e);
            f = TLanes.MultiplyAdd(x, y, f);
            g = TLanes.MultiplyAdd(x, y, g);
            h = TLanes.MultiplyAdd(x, y, h);
            i = TLanes.MultiplyAdd(x, y, i);
            j = TLanes.MultiplyAdd(x, y, j);
            k = TLanes.MultiplyAdd(x, y, k);
            l = TLanes.MultiplyAdd(x, y, l);
        }

        TVector first = TLanes.Add(TLanes.Add(TLanes.Add(a, b), TLanes.Add(c, d)), TLanes.Add(e, f));
        return TLanes.Add(first, TLanes.Add(TLanes.Add(TLanes.Add(g, h), TLanes.Add(i, j)), TLanes.Add(k, l)));
    }

    private readonly struct Job(Action run) : IWorkerJob
    {
        public void Run(int part) => run();
    }
}
