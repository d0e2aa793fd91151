namespace Backprop.Optimizers;

/// <summary>How an iteration of L-BFGS ended.</summary>
public enum LbfgsOutcome
{
    /// <summary>The parameters have moved to where the value is less.</summary>
    Moved,

    /// <summary>The gradient is 0: the parameters have nowhere to go.</summary>
    Stationary,

    /// <summary>
    /// No step leads to a lesser value: the parameters are at a minimum as far as the values' precision tells, or the value or gradient
    /// there is not finite.
    /// </summary>
    NoStep,
}

/// <summary>What an iteration of L-BFGS did.</summary>
/// <param name="Outcome">How it ended. Only after <see cref="LbfgsOutcome.Moved"/> another iteration will do anything.</param>
/// <param name="Value">The value at the parameters as they are now.</param>
/// <param name="GradientNorm">
/// The Euclidean norm of the gradient there, with each parameter's squared gradient multiplied by its learning-rate factor.
/// </param>
/// <param name="Evaluations">How often the iteration computed the value and the gradient.</param>
public readonly record struct LbfgsStep(LbfgsOutcome Outcome, double Value, double GradientNorm, int Evaluations);
