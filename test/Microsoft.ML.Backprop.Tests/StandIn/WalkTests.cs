#if MLNET_PACKAGE
using Mono.Cecil;
#endif

namespace Microsoft.ML.Backprop.Tests.StandIn;

[TestClass]
public class WalkTests
{
    [TestMethod]
    public void The_stand_in_has_no_type_and_no_member_that_MLNet_lacks()
    {
#if MLNET_PACKAGE
        string[] assemblies = TestData.BuildValue("StandIn").Split(';');
        Assert.HasCount(4, assemblies);
        var faults = new List<string>();
        int members = 0;
        foreach (string path in assemblies)
        {
            using ModuleDefinition standIn = Read(path);
            using ModuleDefinition real = Read(Path.Combine(AppContext.BaseDirectory, Path.GetFileName(path)));
            var walk = new Walk(real, faults);
            walk.Through(standIn);
            members += walk.Members;
        }
        Assert.IsGreaterThan(500, members);
        Assert.IsEmpty(faults, string.Join(Environment.NewLine, faults));
#else
        Assert.Inconclusive("Microsoft.ML is not here to compare with: this build uses the stand-in.");
#endif
    }

#if MLNET_PACKAGE
    private static ModuleDefinition Read(string path)
    {
        var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(Path.GetDirectoryName(path));
        resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(object).Assembly.Location));
        return ModuleDefinition.ReadModule(path, new ReaderParameters { AssemblyResolver = resolver });
    }
#endif
}
