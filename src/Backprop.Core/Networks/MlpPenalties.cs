namespace Backprop.Networks;

/// <summary>What keeps a network from fitting noise (Goodfellow, Bengio and Courville, chapter 7). Biases are not penalised.</summary>
public sealed record MlpPenalties
{
    /// <summary>Nothing.</summary>
    public static MlpPenalties None { get; } = new();

    /// <summary>lambda of lambda * sum(W^2) in the cost, 0 or more and finite (section 7.1.1).</summary>
    public double L2 { get; init; }

    /// <summary>lambda of lambda * sum(|W|) in the cost, 0 or more and finite (section 7.1.2).</summary>
    public double L1 { get; init; }

    /// <summary>
    /// How likely a hidden unit is left out of a minibatch's row, 0 to below 1; those that stay count 1 / (1 - dropout) times, so that
    /// predictions need no correction (section 7.12; Srivastava et al. 2014).
    /// </summary>
    public double Dropout { get; init; }

    internal void Check()
    {
        Require(L2 >= 0 && double.IsFinite(L2), nameof(L2), L2, "0 or more and finite");
        Require(L1 >= 0 && double.IsFinite(L1), nameof(L1), L1, "0 or more and finite");
        Require(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "at least 0 and below 1");
    }

    private static void Require(bool holds, string name, double value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} is {value}; it must be {range}."));
    }
}
