namespace Backprop.Training;

/// <summary>Rows that are not trained on, to tell how well a training generalises.</summary>
public interface IValidation
{
    /// <summary>Looks at the rows.</summary>
    /// <param name="parameters">All parameters of the graph, flat.</param>
    ValidationResult Evaluate(float[] parameters);
}

/// <summary>What validation rows show.</summary>
/// <param name="Loss">The mean loss.</param>
/// <param name="Metric">How good the predictions are: the higher, the better.</param>
public readonly record struct ValidationResult(double Loss, double Metric);
