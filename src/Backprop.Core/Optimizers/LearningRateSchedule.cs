using System.Runtime.CompilerServices;

namespace Backprop.Optimizers;

/// <summary>
/// How the learning rate changes while a training goes on: a function of how far it is and of what it has reached, without memory, so
/// that a training that is resumed has the same rates.
/// </summary>
public abstract record LearningRateSchedule
{
    /// <summary>
    /// Whether the factor depends on the planned number of epochs: a training goes on from a checkpoint only with as many then. True unless
    /// a schedule says otherwise.
    /// </summary>
    public virtual bool DependsOnEpochs => true;

    /// <summary>
    /// Whether the factor changes within an epoch; where not, it is asked for once an epoch. True unless a schedule says otherwise.
    /// </summary>
    public virtual bool ChangesWithinEpochs => true;

    /// <summary>What the initial learning rate is multiplied by in a step.</summary>
    /// <param name="start">
    /// How far the training is when the step starts, in epochs, from 0: 2.5 is the middle of the third. Beyond the planned epochs,
    /// schedules that have an end stay there.
    /// </param>
    /// <param name="end">How far it is when the step ends: with 4 minibatches of the same size an epoch, <paramref name="start"/> +
    /// 0.25.</param>
    /// <param name="epochs">The planned number of epochs, 1 or more.</param>
    /// <param name="losses">The monitored loss of every finished epoch, the first one's first.</param>
    /// <returns>The factor, 0 or more.</returns>
    public abstract double Factor(double start, double end, int epochs, IReadOnlyList<double> losses);

    /// <summary>A number that a schedule is made with, checked.</summary>
    private protected static double Require(bool holds, double value, string rule, [CallerMemberName] string name = "") =>
        holds ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {rule}.");

    /// <summary>Half a cosine from one number to another.</summary>
    /// <param name="from">Where it begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="progress">How much of the way is done; from 1 on, all.</param>
    private protected static double Anneal(double from, double to, double progress) =>
        to + ((from - to) * (1 + Math.Cos(Math.PI * Math.Min(progress, 1))) / 2);
}
