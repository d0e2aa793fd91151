using Microsoft.ML.Data;

namespace Credit;

/// <summary>A loan, and what its applicant said: a line of credit.csv. A number that was not given is NaN, a word empty.</summary>
public sealed class Loan
{
    /// <summary>Whether it went bad.</summary>
    [LoadColumn(0)]
    public bool Bad { get; set; }

    /// <summary>The years in the present job.</summary>
    [LoadColumn(1)]
    public float Seniority { get; set; }

    /// <summary>How the applicant lives: owner, rent, parents, priv, other, ignore.</summary>
    [LoadColumn(2)]
    public string Home { get; set; } = "";

    /// <summary>The months to pay back in.</summary>
    [LoadColumn(3)]
    public float Time { get; set; }

    /// <summary>The applicant's age in years.</summary>
    [LoadColumn(4)]
    public float Age { get; set; }

    /// <summary>Single, married, separated, divorced or widow.</summary>
    [LoadColumn(5)]
    public string Marital { get; set; } = "";

    /// <summary>Whether there are records of the applicant's debts: yes or no.</summary>
    [LoadColumn(6)]
    public string Records { get; set; } = "";

    /// <summary>The kind of job: fixed, freelance, partime, others.</summary>
    [LoadColumn(7)]
    public string Job { get; set; } = "";

    /// <summary>What is spent, in the unit of the income.</summary>
    [LoadColumn(8)]
    public float Expenses { get; set; }

    /// <summary>What is earned.</summary>
    [LoadColumn(9)]
    public float Income { get; set; }

    /// <summary>What is owned.</summary>
    [LoadColumn(10)]
    public float Assets { get; set; }

    /// <summary>What is owed.</summary>
    [LoadColumn(11)]
    public float Debt { get; set; }

    /// <summary>The loan asked for.</summary>
    [LoadColumn(12)]
    public float Amount { get; set; }

    /// <summary>The price of what it is to buy.</summary>
    [LoadColumn(13)]
    public float Price { get; set; }
}

/// <summary>What the model expects of a loan.</summary>
public sealed class Forecast
{
    /// <summary>Whether it is more likely to go bad than not.</summary>
    public bool PredictedLabel { get; set; }

    /// <summary>How likely it is to go bad.</summary>
    public float Probability { get; set; }
}
