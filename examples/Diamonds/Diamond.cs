using Microsoft.ML.Data;

namespace Diamonds;

/// <summary>A round cut diamond: a line of diamonds.csv.</summary>
public sealed class Diamond
{
    /// <summary>The weight; a carat is 0.2 g.</summary>
    [LoadColumn(0)]
    public float Carat { get; set; }

    /// <summary>How well it is cut: Fair, Good, Very Good, Premium or Ideal.</summary>
    [LoadColumn(1)]
    public string Cut { get; set; } = "";

    /// <summary>From D, colourless and best, to J.</summary>
    [LoadColumn(2)]
    public string Color { get; set; } = "";

    /// <summary>How clear it is, the worst first: I1, SI2, SI1, VS2, VS1, VVS2, VVS1 or IF.</summary>
    [LoadColumn(3)]
    public string Clarity { get; set; } = "";

    /// <summary>The height, in percent of the mean of length and width.</summary>
    [LoadColumn(4)]
    public float Depth { get; set; }

    /// <summary>The width of the top, in percent of the widest place.</summary>
    [LoadColumn(5)]
    public float Table { get; set; }

    /// <summary>The price in US dollars.</summary>
    [LoadColumn(6)]
    public float Price { get; set; }

    /// <summary>The length in mm.</summary>
    [LoadColumn(7)]
    public float X { get; set; }

    /// <summary>The width in mm.</summary>
    [LoadColumn(8)]
    public float Y { get; set; }

    /// <summary>The height in mm.</summary>
    [LoadColumn(9)]
    public float Z { get; set; }
}

/// <summary>What the model takes a diamond to cost.</summary>
public sealed class Appraisal
{
    /// <summary>The price in US dollars.</summary>
    public float Score { get; set; }
}
