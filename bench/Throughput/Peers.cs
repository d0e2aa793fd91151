using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Throughput;

/// <summary>
/// scikit-learn and PyTorch, by peers.py: one process for each number of threads, since OpenMP reads it when it starts.
/// Each waits for a request, a line of JSON, and answers with a line for each result and an empty one.
/// </summary>
internal sealed class Peers : IDisposable
{
    private readonly Dictionary<int, Process> _processes = [];
    private readonly DirectoryInfo _shared = Directory.CreateTempSubdirectory("backprop-bench-");
    private readonly string _python;

    private Peers(string python) => _python = python;

    /// <summary>Looks for a Python that has the peers; null where there is none, which is reported.</summary>
    public static Peers? Start(Report report)
    {
        foreach (string python in new[] { "/usr/bin/python3", "python3", "python" })
        {
            if (Versions(python) is { } versions)
            {
                report.Line($"Peers: {versions}.");
                return new Peers(python);
            }
        }

        Report.Missing("No Python with scikit-learn and PyTorch: apt-get install python3-sklearn python3-torch libopenblas0-pthread");
        return null;
    }

    /// <summary>Puts an array where the peers can read it.</summary>
    /// <returns>The file: the values alone, in the machine's byte order.</returns>
    public string Share<T>(string name, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        string path = Path.Combine(_shared.FullName, name);
        File.WriteAllBytes(path, MemoryMarshal.AsBytes(values));
        return path;
    }

    /// <summary>Asks for some work.</summary>
    /// <param name="threads">The threads that it may use.</param>
    /// <param name="request">The work, an object with the properties that peers.py reads.</param>
    /// <exception cref="InvalidOperationException">The peers ended before they had answered.</exception>
    public IReadOnlyList<PeerResult> Ask(int threads, object request)
    {
        if (!_processes.TryGetValue(threads, out Process? process))
            _processes[threads] = process = Begin(threads);
        process.StandardInput.WriteLine(JsonSerializer.Serialize(request, JsonSerializerOptions.Web));
        process.StandardInput.Flush();

        var results = new List<PeerResult>();
        for (string? line; (line = process.StandardOutput.ReadLine()) != "";)
        {
            if (line is null)
                throw new InvalidOperationException("The peers ended before they had answered; their error is above.");
            results.Add(JsonSerializer.Deserialize<PeerResult>(line, JsonSerializerOptions.Web)!);
        }

        return results;
    }

    /// <summary>Asks for some work with one thread, then with two.</summary>
    public IReadOnlyList<PeerResult> AskBoth(object request) => [.. Ask(1, request), .. Ask(2, request)];

    /// <summary>Ends the peers.</summary>
    public void Dispose()
    {
        foreach (Process process in _processes.Values)
        {
            process.StandardInput.Close();
            process.WaitForExit();
            process.Dispose();
        }

        _shared.Delete(recursive: true);
    }

    private static string? Versions(string python)
    {
        const string program =
            "import sys, numpy, scipy, sklearn, torch; " +
            "print(f'Python {sys.version.split()[0]}, scikit-learn {sklearn.__version__}, PyTorch {torch.__version__}, NumPy {numpy.__version__}')";
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(python, ["-c", program])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            string output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null; // There is no such program.
        }
    }

    private Process Begin(int threads)
    {
        var start = new ProcessStartInfo(_python, [Path.Combine(AppContext.BaseDirectory, "peers.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (string variable in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS" })
            start.Environment[variable] = threads.ToString();
        return Process.Start(start)!;
    }
}

/// <summary>What a peer reached.</summary>
/// <param name="Peer">Its name.</param>
/// <param name="Threads">How many threads it could use.</param>
/// <param name="RowsPerS">Rows a second, in the best of the timed runs.</param>
/// <param name="Loss">The mean cross-entropy of the minibatches of the last of the asked epochs; null where none is trained.</param>
internal sealed record PeerResult(string Peer, int Threads, double RowsPerS, double? Loss);
