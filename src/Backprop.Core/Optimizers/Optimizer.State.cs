namespace Backprop.Optimizers;

/// <content>
/// What a step depends on beyond the parameters, the gradients and what the optimizer was made with: saved and loaded, training goes on
/// to the same bits.
/// </content>
public abstract partial class Optimizer<T>
{
    /// <summary>The number of steps begun: one that an exception ends counts, too.</summary>
    public long StepCount { get; private set; }

    private string Kind => $"{GetType().Name.Split('`')[0]} of {typeof(T).Name}";

    /// <summary>Writes the state: the learning rate, the number of steps and what the optimizer keeps of past gradients.</summary>
    /// <param name="writer">Takes it.</param>
    /// <exception cref="InvalidOperationException">Some parameters have steps to make up for, as in the middle of an epoch of a training
    /// on sparse features.</exception>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        RequireUpToDate();
        OptimizerState.WriteHeader(writer, Kind, ParameterCount);
        writer.Write(LearningRate);
        writer.Write(StepCount);
        WriteState(writer);
    }

    /// <summary>
    /// Reads a state that <see cref="SaveState"/> wrote, of an optimizer made with the same parameters and settings. An exception may
    /// leave a state that is neither.
    /// </summary>
    /// <param name="reader">Has it at its present position.</param>
    /// <exception cref="InvalidDataException">It is that of another kind of optimizer, of another number type or of other parameters, or
    /// cut off or damaged.</exception>
    /// <exception cref="InvalidOperationException">Some parameters have steps to make up for.</exception>
    public void LoadState(BinaryReader reader)
    {
        RequireUpToDate();
        OptimizerState.Read(reader, Kind, ParameterCount, rest =>
        {
            double learningRate = rest.ReadDouble();
            long steps = rest.ReadInt64();
            if (!(learningRate >= 0 && double.IsFinite(learningRate) && steps >= 0))
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"The state is damaged: it has a learning rate of {learningRate} after {steps} steps."));
            }

            (LearningRate, StepCount) = (learningRate, steps);
            ReadState(rest);
        });
    }

    /// <summary>Writes what the optimizer keeps beyond the learning rate and the number of steps.</summary>
    /// <param name="writer">Takes it.</param>
    protected virtual void WriteState(BinaryWriter writer)
    {
    }

    /// <summary>Reads what <see cref="WriteState"/> wrote; checks that it fits.</summary>
    /// <param name="reader">Has it at its present position.</param>
    protected virtual void ReadState(BinaryReader reader)
    {
    }

    private void RequireUpToDate()
    {
        if (_lazy.Exists(lazy => !lazy.IsUpToDate))
            throw new InvalidOperationException("Some parameters have missed steps: all must catch up before the state is saved or loaded.");
    }
}
