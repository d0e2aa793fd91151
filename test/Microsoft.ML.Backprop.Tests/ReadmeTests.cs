using static Microsoft.ML.Backprop.Tests.TestData;

namespace Microsoft.ML.Backprop.Tests;

[TestClass]
public class ReadmeTests
{
    [TestMethod]
    public void The_readmes_code_is_the_program_that_is_compiled_here()
    {
        string root = BuildValue("RepositoryRoot");
        string program = File.ReadAllText(Path.Combine(root, "test", "ReadmeProgram", "Program.cs")).ReplaceLineEndings("\n");
        string readme = File.ReadAllText(Path.Combine(root, "README.md")).ReplaceLineEndings("\n");
        IEnumerable<string> blocks = readme.Split("```csharp\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]);
        Assert.AreEqual(program, string.Join("\n", blocks));
    }

    [TestMethod]
    public void The_readmes_program_runs_and_does_what_it_says()
    {
        string folder = Directory.CreateTempSubdirectory("backprop-readme-").FullName;
        try
        {
            File.Copy(DigitsPath, Path.Combine(folder, "digits.csv"));
            string output = Programs.Run("ReadmeProgram", folder);
            StringAssert.Matches(output, new(@"MicroAccuracy: 0\.9\d{3}"));
            StringAssert.Matches(output, new(@"\d( \d){9}, from columns Number: Int32, Features: Vector<Single, 64>"));
            StringAssert.Matches(output, new(@"^9: \d+\.\d ?%\r?$", System.Text.RegularExpressions.RegexOptions.Multiline));
            StringAssert.Matches(output, new(@"1 xor 0 is 1, with probability (0\.[5-9]\d|1\.00)"));
            Assert.IsTrue(File.Exists(Path.Combine(folder, "xor.onnx")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
