namespace Throughput;

/// <summary>The options of the command line; Program.cs says what they mean.</summary>
internal sealed record BenchOptions
{
    public bool Peers { get; init; }

    public bool Quick { get; init; }

    public bool Json { get; init; }

    public string Only { get; init; } = "";

    public IReadOnlyCollection<string> Sections { get; init; } = [.. Bench.Sections.Keys];

    /// <summary>The least number of epochs that are timed, after one that warms up; the best counts.</summary>
    public int Epochs => Quick ? 2 : 4;

    /// <summary>The least time that a measurement takes, in seconds.</summary>
    public double Seconds => Quick ? 0.2 : 1;

    /// <summary>Whether a shape is asked for.</summary>
    public bool Wants(string shape) => shape.Contains(Only, StringComparison.OrdinalIgnoreCase);

    /// <summary>The shapes of the yardstick that are asked for.</summary>
    public IReadOnlyList<NetworkShape> Shapes => [.. NetworkShape.All.Where(shape => Wants(shape.Name))];

    /// <exception cref="ArgumentException">An argument is unknown, or its value is missing or unknown.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new BenchOptions();
        for (int i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--peers" => options with { Peers = true },
                "--quick" => options with { Quick = true },
                "--json" => options with { Json = true },
                "--only" => options with { Only = Next() },
                "--sections" => options with { Sections = Names(Next()) },
                _ => throw new ArgumentException(
                    $"'{arguments[i]}' is no option; there are --peers, --sections, --only, --quick and --json."),
            };

            string Next() => ++i < arguments.Count ? arguments[i] : throw new ArgumentException($"{arguments[i - 1]} needs a value.");
        }

        return options;
    }

    private static string[] Names(string list)
    {
        string[] names = list.Split(',');
        foreach (string name in names)
        {
            if (!Bench.Sections.ContainsKey(name))
                throw new ArgumentException($"'{name}' is no section; there are {string.Join(", ", Bench.Sections.Keys)}.");
        }

        return names;
    }
}
