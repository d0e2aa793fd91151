namespace Backprop.Optimizers;

/// <summary>Neighbouring parameters that an optimizer treats alike.</summary>
/// <param name="Offset">Where the first lies in the flat buffer.</param>
/// <param name="Length">How many there are.</param>
/// <param name="LearningRateFactor">What the learning rate is multiplied by.</param>
/// <param name="WeightDecay">Their decoupled weight decay.</param>
public readonly record struct ParameterRun(int Offset, int Length, double LearningRateFactor, double WeightDecay);
