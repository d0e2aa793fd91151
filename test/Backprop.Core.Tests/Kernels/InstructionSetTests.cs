using System.Runtime.InteropServices;
using Backprop.Kernels;

namespace Backprop.Tests.Kernels;

[TestClass]
public sealed class InstructionSetTests
{
    [TestMethod]
    [DataRow("DOTNET_EnableAVX512", 256)]
    [DataRow("DOTNET_EnableAVX2", 128)]
    [DataRow("DOTNET_EnableAVX", 128)]
    [DataRow("DOTNET_EnableHWIntrinsic", 0)]
    public void Kernels_pass_their_tests_without_an_instruction_set(string variable, int widest)
    {
        // The switches are those of x64: elsewhere the child runs with what there is.
        var isX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        var expected = isX64 ? Math.Min(widest, KernelChild.WidestVector) : KernelChild.WidestVector;

        RunChild(new() { [variable] = isX64 ? "0" : null, [KernelSets.EnvironmentVariable] = null }, expected);
    }

    [TestMethod]
    public void Kernels_pass_their_tests_with_the_narrowest_set_chosen_by_the_environment() =>
        RunChild(new() { [KernelSets.EnvironmentVariable] = "scalar" }, KernelChild.WidestVector);

    private static void RunChild(Dictionary<string, string?> environment, int expectedWidest)
    {
        var (exitCode, output) = ChildProcess.Run(typeof(KernelChild).Assembly.Location, environment, $"{expectedWidest}");
        Assert.AreEqual(0, exitCode, output);
    }
}
