using System.Reflection;
using System.Text.RegularExpressions;

namespace Backprop.Tests;

/// <summary>docs/backprop.md: its C# is a program, and what it shows of output is what the program writes.</summary>
[TestClass]
public sealed partial class GuideTests
{
    private static readonly string Root = BuildValue("RepositoryRoot");
    private static readonly string Guide = Read("docs", "backprop.md");

    [TestMethod]
    public void The_guides_code_is_the_program_that_is_compiled_here() =>
        Assert.AreEqual(Read("test", "GuideProgram", "Program.cs"), string.Join("\n", Blocks("csharp")));

    [TestMethod]
    public void The_guides_program_writes_what_the_guide_shows()
    {
        var (exitCode, output) = ChildProcess.Run(BuildValue("GuideProgram"), new Dictionary<string, string?>());
        Assert.AreEqual(0, exitCode, output);
        Assert.AreEqual(string.Concat(Blocks("text", "mermaid")), output.ReplaceLineEndings("\n"));
    }

    /// <summary>The content of the blocks fenced by ```; what a person drew is fenced by ~~~.</summary>
    private static IEnumerable<string> Blocks(params string[] languages) =>
        Block().Matches(Guide).Where(block => languages.Contains(block.Groups[1].Value)).Select(block => block.Groups[2].Value);

    [GeneratedRegex("^```(.+)\n((?s:.*?))^```$", RegexOptions.Multiline)]
    private static partial Regex Block();

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path])).ReplaceLineEndings("\n");

    private static string BuildValue(string key) =>
        typeof(GuideTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
