using System.Globalization;
using System.Reflection;
using System.Runtime.Intrinsics;
using Backprop.Tests.Training;

namespace Backprop.Tests.Kernels;

/// <summary>
/// The program that this test assembly is when it runs as one: it runs the kernel tests without a test host, so that they
/// can be run in a process whose instruction sets are switched off; or a training that is killed.
/// </summary>
internal static class KernelChild
{
    /// <summary>The tests of what depends on the instruction set; a new kernel adds its class here.</summary>
    private static readonly Type[] Tests =
    [
        typeof(GemmTests), typeof(GemmBitsTests), typeof(SparseGemmTests), typeof(KernelSetTests), typeof(ElementwiseTests),
        typeof(RowKernelTests),
    ];

    /// <summary>The bits of the widest vectors that this process computes with in hardware; 0 without any.</summary>
    public static int WidestVector =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    /// <summary>Runs the tests; the exit code is 0 when all pass.</summary>
    /// <param name="arguments">The <see cref="WidestVector"/> that the process is to have, or what a training is to do.</param>
    public static int Main(string[] arguments)
    {
        if (arguments is ["train", var checkpoint, var model, var lastMiniBatch])
            return TrainingChild.Run(checkpoint, model, int.Parse(lastMiniBatch, CultureInfo.InvariantCulture));
        if (arguments is not [var expected] || expected != $"{WidestVector}")
        {
            Console.WriteLine($"The widest vectors are {WidestVector} bits; expected was '{string.Join(' ', arguments)}'.");
            return 2;
        }

        var tests = Tests.SelectMany(type => type.GetMethods()).Where(method => method.IsDefined(typeof(TestMethodAttribute)));
        var results = tests.Select(Passes).ToArray();
        return results.Length > 0 && results.All(passed => passed) ? 0 : 1;
    }

    private static bool Passes(MethodInfo test)
    {
        try
        {
            test.Invoke(Activator.CreateInstance(test.DeclaringType!), null);
            Console.WriteLine($"passed {test.Name}");
            return true;
        }
        catch (TargetInvocationException exception)
        {
            Console.WriteLine($"failed {test.Name}: {exception.InnerException}");
            return false;
        }
    }
}
