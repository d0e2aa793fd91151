using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Throughput;

/// <summary>Takes results: prints lines and Markdown tables, or one JSON object a line for each entry.</summary>
internal sealed class Report(bool json)
{
    private static readonly JsonSerializerOptions s_format = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // Names of kernels have a plus.
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A line for people.</summary>
    public void Line(string text = "")
    {
        if (!json)
            Console.WriteLine(text);
    }

    /// <summary>An entry for programs: an object of numbers and names.</summary>
    public void Entry(object entry)
    {
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(entry, s_format));
    }

    /// <summary>What could not be measured, and why: for both, and no part of the results.</summary>
    public static void Missing(string text) => Console.Error.WriteLine(text);

    /// <summary>Begins a table.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="headers">The columns' headers, each as wide as its column.</param>
    public Table Table(string title, params IReadOnlyList<string> headers) => new(this, title, headers);
}

/// <summary>A Markdown table that is printed as it grows; the first column is text, the others are numbers.</summary>
internal sealed class Table
{
    private readonly Report _report;
    private readonly int[] _widths;

    public Table(Report report, string title, IReadOnlyList<string> headers)
    {
        _report = report;
        _widths = [.. headers.Select(header => header.Length)];
        report.Line();
        report.Line($"## {title}");
        report.Line();
        Row([.. headers.Select(header => header.Trim())]);
        report.Line($"|{string.Join("|", _widths.Select((width, i) => new string('-', width + 1) + (i == 0 ? "-" : ":")))}|");
    }

    /// <summary>Prints a row; null leaves a cell empty.</summary>
    public void Row(params IReadOnlyList<string?> cells) => _report.Line($"| {string.Join(" | ", cells.Select(Padded))} |");

    private string Padded(string? cell, int column) =>
        column == 0 ? (cell ?? "").PadRight(_widths[0]) : (cell ?? "").PadLeft(_widths[column]);
}
