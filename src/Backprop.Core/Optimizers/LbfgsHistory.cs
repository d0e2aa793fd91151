using System.Numerics;
using Backprop.Kernels;

namespace Backprop.Optimizers;

/// <summary>
/// The last moves s of the parameters and the changes y of the gradient that came with them, from which the inverse Hessian is estimated
/// (Nocedal and Wright, algorithm 7.4).
/// </summary>
internal sealed class LbfgsHistory<T>(int size, IReadOnlyList<ParameterSegment> segments, int parameterCount)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly double s_precision = double.CreateChecked(T.BitIncrement(T.One) - T.One);

    private readonly ArraySegment<T>[] _moves = Allocate(size, parameterCount), _changes = Allocate(size, parameterCount);
    private readonly double[] _inverses = new double[size]; // 1 / (s . y)
    private readonly double[] _shares = new double[size];
    private int _end; // Where the next goes; the oldest is overwritten.
    private double _scale = 1; // Of the factors, in the first estimate: equation 7.20.

    /// <summary>How many moves there are.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets all.</summary>
    public void Clear() => (Count, _end, _scale) = (0, 0, 1);

    /// <summary>The sum of x[i] y[i] times the learning-rate factor of parameter i.</summary>
    public double Dot(ArraySegment<T> x, ArraySegment<T> y)
    {
        double sum = 0;
        foreach (ParameterSegment segment in segments)
            sum += segment.LearningRateFactor * DoubleDot.Of<T>(segment.Of<T>(x.AsSpan()), segment.Of<T>(y.AsSpan()));
        return sum;
    }

    /// <summary>
    /// Adds a move, unless the function is not convex along it. The buffers change hands: others, of any content, come back in their place.
    /// </summary>
    public void Add(ref ArraySegment<T> move, ref ArraySegment<T> change)
    {
        double curvature = DoubleDot.Of<T>(move, change);
        double length = Math.Sqrt(DoubleDot.Of<T>(move, move) * DoubleDot.Of<T>(change, change));
        if (!(curvature > s_precision * length))
            return;
        _inverses[_end] = 1 / curvature;
        _scale = curvature / Dot(change, change);
        (_moves[_end], move) = (move, _moves[_end]);
        (_changes[_end], change) = (change, _changes[_end]);
        _end = (_end + 1) % size;
        Count = Math.Min(Count + 1, size);
    }

    /// <summary>direction = -H gradient, H the estimate, which is the learning-rate factors where there is no move.</summary>
    public void Direct(ArraySegment<T> gradient, ArraySegment<T> direction)
    {
        gradient.AsSpan().CopyTo(direction);
        for (int age = 1; age <= Count; age++)
        {
            int i = At(age);
            _shares[i] = _inverses[i] * DoubleDot.Of<T>(_moves[i], direction);
            Update.AddMultiple<T>(direction, _changes[i], T.CreateChecked(-_shares[i]));
        }

        foreach (ParameterSegment segment in segments)
            Update.Scale(segment.Of<T>(direction.AsSpan()), T.CreateChecked(-_scale * segment.LearningRateFactor));

        for (int age = Count; age >= 1; age--)
        {
            int i = At(age); // The direction has its sign already, which the book's r gets at the end.
            double share = -_shares[i] - (_inverses[i] * DoubleDot.Of<T>(_changes[i], direction));
            Update.AddMultiple<T>(direction, _moves[i], T.CreateChecked(share));
        }
    }

    /// <summary>Writes the moves, the oldest first.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Count);
        for (int age = Count; age >= 1; age--)
        {
            OptimizerState.Write<T>(writer, _moves[At(age)]);
            OptimizerState.Write<T>(writer, _changes[At(age)]);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">There are more moves than are kept here.</exception>
    public void Read(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        if (count < 0 || count > size)
            throw new InvalidDataException($"The state has {count} moves; this optimizer keeps 0 to {size}.");
        Clear();
        for (int i = 0; i < count; i++)
        {
            OptimizerState.Read<T>(reader, _moves[i]);
            OptimizerState.Read<T>(reader, _changes[i]);
            double curvature = DoubleDot.Of<T>(_moves[i], _changes[i]);
            (_inverses[i], _scale) = (1 / curvature, curvature / Dot(_changes[i], _changes[i]));
        }

        (Count, _end) = (count, count % size);
    }

    private static ArraySegment<T>[] Allocate(int size, int length) =>
        [.. Enumerable.Range(0, size).Select(_ => AlignedBuffer.Allocate<T>(length))];

    /// <summary>Where the newest move lies, for 1, or one before it.</summary>
    private int At(int age) => (_end - age + size) % size;
}
