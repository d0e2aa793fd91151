using System.Numerics;
using System.Numerics.Tensors;
using Backprop.Kernels;

namespace Backprop.Optimizers;

/// <summary>
/// L-BFGS (Liu and Nocedal 1989; Nocedal and Wright, Numerical Optimization, 2nd edition, algorithms 7.4 and 7.5), with a line search for
/// the strong Wolfe conditions: for a function of all data at once, since it compares values and gradients from step to step. The value
/// becomes less with each iteration. A parameter's <see cref="ParameterSegment.LearningRateFactor"/> scales the first estimate of the
/// inverse Hessian; 0 freezes the parameter.
/// </summary>
/// <remarks>Of one function: another needs another object. Keeps 2 historySize + 4 buffers of the size of the parameters.</remarks>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Lbfgs<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly LbfgsHistory<T> _history;
    private readonly ArraySegment<T> _point; // The parameters that the last iteration left, whose value and gradient are known.
    private ArraySegment<T> _gradient, _nextGradient, _direction; // They change hands with the history's.
    private double _value;
    private bool _isKnown;

    /// <summary>Starts without memory.</summary>
    /// <param name="segments">All parameters of the flat buffer in its order, without gaps, as a graph lists them.</param>
    /// <param name="historySize">How many moves the inverse Hessian is estimated from, 1 or more. Default 10.</param>
    /// <exception cref="ArgumentException">There is a gap between two segments.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The history's size is below 1.</exception>
    public Lbfgs(IReadOnlyList<ParameterSegment> segments, int historySize = 10)
    {
        ArgumentNullException.ThrowIfNull(segments);
        if (historySize < 1)
            throw new ArgumentOutOfRangeException(nameof(historySize), historySize, "The history must have room for 1 move or more.");
        ParameterCount = Optimizer<T>.CountParameters(segments);
        HistorySize = historySize;
        _history = new LbfgsHistory<T>(historySize, [.. segments], ParameterCount);
        (_point, _gradient) = (AlignedBuffer.Allocate<T>(ParameterCount), AlignedBuffer.Allocate<T>(ParameterCount));
        (_nextGradient, _direction) = (AlignedBuffer.Allocate<T>(ParameterCount), AlignedBuffer.Allocate<T>(ParameterCount));
    }

    /// <summary>The number of parameters.</summary>
    public int ParameterCount { get; }

    /// <summary>How many moves the inverse Hessian is estimated from.</summary>
    public int HistorySize { get; }

    private static string Kind => $"Lbfgs of {typeof(T).Name}";

    /// <summary>
    /// Takes one iteration. Parameters that are not those that the last one left are a new start, without memory. What the objective throws
    /// leaves the parameters as they were.
    /// </summary>
    /// <param name="parameters">All parameters, flat; changed in place.</param>
    /// <param name="objective">What to make small.</param>
    /// <returns>What happened.</returns>
    /// <exception cref="ArgumentException">There are not as many parameters as the optimizer was made for.</exception>
    public LbfgsStep Step(ArraySegment<T> parameters, Objective<T> objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        if (parameters.Count != ParameterCount)
            throw new ArgumentException($"The optimizer was made for {ParameterCount} parameters; it got {parameters.Count}.", nameof(parameters));
        int evaluations = 0;
        if (!_isKnown || !parameters.AsSpan().SequenceEqual(_point))
            Start();

        double norm = Norm();
        if (norm == 0)
            return new LbfgsStep(LbfgsOutcome.Stationary, _value, norm, evaluations);
        try
        {
            return double.IsFinite(_value) && double.IsFinite(norm) && Search()
                ? new LbfgsStep(LbfgsOutcome.Moved, _value, Norm(), evaluations)
                : new LbfgsStep(LbfgsOutcome.NoStep, _value, norm, evaluations);
        }
        finally
        {
            _point.AsSpan().CopyTo(parameters); // Where no step was found, or an exception ended the search, this is the start.
        }

        void Start()
        {
            _isKnown = false;
            _history.Clear();
            _value = objective(parameters, _gradient);
            parameters.AsSpan().CopyTo(_point);
            (_isKnown, evaluations) = (true, 1);
        }

        bool Search()
        {
            double last = 0, value = 0, slope = Direct();
            double first = _history.Count == 0 ? Math.Min(1, 1 / norm) : 1; // A gradient alone tells no length.
            double step = StrongWolfe.Find(Evaluate, _value, slope, first);
            if (step == 0)
            {
                bool hadHistory = _history.Count > 0;
                _history.Clear();
                return hadHistory && Search();
            }

            if (step != last)
                Evaluate(step);
            Move(parameters, value);
            return true;

            (double Value, double Slope) Evaluate(double length)
            {
                _point.AsSpan().CopyTo(parameters);
                Update.AddMultiple<T>(parameters, _direction, T.CreateChecked(length));
                (value, last) = (objective(parameters, _nextGradient), length);
                evaluations++;
                return (value, DoubleDot.Of<T>(_nextGradient, _direction));
            }
        }
    }

    /// <summary>Writes the state: the value, the gradient and the history, and the parameters that they belong to.</summary>
    /// <param name="writer">Takes it.</param>
    public void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        OptimizerState.WriteHeader(writer, Kind, ParameterCount);
        writer.Write(_isKnown);
        writer.Write(_value);
        OptimizerState.Write<T>(writer, _point);
        OptimizerState.Write<T>(writer, _gradient);
        _history.Write(writer);
    }

    /// <summary>
    /// Reads a state that <see cref="SaveState"/> wrote. The iterations that follow, at the parameters as they were, are the same to the
    /// bit. An exception may leave a state that is neither.
    /// </summary>
    /// <param name="reader">Has it at its present position.</param>
    /// <exception cref="InvalidDataException">It is that of another kind of optimizer, of another number type, of other parameters or of a
    /// longer history, or cut off or damaged.</exception>
    public void LoadState(BinaryReader reader) => OptimizerState.Read(reader, Kind, ParameterCount, rest =>
    {
        (_isKnown, _value) = (rest.ReadBoolean(), rest.ReadDouble());
        OptimizerState.Read<T>(rest, _point);
        OptimizerState.Read<T>(rest, _gradient);
        _history.Read(rest);
    });

    private double Norm() => Math.Sqrt(_history.Dot(_gradient, _gradient));

    /// <summary>Chooses a direction; one that does not lead down is none, and its history is forgotten.</summary>
    /// <returns>The slope along it, below 0.</returns>
    private double Direct()
    {
        _history.Direct(_gradient, _direction);
        double slope = DoubleDot.Of<T>(_gradient, _direction);
        if (slope < 0 && double.IsFinite(slope))
            return slope;
        _history.Clear();
        _history.Direct(_gradient, _direction);
        return DoubleDot.Of<T>(_gradient, _direction);
    }

    /// <summary>Makes parameters, and the gradient that was computed there, those of the next iteration.</summary>
    private void Move(ArraySegment<T> parameters, double value)
    {
        Difference(parameters, _point, _direction);
        Difference(_nextGradient, _gradient, _gradient);
        parameters.AsSpan().CopyTo(_point);
        _value = value;
        _history.Add(ref _direction, ref _gradient);
        (_gradient, _nextGradient) = (_nextGradient, _gradient);

        static void Difference(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) =>
            TensorPrimitives.Subtract(x, y, result);
    }
}
