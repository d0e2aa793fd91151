using Microsoft.ML.Data;

namespace Digits;

/// <summary>A handwritten digit: a line of digits.csv.</summary>
public sealed class Digit
{
    /// <summary>An 8x8 picture, row by row, 0 for white to 16 for black.</summary>
    [LoadColumn(0, 63)]
    [VectorType(64)]
    public float[] Pixels { get; set; } = [];

    /// <summary>What the writer meant.</summary>
    [LoadColumn(64)]
    public int Value { get; set; }
}

/// <summary>What the model reads in a picture.</summary>
public sealed class Reading
{
    /// <summary>The most probable digit.</summary>
    public int PredictedLabel { get; set; }

    /// <summary>The probability of each digit from 0 to 9.</summary>
    public float[] Score { get; set; } = [];
}
