namespace Backprop.Training;

/// <summary>Rows that are not trained on, to tell how well a training generalises.</summary>
public interface IValidation
{
    /// <summary>Looks at the rows.</summary>
    /// <param name="parameters">All parameters of the graph, flat.</param>
    /// <param name="shallStop">Asked again and again on the way: whether to stop looking. What it throws is its caller's affair.</param>
    /// <returns>What they show; null where it was stopped.</returns>
    ValidationResult? Evaluate(float[] parameters, Func<bool> shallStop);
}

/// <summary>What validation rows show.</summary>
/// <param name="Loss">The mean loss.</param>
/// <param name="Metric">How good the predictions are: the higher, the better.</param>
public readonly record struct ValidationResult(double Loss, double Metric);
