using Backprop.Execution;
using Backprop.Training;

namespace CustomGraph;

/// <summary>Feeds the graph with digits: two halves of a picture, the whole, the digit, and whether it is odd.</summary>
internal sealed class HalvesSource(IReadOnlyList<float[]> pictures, IReadOnlyList<int> digits, TwoBranches graph) : IMiniBatchSource
{
    /// <inheritdoc/>
    public int Count => pictures.Count;

    /// <inheritdoc/>
    public void Fill(ReadOnlySpan<int> rows, Workspace<float> workspace)
    {
        FillPictures(rows, workspace);
        Span<float> digit = workspace.Input(graph.Digit, rows.Length), odd = workspace.Input(graph.Odd, rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            digit[i] = digits[rows[i]];
            odd[i] = digits[rows[i]] % 2;
        }
    }

    /// <summary>Feeds what a prediction needs.</summary>
    public void FillPictures(ReadOnlySpan<int> rows, Workspace<float> workspace)
    {
        Span<float> left = workspace.Input(graph.Left, rows.Length), right = workspace.Input(graph.Right, rows.Length);
        Span<float> whole = workspace.Input(graph.Whole, rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            float[] picture = pictures[rows[i]];
            picture.CopyTo(whole[(64 * i)..]);
            for (int line = 0; line < 8; line++)
            {
                picture.AsSpan(8 * line, 4).CopyTo(left[((32 * i) + (4 * line))..]);
                picture.AsSpan((8 * line) + 4, 4).CopyTo(right[((32 * i) + (4 * line))..]);
            }
        }
    }
}
