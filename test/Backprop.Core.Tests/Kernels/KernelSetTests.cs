using Backprop.Kernels;

namespace Backprop.Tests.Kernels;

[TestClass]
public sealed class KernelSetTests
{
    [TestMethod]
    public void The_widest_supported_set_is_chosen_unless_another_is_requested()
    {
        Assert.AreEqual(KernelSets.Supported.Max(), KernelSets.Choose(null));
        Assert.AreEqual(KernelSets.Supported.Max(), KernelSets.Choose(""));
        Assert.AreEqual(KernelSet.Scalar, KernelSets.Choose("scalar"));
    }

    [TestMethod]
    public void Every_supported_set_can_be_requested_by_name()
    {
        foreach (var set in KernelSets.Supported)
        {
            Assert.AreEqual(set, KernelSets.Choose(set.ToString().ToLowerInvariant()));
        }
    }

    [TestMethod]
    public void An_unknown_or_unsupported_set_is_refused_with_the_names_that_exist()
    {
        var unsupported = Enum.GetValues<KernelSet>().Except(KernelSets.Supported);
        foreach (var name in unsupported.Select(set => set.ToString().ToLowerInvariant()).Append("vector1024"))
        {
            var exception = Assert.ThrowsExactly<InvalidOperationException>(() => KernelSets.Choose(name));
            StringAssert.Contains(exception.Message, $"BACKPROP_KERNELS is '{name}'");
            StringAssert.Contains(exception.Message, "scalar");
        }
    }

    [TestMethod]
    public void The_environment_decides_which_set_is_chosen() =>
        Assert.AreEqual(KernelSets.Choose(Environment.GetEnvironmentVariable(KernelSets.EnvironmentVariable)), KernelSets.Chosen);
}
