using Microsoft.ML.Data;

namespace Digits;

/// <summary>Draws in the terminal.</summary>
internal static class Print
{
    private const string Shades = " .:-=+*#@";

    /// <summary>Prints how often each digit was read as which.</summary>
    public static void ConfusionMatrix(ConfusionMatrix matrix)
    {
        int classes = matrix.NumberOfClasses;
        Console.WriteLine($"  read as {string.Concat(Enumerable.Range(0, classes).Select(c => $"{c,5}"))}   recall");
        for (int row = 0; row < classes; row++)
        {
            IEnumerable<string> cells = matrix.Counts[row].Select(count => count == 0 ? "    ." : $"{count,5}");
            Console.WriteLine($"  is {row}    {string.Concat(cells)}   {matrix.PerClassRecall[row]:F3}");
        }

        Console.WriteLine();
    }

    /// <summary>Draws a picture and, beside it, the most probable digits.</summary>
    public static void Reading(Digit digit, Reading reading)
    {
        int[] best = [.. Enumerable.Range(0, reading.Score.Length).OrderByDescending(d => reading.Score[d]).Take(3)];
        Console.WriteLine();
        for (int row = 0; row < 8; row++)
        {
            string line = string.Concat(digit.Pixels.Skip(8 * row).Take(8).Select(p => new string(Shades[(int)(p / 16 * (Shades.Length - 1))], 2)));
            string words = row switch
            {
                1 => $"is {digit.Value}, read as {reading.PredictedLabel}",
                >= 3 and < 6 => $"{best[row - 3]}  {reading.Score[best[row - 3]],6:P1} {new string('#', (int)(reading.Score[best[row - 3]] * 30))}",
                _ => "",
            };
            Console.WriteLine($"  |{line}|  {words}".TrimEnd());
        }
    }
}
