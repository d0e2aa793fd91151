using System.Diagnostics;

namespace Throughput;

/// <summary>Takes times.</summary>
internal static class Timing
{
    private const int Turns = 3;
    private const double SampleSeconds = 50e-6;

    /// <summary>The best time of a call, in seconds.</summary>
    /// <param name="seconds">How long to try, after a quarter of that to warm up.</param>
    /// <param name="action">What to call.</param>
    public static double Best(double seconds, Action action) => Best(seconds, default, action)[0];

    /// <summary>The best time of a call of each action, in seconds. The actions take turns, so that noise hits all alike.</summary>
    /// <param name="seconds">How long to try each, after a quarter of that to warm up.</param>
    /// <param name="pause">What to wait between turns, for threads of the one before to fall asleep.</param>
    /// <param name="actions">What to call.</param>
    public static double[] Best(double seconds, TimeSpan pause, params IReadOnlyList<Action> actions)
    {
        int[] calls = [.. actions.Select(action => WarmUp(action, seconds / 4))];
        double[] best = [.. actions.Select(_ => double.PositiveInfinity)];
        for (int turn = 0; turn < Turns; turn++)
        {
            for (int i = 0; i < actions.Count; i++)
            {
                Thread.Sleep(pause);
                long end = Stopwatch.GetTimestamp() + (long)(seconds / Turns * Stopwatch.Frequency);
                do
                    best[i] = Math.Min(best[i], Seconds(actions[i], calls[i]) / calls[i]);
                while (Stopwatch.GetTimestamp() < end);
            }
        }

        return best;
    }

    /// <summary>The time of one call, in seconds.</summary>
    public static double Once(Action action) => Seconds(action, 1);

    /// <summary>Calls until the code is compiled for good, and returns how many calls last long enough for the clock.</summary>
    private static int WarmUp(Action action, double seconds)
    {
        double one = Seconds(action, 1);
        for (long end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency); Stopwatch.GetTimestamp() < end;)
            one = Math.Min(one, Seconds(action, 1));
        return (int)Math.Clamp(SampleSeconds / one, 1, 1000);
    }

    private static double Seconds(Action action, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
            action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
