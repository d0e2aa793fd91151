using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Backprop.Tests;

/// <summary>Runs programs, each in a process with an environment of its own.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs a program and waits for its end.</summary>
    /// <param name="assembly">The path of its assembly.</param>
    /// <param name="environment">What differs from the environment of this process; null removes a variable.</param>
    /// <param name="arguments">The arguments of the program.</param>
    /// <returns>The exit code, and all that it wrote.</returns>
    public static (int ExitCode, string Output) Run(
        string assembly, IReadOnlyDictionary<string, string?> environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(DotnetHost())
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["exec", assembly, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment.Remove(name);
            if (value is not null)
            {
                start.Environment[name] = value;
            }
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The child process was still running after {Patience}.");
        }

        return (process.ExitCode, output.Result + errors.Result);
    }

    // The runtime that runs this process lies at <root>/shared/Microsoft.NETCore.App/<version>, its host at <root>: that
    // holds also where 'dotnet' is not on the path.
    private static string DotnetHost() => Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
}
